"""Files of films, people and ratings as people and programs other than MovieLens write them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from movies.movielens import Release, open_release

RATINGS = "user_id,movie_id,rating\n1,1,5\n1,2,3.5\n2,1,4\n"
MOVIES = "movie_id,title,genres\n1,Heat (1995),Crime|Drama\n2,Up (2009),Animation\n"
USERS = "user_id,gender,age\n1,M,27\n2,F,30\n"
PLAIN = {"rating.csv": RATINGS, "movie.csv": MOVIES, "user.csv": USERS}
PAIRS = [(1, 1, 5.0), (1, 2, 3.5), (2, 1, 4.0)]


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """A folder with these files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        data = content.encode() if isinstance(content, str) else content
        (folder / name).write_bytes(data)
    return folder


def read(path: Path) -> tuple[Release, list[tuple[int, int, float]]]:
    """The release and its ratings: user, film, stars."""
    with open_release(path) as release:
        chunks = list(release.rating_chunks())
    rows = [
        row
        for chunk in chunks
        for row in zip(chunk["ml_user_id"], chunk["movie_id"], chunk["rating"], strict=True)
    ]
    return release, rows
