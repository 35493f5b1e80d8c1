"""How pages of Seoul's living data name services, ages and figures."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ottstats.living.figures import SERVICES
from ottstats.models.living import LivingUse

SERVICE_NAMES: Mapping[str, Any] = {
    field.name: capfirst(field.verbose_name)
    for field in LivingUse._meta.fields
    if field.name in SERVICES
}
NOISE = 6  # decimals; what comes after them is an error of floats


def decade_name(age: int) -> str:
    return _("%(age)ss") % {"age": age}


def service_name(service: str) -> str:
    return str(SERVICE_NAMES[service])


def service_names() -> dict[str, str]:
    return {service: service_name(service) for service in SERVICES}


def decimal(value: float | None, places: int) -> str:
    """A number with a real minus sign, halves rounded away from 0; "–" for None."""
    if value is None:
        return "–"
    exact = Decimal(str(round(value, NOISE)))  # 0.5 even where adding up made it 0.4999999999
    rounded = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP) + 0  # no "-0"
    return number_format(rounded, places, force_grouping=True).replace("-", "−")
