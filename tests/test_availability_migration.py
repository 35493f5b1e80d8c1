"""Migration 0002 of films: what was known before by platform becomes what each source said."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from movies.models import Availability, Movie, Platform

BEFORE = [("movies", "0001_initial")]
OLD_MOVIE = """
    INSERT INTO movies_movie (movie_id, title, title_ko, genres, rating_count, poster_path,
        platforms_fetched, platforms_staff, platforms_provenance, platforms_checked_at)
    VALUES (%s, 'Film', '', '{}', 0, '', %s, %s, %s, '2026-01-05 00:00+09')
"""


@pytest.fixture
def old_tables(transactional_db: None) -> Iterator[None]:
    MigrationExecutor(connection).migrate(BEFORE)
    yield
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def test_old_rows_become_statements_whatever_their_source_was_called(old_tables: None) -> None:
    with connection.cursor() as cursor:
        for slug in ("netflix", "tving", "watcha", "wavve"):
            cursor.execute(
                "INSERT INTO movies_platform (slug, name, name_ko, homepage, tmdb_provider_ids, "
                "is_active, films_known, films_carried, surveyed_known, surveyed_carried) "
                "VALUES (%s, %s, '', '', '{}', true, 0, 0, 0, 0)",
                [slug, slug],
            )
        fetched = {"netflix": True, "tving": False, "watcha": True, "wavve": True, "gone": True}
        provenance = {
            "netflix": {"source": "tmdb-kr", "checked_on": "2026-01-02"},
            "tving": {"source": "", "checked_on": "2026-01-03"},
            "watcha": {"source": "staff", "checked_on": "2026-01-04"},
        }
        staff = {"watcha": False}
        values = [json.dumps(value) for value in (fetched, staff, provenance)]
        cursor.execute(OLD_MOVIE, [260, *values])

    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())

    rows = Availability.objects.exclude(source="staff").order_by("platform")
    days = [row.checked_at.isoformat() for row in rows]
    assert list(rows.values_list("platform", "source", "included", "is_newest")) == [
        ("netflix", "tmdb-kr", True, True),
        ("tving", "unknown", False, True),
        ("watcha", "staff (file)", True, True),
        ("wavve", "unknown", True, True),
    ]
    assert days[0] == "2026-01-01T15:00:00+00:00"  # the first moment of the day in Seoul
    own = Availability.objects.get(source="staff")
    assert (own.platform_id, own.included, own.is_newest) == ("watcha", False, False)
    movie = Movie.objects.get()
    assert movie.platforms == fetched | staff
    assert Platform.objects.count() == 4
