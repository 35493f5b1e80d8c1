"""One page of shelves: what is on it already, and whom it is for. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from common.arrays import Bools
from common.errors import DataError, NotReadyError
from movies.models import Movie, Platform
from movies.selectors.snapshot import Snapshot, snapshot
from recommend.ranking.in_memory import RankedFilms, ranked_films
from recommend.ranking.runs import live_run
from recommend.ranking.served_genres import ServedGenres, served_genres
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
    `changes` say of some films, by shelf and film, when they came or left.
    """

    mine: bool = False
    shown: set[int] = field(default_factory=set)
    changes: dict[tuple[str, int], CameOrLeft] = field(default_factory=dict)
    _known: Known | None = None
    _catalogue: Snapshot | None = None
    _offered: Sequence[str] | None = None
    _genre_model: tuple[ServedGenres | None, ...] = ()
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
    def catalogue(self) -> Snapshot:
        """All films, read once."""
        if self._catalogue is None:
            self._catalogue = snapshot()
        return self._catalogue

    @property
    def offered(self) -> Sequence[str]:
        """Slugs of the platforms that are compared, read once."""
        if self._offered is None:
            self._offered = list(Platform.objects.offered().values_list("slug", flat=True))
        return self._offered

    @property
    def genre_model(self) -> ServedGenres | None:
        """That of the live run, read once; None if there is none."""
        if not self._genre_model:
            self._genre_model = (served_genres(),)
        return self._genre_model[0]

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
        answers = known.answers()
        if answers is None:
            return None
        try:
            twin = known.result.twin if known.result else None
            return ranked_films(live_run(), answers, twin, self.catalogue)
        except (DataError, NotReadyError):
            return None
