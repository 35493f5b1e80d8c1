"""What services, cells and months are called on the pages of the audience."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext, gettext_noop, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from movies.models import localized
from ottstats.living.figures import GENDERS, SERVICES, Cell
from ottstats.models import District
from ottstats.pages.names import service_name

OTT = ("video", "netflix", "youtube")
OTT_FIRST = (*OTT, *(service for service in SERVICES if service not in OTT))

# `WEIGHTED_NOTE`, whose home is pure, for translators.
NOTE = gettext_noop(
    "It misleads: where z < 0, more use lowers the score, and ratios are taken of values that are "
    "z-scores already."
)
METHOD_NAMES: Mapping[str, Any] = {
    "standard": pgettext_lazy("score", "Standard"),
    "weighted": pgettext_lazy("score", "Weighted"),
}
GENDER_NAMES: Mapping[str, Any] = dict(zip(GENDERS, (_("Women"), _("Men")), strict=True))


def listed(services: Iterable[str]) -> str:
    return ", ".join(service_name(service) for service in services)


def district_names(districts: Iterable[District]) -> dict[str, str]:
    """By Korean name, in the language of the page."""
    return {one.name_ko: localized(one.name_ko, one.name) for one in districts}


def cell_name(cell: Cell, districts: Mapping[str, str]) -> str:
    """Such as "Mapo-gu, women in their 20s"."""
    values = {"district": districts.get(cell.district, cell.district), "age": cell.age}
    if cell.gender == "female":
        return gettext("%(district)s, women in their %(age)ss") % values
    return gettext("%(district)s, men in their %(age)ss") % values
