"""All shelves by name, and the rows of a page. Reads only."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from common.errors import DataError
from movies.models import Movie
from recommend.results.shelves.ai_picks import FILMS, AIPicksShelf, SeasonShelf
from recommend.results.shelves.arriving import ArrivalsShelf, DeparturesShelf, NewShelf
from recommend.results.shelves.base import Shelf
from recommend.results.shelves.page import CameOrLeft, Page
from recommend.results.shelves.personal import BecauseShelf, ForYouShelf, GenreShelf
from recommend.results.shelves.popular import PopularShelf
from survey.models import Member

LENGTH = 20
LENGTHS = {BecauseShelf.name: 10, AIPicksShelf.name: FILMS}  # films, where nobody asks for another
LARGEST = 50

# In the order of a page.
SHELVES: Mapping[str, Callable[[Page], Shelf]] = {
    ForYouShelf.name: ForYouShelf,
    BecauseShelf.name: BecauseShelf,
    GenreShelf.name: GenreShelf,
    ArrivalsShelf.name: ArrivalsShelf,
    DeparturesShelf.name: DeparturesShelf,
    PopularShelf.name: PopularShelf,
    NewShelf.name: NewShelf,
    AIPicksShelf.name: AIPicksShelf,
    SeasonShelf.name: SeasonShelf,
}


@dataclass(frozen=True)
class ShownFilm:
    """`change`: when it came to a platform, or left it, on a shelf that tells."""

    movie: Movie
    change: CameOrLeft | None

    @property
    def changed_platform(self) -> str | None:
        return self.change.platform if self.change else None

    @property
    def changed_on(self) -> date | None:
        return self.change.day if self.change else None


@dataclass(frozen=True)
class Row:
    """A shelf as a page shows it."""

    name: str
    title: str
    why: str
    films: Sequence[ShownFilm]


def names_for(member: Member | None) -> list[str]:
    """The shelves that the reader may see, in the order of a page."""
    page = Page()
    return [
        name for name, shelf in SHELVES.items() if member is not None or shelf(page).for_visitors
    ]


def rows_of(
    names: Sequence[str], member: Member | None, *, limit: int | None = None, page: Page
) -> list[Row]:
    """The named shelves that have films, in this order; no film twice on the page.

    `limit`: the most films of each, None: as many as the shelf usually has.
    Raises `DataError` if `page.mine` and the member has no result that says what they pay for.
    """
    if page.mine and page.known_of(member).result is None:
        text = _("Only what you pay for: that needs a result in your account, and there is none.")
        raise DataError(text)
    rows = []
    for name in names:
        row = _row(SHELVES[name](page), member, limit or LENGTHS.get(name, LENGTH), page)
        if row.films:
            page.shown.update(film.movie.pk for film in row.films)
            rows.append(row)
    return rows


def _row(shelf: Shelf, member: Member | None, limit: int, page: Page) -> Row:
    """What holds for every shelf: nothing twice, seen, unwanted, or elsewhere with `mine`."""
    left_out = page.shown | page.known_of(member).left_out
    on = set(page.pays_for(member)) if page.mine else None
    films = [
        ShownFilm(movie, page.changes.get((shelf.name, movie.pk)))
        for movie in shelf.films(member, limit)
        if movie.pk not in left_out and (on is None or on & carrying(movie))
    ]
    # After `films`, on which they may depend.
    return Row(shelf.name, shelf.title, shelf.why, films)


def carrying(movie: Movie) -> set[str]:
    """The platforms that are known to have the film."""
    return {slug for slug, has in movie.platforms.items() if has}
