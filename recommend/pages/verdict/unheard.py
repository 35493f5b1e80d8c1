"""Platforms that cannot be compared yet, with what is known of them. Never part of the order."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from movies.models import Attraction, Platform
from recommend.pages.verdict.platforms import PlatformRow
from recommend.pages.wording import sourced

NAMED = 3  # titles of each kind that are named; of the others only the number is told


@dataclass(frozen=True)
class KnownTitles:
    """Series, shows or sport, and where and when it was read that they are there."""

    titles: str
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
    found: dict[str, list[str]] = defaultdict(list)
    kinds = ([one for one in attractions if one.kind == kind] for kind in Attraction.Kind)
    for one in chain.from_iterable(titles[:NAMED] for titles in kinds):
        found[sourced(one.checked_on, one.source)].append(_title(one))
    return [KnownTitles(", ".join(titles), source) for source, titles in found.items()]


def _title(attraction: Attraction) -> str:
    return f"{attraction} ({attraction.category})" if attraction.category else str(attraction)


def _kinds(attractions: Sequence[Attraction]) -> list[str]:
    numbers = Counter(one.kind for one in attractions)
    return [
        _("%(kind)s: %(number)s") % {"kind": kind.label, "number": numbers[kind]}
        for kind in Attraction.Kind
        if numbers[kind]
    ]
