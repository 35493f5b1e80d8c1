"""One page of shelves: what is on it already, and whom it is for. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from common.arrays import Bools
from common.errors import DataError, NotReadyError
from movies.models import Movie
from movies.selectors.snapshot import Snapshot
from recommend.ranking.in_memory import RankedFilms, ranked_films
from recommend.ranking.in_use import InUse, in_use
from recommend.ranking.words.served_genres import ServedGenres
from recommend.results.shelves.known import Known, known_of
from survey.models import Member


@dataclass(frozen=True)
class CameOrLeft:
    """When a film came to a platform or left it."""

    platform: str
    day: date


@dataclass
class Page:
    """What the shelves of one page share; serves one request and one reader.

    `mine`: only films on what the member pays for. `shown` are the films on the page so far;
    `changes` say of some films, by shelf and film, when they came or left. `given`: what is in use,
    if the rest of the page has read it already.
    """

    mine: bool = False
    shown: set[int] = field(default_factory=set)
    changes: dict[tuple[str, int], CameOrLeft] = field(default_factory=dict)
    given: InUse | None = None
    _known: Known | None = None
    _ranking: tuple[RankedFilms | None, ...] = ()

    def known_of(self, member: Member | None) -> Known:
        """Read once."""
        if self._known is None:
            self._known = known_of(member)
        return self._known

    def pays_for(self, member: Member | None) -> Sequence[str]:
        """Slugs of the platforms of the newest result's subscriptions."""
        result = self.known_of(member).result
        return result.pays_for if result else ()

    @property
    def in_use(self) -> InUse:
        """Read once."""
        if self.given is None:
            self.given = in_use()
        return self.given

    @property
    def catalogue(self) -> Snapshot:
        """All films."""
        return self.in_use.catalogue

    @property
    def offered(self) -> Sequence[str]:
        """Slugs of the platforms that are compared."""
        return [platform.slug for platform in self.in_use.platforms]

    @property
    def genre_model(self) -> ServedGenres | None:
        """That of the live run; None if there is none."""
        return self.in_use.genre_model

    def may_show(self, member: Member | None) -> Bools:
        """(n,) which films of the catalogue may still come on the page."""
        catalogue = self.catalogue
        left_out = catalogue.among(self.shown | self.known_of(member).left_out)
        if self.mine:
            left_out |= ~catalogue.carried_by(self.pays_for(member))
        return ~left_out

    def in_order(
        self,
        ids: Iterable[int],
        member: Member | None,
        limit: int,
        *,
        genre: str = "",
        again: bool = True,
    ) -> list[Movie]:
        """The first of these films that may be on the page, in this order.

        `genre`: only films of it. Not `again`: none that the member has liked or picked already.
        """
        wanted = self.may_show(member)
        if genre:
            wanted &= self.catalogue.of_genre(genre)
        if not again:
            wanted &= ~self.catalogue.among(self.known_of(member).liked_before)
        places = self.catalogue.places(list(ids))
        chosen = places[wanted[places]][:limit]
        return self.catalogue.films(self.catalogue.movie_ids[chosen].tolist())

    def tell(self, shelf: str, films: Iterable[Movie], changes: Mapping[int, CameOrLeft]) -> None:
        """Note of the films of a shelf when they came or left, where that is known."""
        self.changes |= {(shelf, film.pk): changes[film.pk] for film in films if film.pk in changes}

    def ranking(self, member: Member | None) -> RankedFilms | None:
        """All films by the member's taste, read once.

        None if nothing is known of their taste, no model is live, or it is being replaced.
        """
        if not self._ranking:
            self._ranking = (self._ranked(self.known_of(member)),)
        return self._ranking[0]

    def _ranked(self, known: Known) -> RankedFilms | None:
        answers, run = known.answers(), self.in_use.run
        if answers is None or run is None:
            return None
        try:
            twin = known.result.twin if known.result else None
            return ranked_films(run, answers, twin, self.catalogue)
        except (DataError, NotReadyError):
            return None
