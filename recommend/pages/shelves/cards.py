"""A shelf as the pages draw it: covers, and beneath each where or when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.safestring import SafeString

from movies.drawings.marks import Mark
from movies.models import Platform
from movies.models.pictures import Picture, vary_covers
from recommend.results.shelves.registry import Row, ShownFilm, carrying

MOST_KEPT = 10_000  # cards whose HTML a process keeps, a kilobyte each


@dataclass(frozen=True)
class ShelfCard:
    """`mark` is that of the platform where it can be watched, or where it came to or left; None:
    not known. `text` says which platform, or when.
    """

    name: str
    address: str
    picture: Picture
    mark: Mark | None
    text: str

    @property
    def html(self) -> SafeString:
        return _drawn(self)


@lru_cache(maxsize=MOST_KEPT)
def _drawn(card: ShelfCard) -> SafeString:
    """Kept by each process: a page has a hundred cards, and nothing but its fields is in one."""
    return render_to_string("recommend/_shelf_card.html", {"card": card})


@dataclass(frozen=True)
class ShelfRow:
    name: str
    title: str
    why: str
    cards: Sequence[ShelfCard]


def shelf_rows(
    rows: Iterable[Row], platforms: Sequence[Platform], pays_for: Sequence[str]
) -> list[ShelfRow]:
    """`platforms`: those that are compared, in the order in which one is named; before all others
    those that the reader pays for."""
    order = sorted(platforms, key=lambda platform: platform.slug not in pays_for)
    named = {platform.slug: platform for platform in order}
    found = []
    for row in rows:
        vary_covers(film.movie for film in row.films)
        cards = [_card(film, named) for film in row.films]
        found.append(ShelfRow(row.name, row.title, row.why, cards))
    return found


def _card(film: ShownFilm, named: Mapping[str, Platform]) -> ShelfCard:
    if film.change is not None:
        platform = named.get(film.change.platform)
        text = date_format(film.change.day, "MONTH_DAY_FORMAT")
    else:
        there = carrying(film.movie)
        platform = next((one for slug, one in named.items() if slug in there), None)
        text = str(platform or "")
    return ShelfCard(
        name=str(film.movie),
        address=reverse("film", args=[film.movie.pk]),
        picture=film.movie.picture,
        mark=platform.mark if platform else None,
        text=text,
    )
