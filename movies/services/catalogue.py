"""Deletes films, with everything that this app holds of them."""

from __future__ import annotations

from typing import Any

from movies.models import Movie


def delete_movies(cursor: Any, query: str) -> None:
    """Delete the films whose ids `query` selects (fixed SQL, never input). Needs a transaction.

    The rows of other apps about these films must be deleted before.
    """
    cursor.execute(f"CREATE TEMPORARY TABLE gone ON COMMIT DROP AS {query}")
    for relation in Movie._meta.related_objects:
        model: Any = relation.related_model
        if model._meta.app_label == Movie._meta.app_label:
            table = model._meta.db_table
            cursor.execute(f"DELETE FROM {table} WHERE movie_id IN (SELECT movie_id FROM gone)")  # noqa: S608
    cursor.execute("DELETE FROM movies_movie WHERE movie_id IN (SELECT movie_id FROM gone)")
    cursor.execute("DROP TABLE gone")
