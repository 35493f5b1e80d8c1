"""What services, cells and months are called on the pages of the audience."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from movies.models import localized
from ottstats.living.figures import GENDERS, SERVICES, Cell
from ottstats.models import District

OTT = ("video", "netflix", "youtube")
OTT_FIRST = (*OTT, *(service for service in SERVICES if service not in OTT))
Z_SCORES = ("netflix", "youtube")  # published as such; the others are a use index

SERVICE_NAMES: Mapping[str, Any] = {
    "game": _("Games"),
    "finance": _("Finance"),
    "delivery": _("Food delivery"),
    "shopping": _("Shopping"),
    "video": _("Video streaming"),
    "netflix": _("Netflix"),
    "youtube": _("YouTube"),
}
# `WEIGHTED_NOTE`, whose home is pure, for translators.
NOTE = gettext_noop(
    "It misleads: where z < 0, more use lowers the score, and ratios are taken of values that are "
    "z-scores already."
)
METHOD_NAMES: Mapping[str, Any] = {"standard": _("Standard score"), "weighted": _("Weighted score")}
GENDER_NAMES: Mapping[str, Any] = dict(zip(GENDERS, (_("Women"), _("Men")), strict=True))


def service_name(service: str) -> str:
    return str(SERVICE_NAMES[service])


def listed(services: Iterable[str]) -> str:
    return ", ".join(service_name(service) for service in services)


def age_name(age: int) -> str:
    return gettext("%(first)d–%(last)d") % {"first": age, "last": age + 9}


def gender_name(gender: str) -> str:
    return str(GENDER_NAMES[gender])


def district_names(districts: Iterable[District]) -> dict[str, str]:
    """By Korean name, in the language of the page."""
    return {one.name_ko: localized(one.name_ko, one.name) for one in districts}


def cell_name(cell: Cell, districts: Mapping[str, str]) -> str:
    """Such as "Mapo-gu, women 20–29"."""
    values = {
        "district": districts.get(cell.district, cell.district),
        "first": cell.age,
        "last": cell.age + 9,
    }
    if cell.gender == "female":
        return gettext("%(district)s, women %(first)d–%(last)d") % values
    return gettext("%(district)s, men %(first)d–%(last)d") % values


def signed(value: float, digits: int = 2) -> str:
    """With a true minus, and none before zero."""
    text = f"{value:.{digits}f}"
    if float(text) == 0:
        text = text.lstrip("-")
    return text.replace("-", "−")
