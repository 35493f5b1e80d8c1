"""From a film of ours to TMDB's answer about it: first the id, then details and offers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from movies.tmdb.answers import FoundMovie, MovieAnswer
from movies.tmdb.client import TmdbClient
from movies.tmdb.errors import (
    InvalidKeyError,
    NotFoundError,
    PassingError,
    PausedError,
    RefusedError,
    TmdbError,
    WrongAddressError,
)
from movies.tmdb.matching import (
    MOST_SUGGESTED,
    OurFilm,
    Suggestion,
    doubt,
    strict_match,
    suggestion,
    suggestions,
)


@dataclass(frozen=True)
class Fault:
    """A request that failed and was retried."""

    outcome: str
    detail: str


@dataclass
class FilmLookup:
    """How a look-up went.

    `outcome` is a value of `FetchAttempt.Outcome`; `answer` is set only with "ok" and "no_data";
    `id_source` says how the id was found, "" if it was known; after `stop` no film can be fetched.
    """

    outcome: str = ""
    detail: str = ""
    answer: MovieAnswer | None = None
    id_source: str = ""
    suggestions: Sequence[Suggestion] = ()
    stop: InvalidKeyError | PausedError | WrongAddressError | None = None
    faults: list[Fault] = field(default_factory=list)

    def remember(self, error: TmdbError) -> None:
        self.faults.append(Fault(error.outcome, str(error)))


def look_up(client: TmdbClient, film: OurFilm) -> FilmLookup:
    """Ask TMDB about a film. Every failure ends up in the lookup.

    1. Find the id: ours, unless staff rejected it; else by IMDb id; else by title and year,
       strictly.
    2. Ask for details and offers in one request.
    3. Only suggest an answer that may be about another film.
    """
    lookup = FilmLookup()
    try:
        _ask(client, film, lookup)
    except (PassingError, RefusedError, NotFoundError) as error:
        lookup.outcome, lookup.detail = error.outcome, str(error)
    except InvalidKeyError as error:
        lookup.outcome, lookup.detail, lookup.stop = error.outcome, str(error), error
    except (PausedError, WrongAddressError) as error:
        lookup.stop = error  # says nothing of the film; earlier faults stay
    return lookup


def _ask(client: TmdbClient, film: OurFilm, lookup: FilmLookup) -> None:
    tmdb_id = film.tmdb_id if film.tmdb_id not in film.rejected else None
    if tmdb_id is None:
        tmdb_id = _find_id(client, film, lookup)
    if tmdb_id is None:
        lookup.outcome = "doubtful" if lookup.suggestions else "no_match"
        return
    try:
        answer = client.movie(tmdb_id, on_fault=lookup.remember)
    except NotFoundError as error:
        _not_found(client, film, lookup, error)
        return
    if reason := doubt(film, answer):
        lookup.outcome, lookup.detail = "doubtful", reason
        lookup.suggestions = [suggestion(answer, reason)]
        return
    lookup.answer = answer
    lookup.outcome = "ok" if answer.offers.countries else "no_data"


def _find_id(client: TmdbClient, film: OurFilm, lookup: FilmLookup) -> int | None:
    if film.imdb_id:
        found = _found(client, film.imdb_id, film, lookup)
        if len(found) == 1:
            lookup.id_source = "imdb"
            return found[0].id
        if found:
            lookup.suggestions = suggestions(found, "one of several films with our IMDb id")
            return None
    found = _allowed(client.search(film.title, film.year, on_fault=lookup.remember), film)
    match, lookup.suggestions = strict_match(film, found)
    if match is None:
        return None
    lookup.id_source = "search"
    return match.id


def _not_found(client: TmdbClient, film: OurFilm, lookup: FilmLookup, error: NotFoundError) -> None:
    """TMDB may have renumbered the film: our IMDb id finds it, and staff decide."""
    lookup.outcome, lookup.detail = "not_found", str(error)
    if not film.imdb_id or lookup.id_source:
        return
    reason = f"TMDB no longer has number {film.tmdb_id}; our IMDb id leads here"
    found = _found(client, film.imdb_id, film, lookup)[:MOST_SUGGESTED]
    lookup.suggestions = suggestions([one for one in found if one.id != film.tmdb_id], reason)
    if lookup.suggestions:
        lookup.outcome = "doubtful"


def _found(client: TmdbClient, imdb_id: int, film: OurFilm, lookup: FilmLookup) -> list[FoundMovie]:
    """The films with that IMDb id; none where TMDB does not know the id at all (404)."""
    try:
        return _allowed(client.find(imdb_id, on_fault=lookup.remember), film)
    except NotFoundError:
        return []


def _allowed(found: Sequence[FoundMovie], film: OurFilm) -> list[FoundMovie]:
    return [other for other in found if other.id not in film.rejected]
