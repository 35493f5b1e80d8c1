"""What is learned from people at home, as arrays: from a file, the database and respondents."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.utils import timezone

from common.errors import DataError
from movies.models import Movie
from recommend.lab.data.home import HomeData, HomeKey, read_home_file
from recommend.lab.data.home_database import read_home
from recommend.models import HomePerson, Reaction
from recommend.services.home.ratings import load_home_ratings
from recommend.services.submission import delete_result
from survey.models import Respondent
from tests.operators import add_respondent, refusal
from tests.recommend.services.home_files import ROWS, write

FILMS = np.arange(1, 81)
NAN = None


def learned_from(*liked: int, shown: tuple[int, ...] = (), **fields: Any) -> Respondent:
    """A respondent who agreed to learning."""
    respondent = add_respondent(*liked)
    for name, value in {"learning_consent": True, "shown": list(shown), **fields}.items():
        setattr(respondent, name, value)
    respondent.save()
    respondent.refresh_from_db()
    return respondent


def signals(data: HomeData) -> list[tuple[int, int, bool, float | None, bool, int]]:
    """Person, film, liked, stars (None: no), asked, day."""
    columns = (data.users, data.movie_ids[data.movies], data.liked, data.ratings, data.asked)
    return [
        (row, film, liked, None if np.isnan(rating) else rating, asked, day)
        for row, film, liked, rating, asked, day in zip(
            *(column.tolist() for column in (*columns, data.days)), strict=True
        )
    ]


def day_of(moment: Any) -> int:
    return (timezone.localdate(moment) - timezone.datetime(1970, 1, 1).date()).days


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write(tmp_path / "home.csv", *ROWS)


def test_a_file_gives_people_by_name_and_ratings_of_loaded_films(file: Path) -> None:
    data = read_home_file(file, FILMS)
    assert [key.name for key in data.people] == ["zoe", "양파"]
    assert signals(data) == [
        (0, 1, True, 4.5, True, 20484),
        (0, 80, False, 0.5, True, 20485),
        (1, 1, True, 4.0, True, 15620),
        (1, 3, False, 2.0, True, -1),
    ]
    assert data.likes.dtype == np.float32
    assert data.likes.shape == (2, 80)
    assert np.argwhere(data.likes.toarray()).tolist() == [[0, 0], [1, 0]]
    assert data.asked_counts[[0, 1, 2, 79]].tolist() == [2, 0, 1, 1]
    assert data.genders.tolist() == ["", ""]
    assert data.age_bands.tolist() == [0, 0]


def test_a_file_and_the_database_after_loading_it_give_the_same(world: str, file: Path) -> None:
    load_home_ratings(path=write(file.with_name("former.csv"), "보리,5,5,", "양파,9,1,"))
    load_home_ratings(path=file, replace=True)
    read, stored = read_home_file(file, FILMS), read_home(FILMS)
    assert (read.likes != stored.likes).nnz == 0
    assert signals(read) == signals(stored)
    assert [key.name for key in stored.people] == [key.name for key in read.people]
    assert stored.digest == read.digest
    assert {key.pk for key in read.people} == {None}
    by_name = dict(HomePerson.objects.values_list("name", "pk"))
    assert list(stored.people) == [HomeKey("file", by_name[name], name) for name in ("zoe", "양파")]


def test_a_broken_file_is_refused_as_by_the_loader(world: str, tmp_path: Path) -> None:
    path = write(tmp_path / "home.csv", "zoe,1,4.2,", "zoe,1,4,tomorrow")
    with pytest.raises(DataError) as caught:
        read_home_file(path, FILMS)
    assert str(caught.value) == refusal("load_home_ratings", path)


def test_what_a_respondent_says_of_a_film(world: str) -> None:
    person = learned_from(3, 5, shown=(2, 3, 4, 5, 6, 6), gender="female", age=31)
    Reaction.objects.create(user=person, movie_id=7, kind="seen")
    no = Reaction.objects.create(user=person, movie_id=2, kind="not_interested")
    Reaction.objects.filter(pk=no.pk).update(created_at=timezone.now() - timedelta(days=400))
    no.refresh_from_db()
    Reaction.objects.create(user=person, movie_id=4, kind="seen")
    data, day = read_home(FILMS), day_of(person.created_at)
    assert list(data.people) == [HomeKey("respondent", person.pk, str(person.number))]
    assert signals(data) == [
        (0, 2, False, 1.0, True, day_of(no.created_at)),
        (0, 3, True, 5.0, True, day),
        (0, 4, False, NAN, False, day),
        (0, 5, True, 5.0, True, day),
        (0, 6, False, NAN, True, day),
        (0, 7, False, NAN, False, day),
    ]
    assert np.flatnonzero(data.asked_counts).tolist() == [1, 2, 4, 5]
    assert (data.genders.tolist(), data.age_bands.tolist()) == (["female"], [25])


def test_a_pick_counts_before_a_reaction_to_the_same_film(world: str) -> None:
    person = learned_from(3)
    Reaction.objects.create(user=person, movie_id=3, kind="not_interested")
    assert signals(read_home(FILMS)) == [(0, 3, True, 5.0, True, day_of(person.created_at))]


def test_people_of_files_come_first_then_respondents_by_number(world: str, file: Path) -> None:
    second, first = learned_from(1), learned_from(2)
    Respondent.objects.filter(pk=second.pk).update(number=first.number + 1)
    load_home_ratings(path=file)
    data = read_home(FILMS)
    assert [key.kind for key in data.people] == ["file", "file", "respondent", "respondent"]
    assert [key.pk for key in data.people][2:] == [first.pk, second.pk]
    assert np.argwhere(data.likes.toarray()).tolist() == [[0, 0], [1, 0], [2, 1], [3, 0]]


def test_films_that_were_not_asked_about_and_people_with_no_other_are_left_out(
    world: str, file: Path
) -> None:
    load_home_ratings(path=file)
    learned_from(5, shown=(6,))
    last = learned_from(3, 5, shown=(1, 9999))
    data = read_home(np.array([1, 3]))
    assert [key.name for key in data.people] == ["zoe", "양파", str(last.number)]
    assert np.column_stack([data.users, data.movies]).tolist() == [
        [0, 0], [1, 0], [1, 1], [2, 0], [2, 1],
    ]  # fmt: skip


def test_nobody_gives_empty_arrays(world: str) -> None:
    data = read_home(FILMS)
    assert (len(data.people), len(data.users), data.likes.shape) == (0, 0, (0, 80))
    assert data.asked_counts.tolist() == [0] * 80
    assert len(data.digest) == 64


# --- consent -------------------------------------------------------------------------------------


def withdraw(person: Respondent) -> None:
    Respondent.objects.filter(pk=person.pk).update(learning_consent=False, shown=[])


def expire(person: Respondent) -> None:
    now = timezone.now()
    Respondent.objects.filter(pk=person.pk).update(
        consented_at=now - timedelta(days=90), retain_until=now - timedelta(seconds=1)
    )


def delete(person: Respondent) -> None:
    delete_result(respondent=person)


@pytest.mark.parametrize("leave", [withdraw, expire, delete])
def test_a_respondent_who_leaves_leaves_no_trace(world: str, leave: Any) -> None:
    learned_from(1, shown=(2,))
    before = read_home(FILMS)
    person = learned_from(3, 4, shown=(5, 6), gender="male", age=40)
    Reaction.objects.create(user=person, movie_id=7, kind="not_interested")
    assert len(read_home(FILMS).people) == 2
    leave(person)
    after = read_home(FILMS)
    assert list(after.people) == list(before.people)
    assert signals(after) == signals(before)
    assert after.digest == before.digest


def test_a_respondent_without_consent_leaves_no_trace(world: str) -> None:
    person = add_respondent(1, 2)
    Reaction.objects.create(user=person, movie_id=7, kind="not_interested")
    assert len(read_home(FILMS).people) == 0
    assert Movie.objects.filter(preferred_by=person).count() == 2


# --- digest and splits ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rows",
    [
        ("zoe,1,4.5,2026-01-31", "adam,2,3,"),
        ("zoe,1,4,2026-01-31", "adam,2,4,"),
        ("zoe,1,4.5,2026-01-30", "adam,2,4,"),
        ("zoe,3,4.5,2026-01-31", "adam,2,4,"),
        ("zoa,1,4.5,2026-01-31", "adam,2,4,"),
        ("zoe,1,4.5,2026-01-31", "adam,2,4,", "adam,3,1,"),
        ("zoe,1,4.5,2026-01-31",),
    ],
)
def test_the_digest_tells_what_was_read(tmp_path: Path, rows: tuple[str, ...]) -> None:
    first = ("zoe,1,4.5,2026-01-31", "adam,2,4,", "kim,999,4,")
    data = read_home_file(write(tmp_path / "a.csv", *first), FILMS)
    same = read_home_file(write(tmp_path / "b.csv", *first[1::-1]), FILMS)
    other = read_home_file(write(tmp_path / "c.csv", *rows), FILMS)
    assert data.digest == same.digest != other.digest


def test_a_split_keeps_the_films_and_renumbers_the_people(world: str, file: Path) -> None:
    load_home_ratings(path=file)
    person = learned_from(5, shown=(6,), gender="female", age=61)
    data = read_home(FILMS)
    part = data.of_people(np.array([1, 2]))
    assert [key.name for key in part.people] == ["양파", str(person.number)]
    assert (part.genders.tolist(), part.age_bands.tolist()) == (["", "female"], [0, 56])
    assert signals(part) == [(row - 1, *rest) for row, *rest in signals(data) if row in (1, 2)]
    assert (part.likes != data.likes[1:]).nnz == 0
    assert part.asked_counts[[0, 4, 5, 79]].tolist() == [1, 1, 1, 0]
    assert part.digest != data.digest
    assert data.of_people(np.arange(3)).digest == data.digest
