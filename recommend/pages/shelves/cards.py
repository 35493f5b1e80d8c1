"""A shelf as the pages draw it: covers, and beneath each where or when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from movies.drawings.marks import Mark
from movies.models import Movie, Platform
from movies.models.pictures import vary_covers
from recommend.results.shelves.page import Page
from recommend.results.shelves.registry import Row, ShownFilm
from survey.models import Member

MOST_KEPT = 10_000  # cards that a process keeps, a kilobyte each


@dataclass(frozen=True)
class ShelfRow:
    """`cards`: the HTML of each film."""

    name: str
    title: str
    why: str
    cards: Sequence[SafeString]


def shelf_rows(
    rows: Iterable[Row], platforms: Sequence[Platform], *, page: Page, member: Member | None
) -> list[ShelfRow]:
    """`platforms`: those that are compared, in the order in which one is named; before all others
    those that the reader pays for."""
    pays_for = page.pays_for(member)
    order = sorted(platforms, key=lambda platform: platform.slug not in pays_for)
    named = {platform.slug: (str(platform), platform.mark) for platform in order}
    found = []
    for row in rows:
        vary_covers(film.movie for film in row.films)
        cards = [_card(film, named, page.catalogue.key) for film in row.films]
        found.append(ShelfRow(row.name, row.title, row.why, cards))
    return found


def _card(film: ShownFilm, named: Mapping[str, tuple[str, Mark]], version: str) -> SafeString:
    """Under the cover the platform where it can be watched, or when it came to one or left it."""
    movie, change = film.movie, film.change
    if change is not None:
        _name, mark = named.get(change.platform, ("", None))
        text = date_format(change.day, "MONTH_DAY_FORMAT")
    else:
        slug = next((slug for slug in named if movie.platforms.get(slug)), None)
        text, mark = named[slug] if slug else ("", None)
    return _drawn(movie, version, movie.cover_variant, get_language(), text, mark)


@lru_cache(maxsize=MOST_KEPT)
def _drawn(
    movie: Movie,
    version: str,
    variant: int | None,
    language: str | None,
    text: str,
    mark: Mark | None,
) -> SafeString:
    """Kept by each process, because a page has a hundred. Films are told apart by their number, and
    are the same as long as the `version` of the catalogue is."""
    context = {
        "name": str(movie),
        "address": reverse("film", args=[movie.pk]),
        "picture": movie.picture,
        "mark": mark,
        "text": text,
    }
    return render_to_string("recommend/_shelf_card.html", context)
