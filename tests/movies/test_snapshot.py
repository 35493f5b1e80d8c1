"""The films that every process keeps as arrays: what they hold, and that they are never stale."""

from __future__ import annotations

import numpy as np
import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from movies.models import CatalogueChange, Movie
from movies.models.changes import VERSION, Version
from movies.selectors.snapshot import SHOWN_FIELDS, Snapshot, snapshot_of


def catalogue_version() -> Version:
    with connection.cursor() as cursor:
        cursor.execute(VERSION)
        count, newest, numbers = cursor.fetchone()
    return count, newest, int(numbers)


def snapshot() -> Snapshot:
    """All films as they are now."""
    return snapshot_of(catalogue_version())


@pytest.fixture
def films(db: None) -> None:
    """Three films, of which two are somewhere."""
    Movie.objects.create(
        movie_id=3,
        title="Third",
        year=1999,
        genres=["Drama", "Comedy"],
        platforms_staff={"netflix": True, "watcha": False},
    )
    Movie.objects.create(movie_id=5, title="Fifth", genres=["Comedy"], rating_count=9)
    Movie.objects.create(movie_id=4, title="Fourth", platforms_fetched={"watcha": True})


def test_it_has_all_films_with_genres_and_platforms(films: None) -> None:
    found = snapshot()

    assert found.movie_ids.tolist() == [3, 4, 5]
    assert found.years.tolist() == [1999, 0, 0]
    assert found.ratings.tolist() == [0, 0, 9]
    assert found.of_genre("Comedy").tolist() == [True, False, True]
    assert found.of_genre("Opera").tolist() == [False] * 3
    assert found.genres_of(3) == ["Comedy", "Drama"]
    assert found.genres_of(77) == found.genres_of(4) == []
    assert found.carried_by(["netflix", "wavve"]).tolist() == [True, False, False]
    assert found.carried_by(["netflix", "watcha"]).tolist() == [True, True, False]
    assert found.carried_by([]).tolist() == [False] * 3
    lacked = found.lacked[:, found.platform_slugs.index("watcha")]
    assert lacked.tolist() == [True, False, False]  # unknown is not no


def test_films_come_in_the_order_asked_for_without_unknown_ones(films: None) -> None:
    found = snapshot()

    assert found.movie_ids[found.places([5, 77, 3])].tolist() == [5, 3]
    assert found.among([77, 4]).tolist() == [False, True, False]
    shown = found.films([5, 77, 3])
    assert [film.title for film in shown] == ["Fifth", "Third"]
    assert shown[1].platforms == {"netflix": True, "watcha": False}
    with CaptureQueriesContext(connection) as captured:
        again = found.films([3, 5])
        assert [getattr(film, name) for film in again for name in SHOWN_FIELDS]
    assert len(captured) == 0
    again[0].cover_variant = 2
    assert found.films([3])[0].cover_variant is None  # what one page decides is not the next one's


def test_without_films_it_is_empty(db: None) -> None:
    found = snapshot()

    assert len(found.movie_ids) == 0
    assert found.films([1]) == []
    assert found.places([1]).tolist() == found.carried_by(["netflix"]).tolist() == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE movies_movie SET title = 'Other' WHERE movie_id = 3",
        "UPDATE movies_movie SET title_ko = '셋' WHERE movie_id = 3",
        "UPDATE movies_movie SET year = NULL WHERE movie_id = 3",
        "UPDATE movies_movie SET genres = '{War}' WHERE movie_id = 3",
        "UPDATE movies_movie SET poster_path = '/a.jpg' WHERE movie_id = 3",
        "UPDATE movies_movie SET rating_count = 7 WHERE movie_id = 3",
        "UPDATE movies_movie SET series = 'Trilogy' WHERE movie_id = 3",
        "UPDATE movies_movie SET platforms_staff = '{\"netflix\": false}' WHERE movie_id = 3",
        "UPDATE movies_movie SET platforms_fetched = '{\"tving\": true}' WHERE movie_id = 3",
        "UPDATE movies_movie SET movie_id = 33 WHERE movie_id = 3",
        "DELETE FROM movies_movie WHERE movie_id = 3",
    ],
)
def test_any_statement_that_changes_what_is_shown_counts_at_once(
    films: None, statement: str
) -> None:
    def shown() -> list[list[object]]:
        found = snapshot()
        films = found.films([3, 33])
        return [[getattr(film, name) for name in SHOWN_FIELDS] for film in films] + [
            found.ratings.tolist(),
            [*found.series],
        ]

    before = shown()
    with connection.cursor() as cursor:
        cursor.execute(statement)

    assert shown() != before


def test_a_new_film_counts_at_once(films: None) -> None:
    assert len(snapshot().movie_ids) == 3
    Movie.objects.create(movie_id=6, title="Sixth")

    assert snapshot().movie_ids.tolist() == [3, 4, 5, 6]


def test_what_is_not_shown_changes_nothing(films: None) -> None:
    before = snapshot()
    Movie.objects.update(demand=5, in_conflict=True)
    Movie.objects.filter(pk=3).update(title="Third", platforms_fetched={})
    Movie.objects.filter(pk=99).update(title="Nobody")

    assert snapshot() is before


def test_a_change_that_is_taken_back_leaves_the_same_films(films: None) -> None:
    before = snapshot()
    with transaction.atomic():
        Movie.objects.filter(pk=3).update(title="Other")
        assert snapshot().films([3])[0].title == "Other"
        transaction.set_rollback(True)

    assert snapshot().films([3])[0].title == "Third"
    assert np.array_equal(snapshot().movie_ids, before.movie_ids)


def test_only_the_newest_numbers_are_kept(films: None) -> None:
    for ratings in range(400):
        Movie.objects.filter(pk=3).update(rating_count=ratings + 1)

    assert CatalogueChange.objects.count() <= 301
    assert snapshot().ratings.tolist()[0] == 400


@pytest.mark.django_db(transaction=True)
def test_transactions_that_commit_in_another_order_both_count() -> None:
    """The earlier number comes later."""
    Movie.objects.create(movie_id=1, title="One")
    Movie.objects.create(movie_id=2, title="Two")
    versions = [catalogue_version()]
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("UPDATE movies_movie SET title = 'First' WHERE movie_id = 1")
            Movie.objects.filter(pk=2).update(title="Second")
            versions.append(catalogue_version())
            assert [film.title for film in snapshot().films([1, 2])] == ["One", "Second"]
            cursor.execute("COMMIT")
    finally:
        other.close()

    versions.append(catalogue_version())
    assert len(set(versions)) == 3
    assert [film.title for film in snapshot().films([1, 2])] == ["First", "Second"]


@pytest.mark.django_db(transaction=True)
def test_emptied_tables_are_seen_too() -> None:
    Movie.objects.create(movie_id=1, title="One")
    assert snapshot().movie_ids.tolist() == [1]
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE movies_movie CASCADE")

    assert snapshot().movie_ids.tolist() == []
