"""How the page of Seoul's living data names groups, people and months."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from math import ceil

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ottstats.pages.names import NOISE, decimal
from ottstats.selectors.living_page import BOTH, SeoulGroup


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


def people_count(people: float) -> str:
    """Means over months are not whole: a part of a person counts as one."""
    return decimal(ceil(round(people, NOISE)), 0)


def people_text(people: float) -> str:
    return _("%(people)s people") % {"people": people_count(people)}


def month_names(months: Sequence[date]) -> list[str]:
    """Of one year without it."""
    is_one_year = len({month.year for month in months}) == 1
    return [date_format(month, "M") if is_one_year else f"{month:%Y-%m}" for month in months]
