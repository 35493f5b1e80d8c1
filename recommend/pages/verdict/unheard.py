"""Platforms that cannot be compared yet, with what is known of them. Never part of the order."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from movies.models import Attraction, Platform, localized
from recommend.pages.verdict.platforms import PlatformRow
from recommend.pages.wording import sourced

HANGUL = re.compile("[가-힣]")
NAMED = 3  # titles of each kind that are named; of the others only the number is told


@dataclass(frozen=True)
class KnownTitles:
    """Series, shows or sport, and where and when it was read that they are there.

    Each title with whether it is Korean on a page in another language.
    """

    titles: Sequence[tuple[str, bool]]
    source: str


@dataclass(frozen=True)
class Incomparable:
    """`films` says how many are known; `kinds`: how many titles of each kind; `titles`: some."""

    platform: Platform
    films: str
    is_subscribed: bool
    kinds: Sequence[str]
    titles: Sequence[KnownTitles]


def incomparable(
    rows: Sequence[PlatformRow], offered: Mapping[str, Sequence[Attraction]]
) -> list[Incomparable]:
    """The rows without evidence; `offered` has what is to be seen on each platform today."""
    return [
        Incomparable(
            platform=row.platform,
            films=_films(row),
            is_subscribed=row.is_subscribed,
            kinds=_kinds(offered.get(row.platform.pk, ())),
            titles=_by_source(offered.get(row.platform.pk, ())),
        )
        for row in rows
        if row.nothing_known
    ]


def _films(row: PlatformRow) -> str:
    known = row.score.films_on
    if not known:
        return _("We do not know of any film whether it is there.")
    return ngettext(
        "Only %(films)s film is known to be there, too few to compare.",
        "Only %(films)s films are known to be there, too few to compare.",
        known,
    ) % {"films": f"{known:,}"}


def _by_source(attractions: Sequence[Attraction]) -> list[KnownTitles]:
    """The first titles of each kind; those that were read in one place on one day together."""
    found: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    kinds = ([one for one in attractions if one.kind == kind] for kind in Attraction.Kind)
    for one in chain.from_iterable(titles[:NAMED] for titles in kinds):
        found[sourced(one.checked_on, one.source)].append((_title(one), _is_foreign(one)))
    return [KnownTitles(titles, source) for source, titles in found.items()]


def _title(attraction: Attraction) -> str:
    """With its category, which is written in Korean, on Korean pages."""
    category = localized(attraction.category, "")
    return f"{attraction} ({category})" if category else str(attraction)


def _is_foreign(attraction: Attraction) -> bool:
    """Whether its name is Korean on a page that is not."""
    return not localized("ko", "") and HANGUL.search(str(attraction)) is not None


def _kinds(attractions: Sequence[Attraction]) -> list[str]:
    numbers = Counter(one.kind for one in attractions)
    return [
        _("%(kind)s: %(number)s") % {"kind": kind.label, "number": numbers[kind]}
        for kind in Attraction.Kind
        if numbers[kind]
    ]
