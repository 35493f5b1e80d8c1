"""The films that the survey page offers to pick from. Reads only."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from movies.models import Movie

FILMS_OFFERED = 60
ENOUGH_FOUND = 20


@dataclass(frozen=True)
class FilmChoice:
    """The films of the survey page; none is in two of the lists, and every pick is in one.

    `found` is what the search gave, `picked` the remaining picks, `well_known` what else there is
    to choose from, unless the search gave enough.
    """

    found: Sequence[Movie]
    picked: Sequence[Movie]
    well_known: Sequence[Movie]


def film_choice(*, search: str, picks: Collection[int]) -> FilmChoice:
    """The films to offer: at most 60 found, the 60 best known, and always all picks."""
    found = list(Movie.objects.matching(search)[:FILMS_OFFERED]) if search else []
    best_known = Movie.objects.filter(rating_count__gt=0).best_known_first()
    already = {movie.movie_id for movie in found}
    well_known = (
        [movie for movie in best_known[:FILMS_OFFERED] if movie.movie_id not in already]
        if len(found) < ENOUGH_FOUND
        else []
    )
    listed = {movie.movie_id for movie in (*found, *well_known)}
    rest = [movie for movie in picks if movie not in listed]
    picked = list(Movie.objects.filter(movie_id__in=rest).best_known_first()) if rest else []
    return FilmChoice(found, picked, well_known)
