"""Two model runs side by side: what each of them would recommend to the same invented people.

A few kinds of people that never change but with the films of the survey: each likes the best-known
films of one genre (the first one that a film has), one likes a film of each of these genres and
tells nothing of themselves.
No respondent is among them. Reads only, and changes nothing for readers of the live run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matching.models import Method
from matching.twins import Question, find_twin
from movies.models import Movie
from recommend.models import ModelRun, SurveyFilm, TasteVector
from recommend.ranking.answers import Answers
from recommend.ranking.catalogue import Asked, chosen_films, rank_catalogue
from recommend.ranking.taste import own_taste
from recommend.scoring.weights import LIST_SIZE

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


@dataclass(frozen=True)
class _Person:
    gender: str
    age: int | None
    picks: Sequence[int]


def compare_lists(first: ModelRun, second: ModelRun) -> list[PersonLists]:
    """Of the sample people, made of the films for the survey of the older run.

    None where that has no such films. The answer does not depend on which run comes first, but for
    the sides.
    """
    people = _people(min(first, second, key=lambda run: run.pk))
    lists = [(list_of(first, one), list_of(second, one)) for one in people]
    wanted = {movie for one in people for movie in one.picks}
    wanted |= {movie for pair in lists for own in pair for movie in own[:SHOWN]}
    movies = Movie.objects.only("movie_id", "title", "title_ko", "year").in_bulk(wanted)
    return [
        PersonLists(
            gender=person.gender,
            age=person.age,
            picks=[movies[movie] for movie in person.picks],
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


def _people(run: ModelRun) -> list[_Person]:
    """The genres of most films first; ties by name."""
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
        _Person(gender, age, films[:PICKS])
        for (gender, age), (_genre, films) in zip(SAMPLE, ordered, strict=False)
    ]
    mixed = [films[0] for _genre, films in ordered[:PICKS]]
    return [*people, _Person("", None, mixed)] if mixed else []


def list_of(run: ModelRun, person: _Person) -> list[int]:
    """The films that a run recommends to somebody, as it would if it were live."""
    answers = Answers(person.gender, person.age, person.picks)
    taste = own_taste(run, answers)
    question = Question(answers.gender, answers.age, taste.liked, taste.bits, taste.vector)
    vectors = TasteVector.objects.filter(run=run)
    twin = find_twin(question, method=Method.JACCARD, vectors=vectors)
    user = twin.ml_user_id if twin else None
    asked = Asked(run.pk, run.weights, taste.vector, taste.code, user)
    catalogue = rank_catalogue(asked, left_out=taste.liked)
    places = chosen_films(asked, catalogue, run.variety, size=LIST_SIZE)
    return [int(movie) for movie in catalogue.movie_ids[places]]
