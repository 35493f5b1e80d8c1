"""Two model runs side by side: what each of them would recommend to the same invented people.

The people change only with the films of the survey: each likes the best-known films of one genre
(the first genre of a film), and the last one likes a film of each of these genres and gives no
gender or age. No respondent is among them. Reads only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from movies.models import Movie
from recommend.models import ModelRun, SurveyFilm
from recommend.ranking.answers import Answers
from recommend.ranking.films import listed_films

SAMPLE = (("female", 24), ("male", 33), ("female", 45), ("male", 58))
PICKS = 4  # of each, so that no taste is drawn towards its group
SHOWN = 15  # of the 50 films of a list


@dataclass(frozen=True)
class ListedFilm:
    """`is_shared`: the list of the other run has it too, among all of its films."""

    movie: Movie
    is_shared: bool


@dataclass(frozen=True)
class PersonLists:
    """`first` and `second`: the beginnings of both lists; `overlap`: of the whole lists, in percent
    of the shorter one."""

    gender: str
    age: int | None
    picks: Sequence[Movie]
    first: Sequence[ListedFilm]
    second: Sequence[ListedFilm]
    overlap: float


def compare_lists(first: ModelRun, second: ModelRun) -> list[PersonLists]:
    """The lists of the sample people, who are made from the survey films of the older run.

    Empty if that run has no such films. The order of the two runs changes only the sides.
    """
    people = _people(min(first, second, key=lambda run: run.pk))
    lists = [(listed_films(first, one), listed_films(second, one)) for one in people]
    wanted = {movie for one in people for movie in one.liked}
    wanted |= {movie for pair in lists for own in pair for movie in own[:SHOWN]}
    movies = Movie.objects.only("movie_id", "title", "title_ko", "year").in_bulk(wanted)
    return [
        PersonLists(
            gender=person.gender,
            age=person.age,
            picks=[movies[movie] for movie in person.liked],
            first=_shown(own, other, movies),
            second=_shown(other, own, movies),
            overlap=_overlap(own, other),
        )
        for person, (own, other) in zip(people, lists, strict=True)
    ]


def _shown(own: Sequence[int], other: Sequence[int], movies: dict[int, Movie]) -> list[ListedFilm]:
    there = set(other)
    return [ListedFilm(movies[movie], movie in there) for movie in own[:SHOWN]]


def _overlap(own: Sequence[int], other: Sequence[int]) -> float:
    size = min(len(own), len(other))
    return 100 * len(set(own) & set(other)) / size if size else 0.0


def _people(run: ModelRun) -> list[Answers]:
    """The sample people; genres with the most films come first, ties by name."""
    rows = (
        SurveyFilm.objects.filter(run=run)
        .order_by("-movie__rating_count", "movie_id")
        .values_list("movie_id", "movie__genres")
    )
    films_of: dict[str, list[int]] = {}
    for movie, genres in rows:
        films_of.setdefault(genres[0] if genres else "", []).append(movie)
    ordered = sorted(films_of.items(), key=lambda group: (-len(group[1]), group[0]))
    people = [
        Answers(gender=gender, age=age, liked=films[:PICKS])
        for (gender, age), (_genre, films) in zip(SAMPLE, ordered, strict=False)
    ]
    mixed = [films[0] for _genre, films in ordered[:PICKS]]
    return [*people, Answers(liked=mixed)] if mixed else []
