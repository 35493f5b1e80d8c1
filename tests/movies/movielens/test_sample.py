"""The bundled sample data set: its size, its form, and that it is the same every time."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

from movies.movielens import sample
from movies.movielens.sample_films import read_films

MOVIELENS_GENRES = {
    *("Action", "Adventure", "Animation", "Children", "Comedy", "Crime", "Documentary", "Drama"),
    *("Fantasy", "Film-Noir", "Horror", "IMAX", "Musical", "Mystery", "Romance", "Sci-Fi"),
    *("Thriller", "War", "Western"),
}
MOVIELENS_BANDS = (18, 25, 35, 45, 50, 56)
FILE_NAMES = ("user.csv", "movie.csv", "rating.csv", "availability.csv")

Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    sample.write_sample(folder)
    return folder


def read(folder: Path, name: str) -> Rows:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# --- films -----------------------------------------------------------------------------------


def test_there_are_enough_films_korean_films_and_recent_films() -> None:
    films = read_films()

    assert len(films) >= 330
    assert sum(film.korean for film in films) >= 75
    assert sum(film.year > 2010 for film in films) >= 130
    assert sum(film.year > 2018 for film in films) >= 50


def test_films_are_numbered_from_one_by_year_and_title() -> None:
    films = read_films()

    assert [film.movie_id for film in films] == list(range(1, len(films) + 1))
    assert films == sorted(films, key=lambda film: (film.year, film.title.casefold()))


def test_every_film_has_its_own_tmdb_id_and_no_film_is_there_twice() -> None:
    films = read_films()

    assert len({film.tmdb_id for film in films}) == len(films)
    assert len({(film.title, film.year) for film in films}) == len(films)
    assert all(film.tmdb_id > 0 for film in films)


def test_every_film_has_titles_and_known_genres() -> None:
    for film in read_films():
        assert film.title == film.title.strip() != ""
        assert not re.search(r"\(\d{4}\)$", film.title), "the year has a column of its own"
        assert set(film.genres) <= MOVIELENS_GENRES
        assert len(set(film.genres)) == len(film.genres) > 0
        # Only "1917" is called the same everywhere.
        assert re.search("[가-힣]", film.title_ko) or film.title_ko == "1917"


def test_films_known_by_heart_carry_their_facts() -> None:
    by_tmdb_id = {film.tmdb_id: film for film in read_films()}

    parasite = by_tmdb_id[496243]
    assert (parasite.title, parasite.title_ko, parasite.year) == ("Parasite", "기생충", 2019)
    assert parasite.korean
    oppenheimer = by_tmdb_id[872585]
    assert (oppenheimer.title_ko, oppenheimer.year) == ("오펜하이머", 2023)
    assert not oppenheimer.korean
    # An American film in Korean is not a Korean film.
    assert not by_tmdb_id[615643].korean


# --- users -----------------------------------------------------------------------------------


def test_the_users_fill_every_age_band_for_both_genders(folder: Path) -> None:
    users = read(folder, "user.csv")
    cells = Counter(
        (user["gender"], sum(int(user["age"]) >= band for band in MOVIELENS_BANDS))
        for user in users
    )

    assert list(users[0]) == ["user_id", "gender", "age", "occupation"]
    assert [int(user["user_id"]) for user in users] == list(range(1, 601))
    assert {user["gender"] for user in users} == {"female", "male"}
    assert all(14 <= int(user["age"]) <= 75 for user in users)
    for gender in ("female", "male"):
        assert 1 <= cells[gender, 0] <= 15, "a few under 18"
        assert all(cells[gender, band] >= 30 for band in range(1, 7))


def test_every_occupation_is_a_plain_word(folder: Path) -> None:
    assert all(user["occupation"].isalpha() for user in read(folder, "user.csv"))


# --- ratings ---------------------------------------------------------------------------------


def test_there_are_exactly_forty_thousand_ratings_and_no_pair_twice(folder: Path) -> None:
    ratings = read(folder, "rating.csv")

    assert list(ratings[0]) == ["user_id", "movie_id", "rating"]
    assert len(ratings) == 40_000
    assert len({(row["user_id"], row["movie_id"]) for row in ratings}) == 40_000


def test_ratings_name_known_users_and_films(folder: Path) -> None:
    ratings = read(folder, "rating.csv")

    users = {row["user_id"] for row in read(folder, "user.csv")}
    films = {row["movie_id"] for row in read(folder, "movie.csv")}
    assert {row["user_id"] for row in ratings} == users
    assert {row["movie_id"] for row in ratings} <= films


def test_ratings_are_half_stars_and_about_half_of_them_are_likes(folder: Path) -> None:
    stars = [float(row["rating"]) for row in read(folder, "rating.csv")]

    assert set(stars) <= {half / 2 for half in range(1, 11)}
    assert 0.45 <= sum(value >= 4 for value in stars) / len(stars) <= 0.60


def test_every_user_has_rated_at_least_twenty_films_and_a_few_very_many(folder: Path) -> None:
    counts = sorted(Counter(row["user_id"] for row in read(folder, "rating.csv")).values())

    assert counts[0] >= 20
    assert counts[-1] > 3 * counts[len(counts) // 2]


def test_a_few_films_collect_most_ratings(folder: Path) -> None:
    counts = sorted(Counter(row["movie_id"] for row in read(folder, "rating.csv")).values())

    assert sum(counts[-len(counts) // 5 :]) > 0.4 * 40_000


def test_gender_and_age_say_something_about_taste(folder: Path) -> None:
    """The share of romances is clearly higher in what women have rated than in what men have."""
    romances = {row["movie_id"] for row in read(folder, "movie.csv") if "Romance" in row["genres"]}
    women = {r["user_id"] for r in read(folder, "user.csv") if r["gender"] == "female"}
    rated: Counter[bool] = Counter()
    romantic: Counter[bool] = Counter()
    for row in read(folder, "rating.csv"):
        rated[row["user_id"] in women] += 1
        romantic[row["user_id"] in women] += row["movie_id"] in romances

    assert romantic[True] / rated[True] > 1.2 * romantic[False] / rated[False]


# --- the whole -------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    sample.write_sample(tmp_path)
    sample.write_sample(tmp_path)

    for name in FILE_NAMES:
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(FILE_NAMES)


def test_another_seed_gives_other_people_and_ratings_but_the_same_films(
    folder: Path, tmp_path: Path
) -> None:
    sample.write_sample(tmp_path, seed=7)

    for name in ("user.csv", "rating.csv", "availability.csv"):
        assert (tmp_path / name).read_bytes() != (folder / name).read_bytes()
    assert (tmp_path / "movie.csv").read_bytes() == (folder / "movie.csv").read_bytes()


def test_the_folder_is_made_when_it_is_missing(tmp_path: Path) -> None:
    sample.write_sample(tmp_path / "new" / "sample")

    assert (tmp_path / "new" / "sample" / "rating.csv").exists()


def test_movie_csv_repeats_the_bundled_films_in_the_plain_layout(folder: Path) -> None:
    rows = read(folder, "movie.csv")

    assert list(rows[0]) == ["movie_id", "title", "year", "genres", "title_ko", "tmdb_id"]
    assert [int(row["tmdb_id"]) for row in rows] == [f.tmdb_id for f in read_films()]
