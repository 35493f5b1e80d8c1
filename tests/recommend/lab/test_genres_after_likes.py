"""`evaluate --genres`: how soon likes tell which genres somebody likes."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from common.errors import DataError
from recommend.lab.data.content import FilmContent
from recommend.lab.data.ratings import RatingData
from recommend.lab.data.release import read_release
from recommend.lab.simulation.genres import LIKES, genres_of, simulate_genres
from tests.operators import run
from tests.worlds import GENRES, world_data


@pytest.fixture
def lovers(tmp_path: Path) -> RatingData:
    """Everybody likes all films of one genre and of half of another: 40 likes or more."""
    films, people = 160, 40
    genres = [[GENRES[film % 4]] for film in range(films)]
    users, movies = [], []
    for person in range(people):
        for film in range(films):
            if film % 4 == person % 4 or film % 8 == (person + 1) % 4:
                users.append(person)
                movies.append(film)
    content = FilmContent(
        [""] * films, np.zeros(films, np.int64), genres, [""] * films, [""] * films
    )
    data = world_data(tmp_path)
    return replace(
        data,
        user_ids=np.arange(people),
        movie_ids=np.arange(films),
        users=np.array(users),
        movies=np.array(movies),
        ratings=np.full(len(users), 5.0),
        genders=np.array([""] * people),
        age_bands=np.zeros(people, np.int64),
        content=content,
    )


def test_a_small_start_learns_soon_and_plain_partial_fit_hardly(lovers: RatingData) -> None:
    small, plain = simulate_genres(lovers, seed=1, starts=[10.0])
    assert (small.films, small.people, plain.films, plain.weight) == (10.0, 40, None, 1.0)
    nats = [small.nats[likes] for likes in LIKES]
    assert nats[0] == pytest.approx(np.log(4)) == plain.nats[0]
    assert nats == sorted(nats, reverse=True)
    assert plain.nats[30] > small.nats[5]


def test_the_base_counts_each_film_once(lovers: RatingData) -> None:
    assert genres_of(lovers).class_counts.tolist() == [40.0] * 4


def test_films_without_genres_and_people_with_few_likes_are_refused(
    lovers: RatingData, tmp_path: Path
) -> None:
    with pytest.raises(DataError, match="no genres"):
        simulate_genres(replace(lovers, content=None), seed=1, starts=[10.0])
    with pytest.raises(DataError, match="nobody"):
        simulate_genres(replace(lovers, ratings=np.ones(len(lovers.users))), seed=1, starts=[10.0])


@pytest.mark.realdata
def test_likes_of_real_people_tell_their_genres(real_data: Path, tmp_path: Path) -> None:
    data = read_release(real_data / "ml-1m.zip")
    for seed in (124, 1):
        found = simulate_genres(data, seed=seed, starts=[10.0])[0]
        assert found.people == 800
        assert found.nats[5] <= 2.40
        assert found.nats[10] <= 2.37
        assert found.nats[30] <= 2.31


@pytest.mark.realdata
@pytest.mark.django_db
def test_the_mode_writes_its_figures(real_data: Path, tmp_path: Path) -> None:
    path, page = tmp_path / "figures.json", tmp_path / "page.md"
    out, _err = run(
        "evaluate", "--genres", "--release", real_data / "ml-latest-small.zip",
        "--json", path, "--markdown", page,
    )  # fmt: skip
    assert "nats after 0, 5, 10, 30 likes with n0 = 10" in out
    rows = json.loads(path.read_text())["ml-latest-small"]
    assert [row["films"] for row in rows] == [3.0, 10.0, 30.0, 100.0, None]
    assert "N (partial_fit)" in page.read_text()
