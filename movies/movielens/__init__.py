"""Reads every MovieLens release, its mirrors, and plain files of the same content, as one shape.

Pure: no Django import; writes and extracts nothing. The only error for bad input is
`common.errors.DataError`, which names file and line. The database checks whether ratings refer to
known users and films, and whether a pair is rated twice; for that, every chunk has `line`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import pandas as pd

from movies.movielens.headers import RATINGS
from movies.movielens.layouts import find_release, release_name
from movies.movielens.ratings import rating_chunks
from movies.movielens.source import open_source, read_content
from movies.movielens.tables import read_movies, read_users

__all__ = ["Release", "open_release"]


@dataclass(frozen=True, eq=False)
class Release:
    """One release, open for reading.

    `movies`: movie_id int64, title str, year Int64, genres (lists of str), imdb_id and tmdb_id
    Int64 (114709 for tt0114709), title_ko (str or None), line int64.
    `users`: ml_user_id int64, gender ("female", "male" or None), age Int64, occupation str; None
    where the release has no users file.
    `rating_chunks()`: all ratings in the order of the file, about 500,000 checked rows at a time:
    line int64, ml_user_id and movie_id int32, rating. May be called again. Raises `DataError` while
    iterating, so write inside a transaction.
    `used` and `ignored`: in words, which files and columns were read and how, and which were not.
    """

    name: str  # "ml-1m": the folder inside the zip, else the name of the folder or zip itself
    id_space: str  # "movielens" is shared by 1M and all later ones; else the layout's own, "plain"
    digest: str  # SHA-256 (hex) over names and bytes of the files that are read
    movies: pd.DataFrame
    users: pd.DataFrame | None
    ratings_file: str  # "ml-1m/ratings.dat": for messages about a line of it
    ratings_lines: int  # of that file, with its header: about as many as there are ratings
    rating_chunks: Callable[[], Iterator[pd.DataFrame]]
    used: Sequence[str]
    ignored: Sequence[str]


@contextmanager
def open_release(source: Path, *, today: date | None = None) -> Iterator[Release]:
    """The release in a zip or folder; `DataError` if there is none, or it is broken.

    Reads all files once for the digest (which finds damage), then films and users. Reads ratings
    on demand, until the context ends. Ages are computed from dates of birth for `today`.
    """
    with open_source(source) as opened:
        found = find_release(opened)
        opened.check(found.members)
        content = read_content(opened, found.members)
        found = replace(found, encodings=content.encodings)
        people = read_users(opened, found, today or datetime.now(UTC).date())
        yield Release(
            name=release_name(opened, found),
            id_space=found.layout.id_space,
            digest=content.digest,
            movies=read_movies(opened, found),
            users=people.frame if people else None,
            ratings_file=found.files[RATINGS].path,
            ratings_lines=content.lines[found.files[RATINGS].path],
            rating_chunks=partial(rating_chunks, opened, found),
            used=[*found.used(), *(people.notes if people else ["no file of people"])],
            ignored=found.ignored(),
        )
