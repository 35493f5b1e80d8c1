"""Keeps what films are searched by (`TitleIndex`) in step with their titles."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.db import connection, transaction

from movies.titles.folding import FOLDING, index_entry

Stale = tuple[int, str, str, int, str]  # film, its two titles, ratings, digest

AT_ONCE = 5_000  # films folded in one go: 4 MB of text
# No title contains the separator, so different titles make different texts.
STALE = """
    SELECT m.movie_id, m.title, m.title_ko, m.rating_count, m.digest
    FROM (SELECT *, md5(concat_ws(chr(31), %(folding)s::text, title, title_ko)) AS digest
          FROM movies_movie WHERE %(films)s::int[] IS NULL OR movie_id = ANY(%(films)s)) AS m
    LEFT JOIN movies_titleindex i USING (movie_id)
    WHERE i.made_from IS DISTINCT FROM m.digest::uuid
    ORDER BY m.movie_id
"""
FOLLOW_RATINGS = """
    UPDATE movies_titleindex i SET rating_count = m.rating_count FROM movies_movie m
    WHERE m.movie_id = i.movie_id AND m.rating_count <> i.rating_count
      AND (%(films)s::int[] IS NULL OR m.movie_id = ANY(%(films)s))
"""
COPY = """
    COPY movies_titleindex (movie_id, rating_count, names, keys, made_from) FROM STDIN
"""


@transaction.atomic
def refresh_titles(films: Collection[int] | None = None) -> int:
    """Fold the changed titles of these films (of all, without `films`).

    Whatever writes titles calls it at the end of its transaction, while it holds the films that it
    wrote: so a film and its index never differ, and no two writers meet here. Returns how many
    films had another title, or none, in the index before.
    """
    parameters = {"folding": FOLDING, "films": None if films is None else list(films)}
    with connection.cursor() as cursor:
        cursor.execute(FOLLOW_RATINGS, parameters)
        cursor.execute(STALE, parameters)
        stale: list[Stale] = cursor.fetchall()
        for start in range(0, len(stale), AT_ONCE):
            _replace(cursor, stale[start : start + AT_ONCE])
    return len(stale)


def _replace(cursor: Any, films: Sequence[Stale]) -> None:
    """Uses COPY. Folded names hold letters, spaces, "^" and "$": nothing needs escaping."""
    numbers = [number for number, *_rest in films]
    cursor.execute("DELETE FROM movies_titleindex WHERE movie_id = ANY(%s)", [numbers])
    with cursor.copy(COPY) as copy:
        for number, title, title_ko, ratings, digest in films:
            names, keys = index_entry(title, title_ko)
            listed = ",".join(map(str, keys))
            copy.write(f"{number}\t{ratings}\t{names}\t{{{listed}}}\t{digest}\n")
