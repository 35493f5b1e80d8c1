"""Whether a film of TMDB is a film of ours. Strict: uncertain matches go to staff."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from movies.tmdb.answers import FoundMovie, MovieAnswer

MOST_SUGGESTED = 3
YEARS_APART = 1  # festivals and releases fall into different years


@dataclass(frozen=True)
class OurFilm:
    """What we know of a film: its ids, and whether staff confirmed or rejected TMDB ids."""

    movie_id: int
    title: str
    year: int | None = None
    imdb_id: int | None = None
    tmdb_id: int | None = None
    is_confirmed: bool = False
    rejected: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Suggestion:
    """A film of TMDB that staff should look at, and why it was not taken."""

    tmdb_id: int
    title: str
    year: int | None
    reason: str


def plain(title: str) -> str:
    """Letters and digits only, in lower case, without accents; "&" becomes "and"."""
    text = unicodedata.normalize("NFKD", title.casefold().replace("&", " and "))
    return re.sub(r"[\W_]+", " ", "".join(c for c in text if not unicodedata.combining(c))).strip()


def titles(title: str) -> set[str]:
    """A title, and the other titles in parentheses at its end, each plain."""
    names = [title, *re.findall(r"\(([^()]+)\)", title), re.sub(r"\([^()]*\)", " ", title)]
    return {plain(name) for name in names} - {""}


def doubt(ours: OurFilm, theirs: MovieAnswer) -> str:
    """Why the answer may be about another film; "" if there is nothing against it.

    1. A match that staff confirmed is never doubted.
    2. If both have an IMDb id, these decide.
    3. Else the year or one of the titles must agree.
    """
    if ours.is_confirmed:
        return ""
    imdb_id = _number(theirs.imdb_id)
    if ours.imdb_id and imdb_id:
        if ours.imdb_id == imdb_id:
            return ""
        return f"its IMDb id is {theirs.imdb_id}, ours tt{ours.imdb_id:07d}"
    return difference(ours, theirs)


def difference(ours: OurFilm, theirs: FoundMovie) -> str:
    """Why it may be another film, by title and year alone; "" if one of them agrees."""
    if _near(ours.year, theirs.year):
        return ""
    if titles(ours.title) & (titles(theirs.title) | titles(theirs.original_title)):
        return ""
    return f"neither title nor year agree ({theirs.original_title}, {theirs.year or 'no year'})"


def strict_match(
    ours: OurFilm, found: Sequence[FoundMovie]
) -> tuple[FoundMovie | None, list[Suggestion]]:
    """The one film of the same title and year, else at most three for staff to look at."""
    names = titles(ours.title)
    same_title = [
        film for film in found if names & (titles(film.title) | titles(film.original_title))
    ]
    exact = [film for film in same_title if ours.year and film.year == ours.year]
    if len(exact) == 1:
        return exact[0], []
    if exact:
        return None, suggestions(exact, "one of several films of this title and year")
    near = [film for film in same_title if _near(ours.year, film.year)]
    if near:
        return None, suggestions(near, "the same title, but not the same year")
    close = [film for film in found if ours.year and film.year == ours.year]
    return None, suggestions(close, "the same year, but another title")


def suggestion(theirs: MovieAnswer, reason: str) -> Suggestion:
    """A doubtful answer, for staff."""
    return Suggestion(theirs.id, theirs.original_title[:300], theirs.year, reason[:200])


def suggestions(films: Sequence[FoundMovie], reason: str) -> list[Suggestion]:
    """The first of the films, for staff."""
    return [
        Suggestion(film.id, film.title[:300], film.year, reason) for film in films[:MOST_SUGGESTED]
    ]


def _near(ours: int | None, theirs: int | None) -> bool:
    return ours is not None and theirs is not None and abs(ours - theirs) <= YEARS_APART


def _number(imdb_id: str | None) -> int | None:
    match = re.fullmatch(r"tt([0-9]{1,10})", imdb_id or "")
    return int(match[1]) if match else None
