"""The real releases and files of docs/data.md load with the figures that their authors state."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from movies.models import Movie, MovieLensUser, Platform
from recommend.lab.data.home import read_home_file
from recommend.lab.data.home_database import read_home
from recommend.models import Rating
from tests.operators import refusal, run

pytestmark = [pytest.mark.realdata, pytest.mark.django_db]


@pytest.mark.parametrize(
    ("name", "movies", "users", "ratings"),
    [
        ("ml-1m", 3_883, 6_040, 1_000_209),
        ("ml-100k", 1_682, 943, 100_000),
        ("ml-latest-small", 9_742, 610, 100_836),
    ],
)
def test_a_real_release_loads_completely(
    real_data: Path, name: str, movies: int, users: int, ratings: int
) -> None:
    out, _ = run("load_movielens", real_data / f"{name}.zip")

    assert (
        f"Loaded {name}: {movies:,} movies, {users:,} users, {ratings:,} observed ratings (" in out
    )
    assert Movie.objects.count() == movies
    assert MovieLensUser.objects.count() == users
    assert Rating.objects.observed().count() == ratings

    out, _ = run("load_movielens", real_data / f"{name}.zip")
    assert f"{name} is in use already" in out


def test_the_people_of_1m_have_demographics_and_its_best_known_film_leads(real_data: Path) -> None:
    run("load_movielens", real_data / "ml-1m.zip")

    assert MovieLensUser.objects.filter(gender="female").count() == 1_709
    assert MovieLensUser.objects.filter(gender="male").count() == 4_331
    assert MovieLensUser.objects.filter(age_band=25).count() == 2_096
    first = Movie.objects.get(fingerprint_bit=0)
    assert (first.title, first.year, first.rating_count) == ("American Beauty", 1999, 3_428)
    assert Movie.objects.exclude(fingerprint_bit=None).count() == 3_706


FILES = [
    ("load_movie_details", "movie_details.csv", "movie details"),
    ("load_availability", "availability_kr_2024.csv", "availability"),
]


@pytest.mark.parametrize(("command", "name", "what"), FILES)
@pytest.mark.parametrize("release", ["ml-1m", "ml-latest-small"])
def test_rows_of_films_that_are_not_loaded_are_skipped_and_counted(
    real_data: Path, command: str, name: str, what: str, release: str
) -> None:
    run("load_reference_data")
    run("load_movielens", real_data / f"{release}.zip")
    rows = pd.read_csv(real_data / name)
    known = int(rows["movie_id"].isin(set(Movie.objects.values_list("pk", flat=True))).sum())

    out, _ = run(command, real_data / name)

    assert 0 < known < len(rows)
    assert (
        f"Loaded {known:,} rows of {what} from {name}; "
        f"{len(rows) - known:,} skipped, their films are not loaded"
    ) in out


@pytest.mark.parametrize(("command", "name", "what"), FILES)
def test_strict_names_the_first_film_that_is_not_loaded(
    real_data: Path, command: str, name: str, what: str
) -> None:
    run("load_reference_data")
    run("load_movielens", real_data / "ml-100k.zip")
    rows = pd.read_csv(real_data / name)
    unknown = ~rows["movie_id"].isin(set(Movie.objects.values_list("pk", flat=True)))
    place = int(unknown.to_numpy().argmax())
    first = rows["movie_id"].iloc[place]

    assert refusal(command, real_data / name, "--strict") == (
        f"{name}, line {place + 2}: movie_id {first} is not a film that is loaded"
    )


def test_real_availability_tells_what_is_known_of_each_platform(real_data: Path) -> None:
    run("load_reference_data")
    run("load_movielens", real_data / "ml-1m.zip")
    run("load_availability", real_data / "availability_kr_2024.csv")

    carried = dict(Platform.objects.values_list("slug", "films_carried"))
    known = dict(Platform.objects.values_list("slug", "films_known"))
    # Nothing was published of these two: unknown, which is not "no".
    assert (known["tving"], known["coupang_play"]) == (0, 0)
    assert 0 < carried["netflix"] < known["netflix"]
    anywhere = [movie for movie in Movie.objects.all() if any(movie.platforms.values())]
    assert len(anywhere) == 433


def test_ratings_of_people_in_korea_load_and_read_alike_from_file_and_database(
    real_data: Path,
) -> None:
    file = real_data / "home" / "korean_ratings.csv.gz"
    if not file.is_file():
        pytest.skip(f"needs {file}")
    run("load_movielens", real_data / "ml-latest-small.zip")

    out, _ = run("load_home_ratings", file)

    assert (
        "Loaded korean_ratings.csv.gz: 43,910 ratings by 7,563 people; 75 skipped, "
        "of 4 films that are not loaded; without any other film: 0 people ("
    ) in out
    films = np.array(sorted(Movie.objects.values_list("pk", flat=True)))
    read, stored = read_home_file(file, films), read_home(films)
    assert (read.likes != stored.likes).nnz == 0
    assert read.digest == stored.digest
    assert (len(stored.people), int(stored.asked_counts.sum())) == (7_563, 43_910)
