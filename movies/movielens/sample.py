"""The sample data set: real films; invented users, ratings and availability.

With it OTTwin starts and its tests run without a download or a licence. **Facts**: only the films
(`sample_films`). **Invented**: every user and rating, drawn here from a seed, and where the films
can be watched (`sample_availability`, which is plausible, not true). They say nothing about real
people, about the quality of a film, or about who streams it, and must never be shown or quoted as
if they did; availability rows therefore have the source `sample`.

How people are invented, so that a model has something to learn:

1. `TASTE_GROUPS` are eight kinds of taste. Each is a liking per genre, and one each for Korean and
   foreign films and for films before 1990 and after 2010. A group's liking of a film is the mean
   over the film's genres plus the others, standardised over all films.
2. A user is a mixture of the groups, mostly one or two of them (a Dirichlet draw). Its expected
   value leans moderately with gender and age: demographics explain some of it, never all.
3. Beyond the groups, films have `QUIRKS` hidden traits and users a liking for each, so that two
   people of one group still differ.
4. A user rates the n films with the largest log popularity (long-tailed) + liking + Gumbel noise:
   this draws n films without replacement with odds exp(popularity + liking) (the "Gumbel top-k
   trick", Kool et al. 2019); n is long-tailed too.
5. The rating is base + user's bias + film's quality + liking + noise, rounded to half stars and
   clipped to the scale.

No Django here: the loader reads the folder that `write_sample` fills like any other release.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from common.arrays import Floats, Ints
from movies.movielens.sample_availability import availability_rows
from movies.movielens.sample_films import SampleFilm, read_films

Rows = Iterable[Sequence[object]]

USER_COUNT = 600
RATING_COUNT = 40_000
MIN_RATINGS_PER_USER = 20
MAX_RATINGS_PER_USER = 250

# Youngest and oldest age, users of each gender: all bands of MovieLens, a few people under 18.
AGE_PLAN: tuple[tuple[int, int, int], ...] = (
    *((14, 17, 8), (18, 24, 52), (25, 34, 78), (35, 44, 60)),
    *((45, 49, 34), (50, 55, 32), (56, 75, 36)),
)
GENDERS = ("female", "male")
OCCUPATIONS = (
    "artist", "chef", "designer", "doctor", "engineer", "farmer", "homemaker", "lawyer", "manager",
    "nurse", "programmer", "researcher", "salesperson", "teacher", "technician", "writer",
)  # fmt: skip
STUDENT_BELOW = 23
RETIRED_FROM = 65

QUIRKS = 6
QUIRK_WEIGHT = 0.35
MIXTURE_CONCENTRATION = 0.7
POPULARITY_WEIGHT = 1.1
CHOICE_WEIGHT = 1.3
BASE_RATING = 3.3
RATING_WEIGHT = 0.62
NOISE = 0.5


@dataclass(frozen=True)
class TasteGroup:
    """A kind of taste: what it likes, and which users lean towards it.

    `female` and `age` are log-odds: of women against men, and of twenty more years of age.
    """

    name: str
    share: float
    genres: Mapping[str, float]
    korean: float = 0.0
    foreign: float = 0.0
    before_1990: float = 0.0
    after_2010: float = 0.0
    female: float = 0.0
    age: float = 0.0


TASTE_GROUPS: tuple[TasteGroup, ...] = (
    TasteGroup(
        "blockbuster action",
        share=0.19,
        genres={"Action": 2, "Adventure": 1.5, "Sci-Fi": 1.2, "IMAX": 1.5, "Romance": -1},
        after_2010=0.4,
        female=-1.4,
        age=-0.3,
    ),
    TasteGroup(
        "Korean drama and thriller",
        share=0.21,
        genres={"Drama": 0.4, "Thriller": 0.8, "Crime": 0.8, "Mystery": 0.6, "War": 0.5},
        korean=2.0,
        age=0.7,
    ),
    TasteGroup(
        "animation and family",
        share=0.14,
        genres={"Animation": 2, "Children": 2, "Musical": 1, "Fantasy": 1, "Horror": -2},
        korean=-0.5,
        female=0.6,
        age=-0.8,
    ),
    TasteGroup(
        "art house",
        share=0.11,
        genres={"Drama": 1, "Mystery": 0.4, "Action": -1.2, "Animation": -1.5},
        korean=-0.3,
        foreign=2.0,
        age=0.3,
    ),
    TasteGroup(
        "classics",
        share=0.08,
        genres={"Film-Noir": 1, "Western": 1, "Musical": 0.5, "Drama": 0.5, "War": 0.5},
        before_1990=2.5,
        age=1.2,
    ),
    TasteGroup(
        "romance",
        share=0.11,
        genres={"Romance": 2.2, "Drama": 0.5, "Musical": 0.8, "Horror": -1.5, "War": -1},
        female=1.6,
    ),
    TasteGroup(
        "comedy",
        share=0.09,
        genres={"Comedy": 2.2, "Animation": -0.8, "Children": -0.8, "War": -0.8, "Drama": 0.2},
    ),
    TasteGroup(
        "horror",
        share=0.09,
        genres={"Horror": 2.5, "Mystery": 0.8, "Thriller": 0.8, "Sci-Fi": 0.5, "Children": -1.5},
        female=-0.6,
        age=-0.7,
    ),
)


@dataclass(frozen=True)
class _People:
    """The invented users as parallel arrays; the user id is the position + 1."""

    female: npt.NDArray[np.bool_]
    ages: Ints
    occupations: list[str]


def write_sample(folder: Path, *, seed: int = 20260101) -> None:
    """Write user.csv, movie.csv, rating.csv and availability.csv into `folder`.

    The plain layout, UTF-8. The same seed gives the same bytes on one machine with one NumPy
    release (another may round a sum differently). Overwrites only files of these names.
    """
    folder.mkdir(parents=True, exist_ok=True)
    films = read_films()
    # Separate streams: more users or another platform do not change the other files.
    for_people, for_ratings, for_platforms = np.random.default_rng(seed).spawn(3)
    people = _invent_people(for_people)
    ratings = _rating_rows(films, people, for_ratings)
    statements = availability_rows(films, for_platforms)
    for name, header, rows in (
        ("user", "user_id,gender,age,occupation", _user_rows(people)),
        ("movie", "movie_id,title,year,genres,title_ko,tmdb_id", _film_rows(films)),
        ("rating", "user_id,movie_id,rating", ratings),
        ("availability", "movie_id,platform,available,source,checked_on", statements),
    ):
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            # Always "\n", for the same bytes on every system.
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(header.split(","))
            writer.writerows(rows)


def group_affinities(films: Sequence[SampleFilm]) -> Floats:
    """How much each group likes each film: (groups, films), each row of mean 0, deviation 1."""
    raw = np.array([[_raw_affinity(group, film) for film in films] for group in TASTE_GROUPS])
    centred = raw - raw.mean(axis=1, keepdims=True)
    return np.asarray(centred / centred.std(axis=1, keepdims=True), dtype=np.float64)


def _raw_affinity(group: TasteGroup, film: SampleFilm) -> float:
    likings = [group.genres.get(genre, 0.0) for genre in film.genres]
    return (
        sum(likings) / len(likings)
        + group.korean * film.korean
        + group.foreign * film.foreign
        + group.before_1990 * (film.year < 1990)
        + group.after_2010 * (film.year > 2010)
    )


def _invent_people(rng: np.random.Generator) -> _People:
    plan = AGE_PLAN * len(GENDERS)
    ages = np.concatenate([rng.integers(low, high + 1, size=count) for low, high, count in plan])
    female = np.repeat([gender == "female" for gender in GENDERS], len(ages) // len(GENDERS))
    order = rng.permutation(USER_COUNT)
    ages, female = ages[order], female[order]
    jobs = rng.choice(OCCUPATIONS, size=USER_COUNT)
    occupations = [_occupation(int(age), str(job)) for age, job in zip(ages, jobs, strict=True)]
    return _People(female, ages, occupations)


def _occupation(age: int, job: str) -> str:
    if age < STUDENT_BELOW:
        return "student"
    return "retired" if age >= RETIRED_FROM else job


def _mixtures(people: _People, rng: np.random.Generator) -> Floats:
    """The share of each group in each user's taste: (users, groups), rows sum to 1."""
    share = np.array([group.share for group in TASTE_GROUPS])
    by_gender = np.array([group.female for group in TASTE_GROUPS])
    by_age = np.array([group.age for group in TASTE_GROUPS])
    side = np.where(people.female, 0.5, -0.5)[:, None]
    score = np.log(share) + side * by_gender + (people.ages[:, None] - 38) / 20 * by_age
    expected = np.exp(score)
    expected /= expected.sum(axis=1, keepdims=True)
    weights = rng.standard_gamma(MIXTURE_CONCENTRATION * expected)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), dtype=np.float64)


def _likings(films: Sequence[SampleFilm], people: _People, rng: np.random.Generator) -> Floats:
    """How much each user likes each film, quality aside: (users, films), mean about 0."""
    taste = _mixtures(people, rng) @ group_affinities(films)
    user_traits = rng.normal(size=(USER_COUNT, QUIRKS))
    film_traits = rng.normal(size=(QUIRKS, len(films)))
    quirks = QUIRK_WEIGHT / np.sqrt(QUIRKS) * user_traits @ film_traits
    return np.asarray(taste + quirks, dtype=np.float64)


def _popularity(films: Sequence[SampleFilm], rng: np.random.Generator) -> Floats:
    """The log of how often a film is seen: long-tailed, higher for recent and big films."""
    big = np.array([bool({"Adventure", "Animation", "IMAX"} & set(film.genres)) for film in films])
    year = np.array([film.year for film in films])
    fame = rng.normal(size=len(films)) + 0.5 * big + 0.5 * (year > 2000) - 0.4 * (year < 1980)
    rank = np.argsort(np.argsort(-fame))
    return np.asarray(-np.log(rank + 10.0), dtype=np.float64)


def _ratings_per_user(rng: np.random.Generator) -> Ints:
    """Long-tailed counts of at least `MIN_RATINGS_PER_USER` that sum to `RATING_COUNT`."""
    room = MAX_RATINGS_PER_USER - MIN_RATINGS_PER_USER
    wanted = rng.lognormal(sigma=0.9, size=USER_COUNT)
    extra = np.zeros(USER_COUNT, dtype=np.int64)
    missing = RATING_COUNT - MIN_RATINGS_PER_USER * USER_COUNT
    while missing:
        weight = np.where(extra < room, wanted, 0.0)
        step = np.minimum(rng.multinomial(missing, weight / weight.sum()), room - extra)
        extra += step
        missing -= int(step.sum())
    return extra + MIN_RATINGS_PER_USER


def _rating_rows(films: Sequence[SampleFilm], people: _People, rng: np.random.Generator) -> Rows:
    shape = (USER_COUNT, len(films))
    liking = _likings(films, people, rng)
    popularity = _popularity(films, rng)
    quality = rng.normal(0.0, 0.25, size=len(films)) + 0.08 * (popularity - popularity.mean())
    bias = rng.normal(0.0, 0.3, size=(USER_COUNT, 1))
    stars = BASE_RATING + bias + quality + RATING_WEIGHT * liking + rng.normal(0.0, NOISE, shape)
    stars = np.clip(np.round(stars * 2) / 2, 0.5, 5.0)

    choice = POPULARITY_WEIGHT * popularity + CHOICE_WEIGHT * liking + rng.gumbel(size=shape)
    ranked = np.argsort(-choice, axis=1, kind="stable")
    for user, count in enumerate(_ratings_per_user(rng)):
        for film in np.sort(ranked[user, :count]):
            yield user + 1, films[film].movie_id, f"{stars[user, film]:.1f}"


def _user_rows(people: _People) -> Rows:
    for position, occupation in enumerate(people.occupations):
        gender = "female" if people.female[position] else "male"
        yield position + 1, gender, people.ages[position], occupation


def _film_rows(films: Iterable[SampleFilm]) -> Rows:
    for film in films:
        genres = "|".join(film.genres)
        yield film.movie_id, film.title, film.year, genres, film.title_ko, film.tmdb_id
