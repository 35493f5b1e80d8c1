"""The films that the survey page offers to pick from. Reads only."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from movies.models import Movie

FILMS_OFFERED = 60


@dataclass(frozen=True)
class FilmChoice:
    """The films of the survey page; none is in two of the lists, and every pick is in one.

    `found` is what the search gave, `picked` the remaining picks, `well_known` what to choose
    from where nobody searched or nothing was found.
    """

    found: Sequence[Movie]
    picked: Sequence[Movie]
    well_known: Sequence[Movie]


def film_choice(*, search: str, picks: Collection[int]) -> FilmChoice:
    """The films to offer: at most 60 found, or the 60 best known, and always all picks."""
    found = list(Movie.objects.matching(search)[:FILMS_OFFERED]) if search else []
    well_known = (
        []
        if found
        else list(Movie.objects.filter(rating_count__gt=0).best_known_first()[:FILMS_OFFERED])
    )
    listed = {movie.movie_id for movie in (*found, *well_known)}
    rest = [movie for movie in picks if movie not in listed]
    picked = list(Movie.objects.filter(movie_id__in=rest).best_known_first()) if rest else []
    return FilmChoice(found, picked, well_known)
