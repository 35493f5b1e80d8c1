"""Deletes people at home and their ratings; whoever was trained on them forgets them at once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from django.db import connection, transaction

from common import loading
from common.models import DataLoad

EVERYBODY = "SELECT id FROM recommend_homeperson"
WITHOUT_RATING = """
SELECT p.id FROM recommend_homeperson p
WHERE NOT EXISTS (SELECT FROM recommend_homerating r WHERE r.person_id = p.id)
"""


@dataclass(frozen=True)
class RemovedPeople:
    people: int
    ratings: int


@transaction.atomic
def delete_people(keys: Collection[int]) -> RemovedPeople:
    """Delete these people of files with their ratings, and their rows of all runs."""
    with connection.cursor() as cursor:
        return delete_selected(cursor, "SELECT unnest(%s::bigint[])", [list(keys)])


def remove_everybody(*, dry_run: bool = False) -> RemovedPeople:
    """Delete all people of files as `delete_people` does, and write that into the ledger.

    Raises `DataError` while another load is running.
    """
    started = perf_counter()
    with loading.exclusive_load(dry_run=dry_run) as cursor:
        removed = delete_selected(cursor, EVERYBODY)
        loading.record_load(
            kind=DataLoad.Kind.HOME_RATINGS,
            name="(removed)",
            digest="",  # of no file, so every file can be loaded again
            counts={"removed_people": removed.people, "removed_ratings": removed.ratings},
            started=started,
        )
    return removed


def delete_selected(cursor: Any, query: str, parameters: Any = None) -> RemovedPeople:
    """Delete the people whose ids `query` selects (fixed SQL, never input). Needs a transaction.

    A trigger deletes the tastes of runs together with the members.
    """
    cursor.execute(f"CREATE TEMPORARY TABLE gone_person ON COMMIT DROP AS {query}", parameters)
    removed = []
    for table, column in (
        ("recommend_homemember", "person_id"),
        ("recommend_homerating", "person_id"),
        ("recommend_homeperson", "id"),
    ):
        cursor.execute(f"DELETE FROM {table} WHERE {column} IN (TABLE gone_person)")  # noqa: S608
        removed.append(int(cursor.rowcount))
    cursor.execute("DROP TABLE gone_person")
    _members, ratings, people = removed
    return RemovedPeople(people, ratings)


def forget_films(cursor: Any, query: str) -> RemovedPeople:
    """Delete ratings at home of the films whose ids `query` selects (fixed SQL, never input), and
    the people who have no other. Needs a transaction."""
    cursor.execute(f"DELETE FROM recommend_homerating WHERE movie_id IN ({query})")  # noqa: S608
    ratings = int(cursor.rowcount)
    return RemovedPeople(delete_selected(cursor, WITHOUT_RATING).people, ratings)
