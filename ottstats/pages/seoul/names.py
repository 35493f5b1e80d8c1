"""How the page of Seoul's living data names groups, services and figures."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.utils.formats import date_format, number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ottstats.living.figures import SERVICES
from ottstats.models import LivingCell
from ottstats.selectors.living_page import BOTH, SeoulGroup

NOISE = 6  # decimals; what comes after them is an error of floats


def group_name(group: SeoulGroup) -> str:
    if group.age is None:
        return {
            BOTH: _("Everybody aged 20–79"),
            "female": _("Women aged 20–79"),
            "male": _("Men aged 20–79"),
        }[group.gender]
    name = {
        BOTH: _("Everybody in their %(age)ss"),
        "female": _("Women in their %(age)ss"),
        "male": _("Men in their %(age)ss"),
    }[group.gender]
    return name % {"age": group.age}


def decade_name(age: int) -> str:
    return _("%(age)ss") % {"age": age}


def service_names() -> dict[str, str]:
    fields = {service: LivingCell._meta.get_field(service) for service in SERVICES}
    return {service: capfirst(str(field.verbose_name)) for service, field in fields.items()}


def decimal(value: float | None, places: int) -> str:
    """A number with a real minus sign, halves rounded away from 0; "–" for None."""
    if value is None:
        return "–"
    exact = Decimal(str(round(value, NOISE)))  # 0.5 even where adding up made it 0.4999999999
    rounded = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP) + 0  # no "-0"
    return number_format(rounded, places, force_grouping=True).replace("-", "−")


def people_text(people: float) -> str:
    return _("%(people)s people") % {"people": decimal(people, 0)}


def month_name(month: date) -> str:
    return date_format(month, "M")
