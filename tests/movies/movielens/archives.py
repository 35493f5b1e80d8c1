"""Tiny MovieLens releases of our own making, in every layout, for the tests of readers and loaders.

Three people rate five films. The films keep their MovieLens ids, except in 100K and the plain
files, where they are numbered from 1. All names, titles and ratings are the same in every layout,
as far as it can carry them (half stars are rounded down in 100K and 1M).
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

GENRE_FLAGS = (
    "unknown|Action|Adventure|Animation|Children's|Comedy|Crime|Documentary|Drama|Fantasy|"
    "Film-Noir|Horror|Musical|Mystery|Romance|Sci-Fi|Thriller|War|Western"
)


@dataclass(frozen=True)
class TinyFilm:
    movie_id: int
    catalogued: str  # the title as MovieLens writes it
    genres: str
    title: str  # as a person knows it
    year: int
    imdb_id: int
    tmdb_id: int


FILMS = (
    TinyFilm(1, "Toy Story (1995)", "Animation|Children's|Comedy", "Toy Story", 1995, 114709, 862),
    TinyFilm(
        29,
        "City of Lost Children, The (Cité des enfants perdus, La) (1995)",
        "Adventure|Sci-Fi",
        "The City of Lost Children (La Cité des enfants perdus)",
        1995,
        112682,
        902,
    ),
    TinyFilm(
        260,
        "Star Wars: Episode IV - A New Hope (1977)",
        "Action|Adventure|Fantasy|Sci-Fi",
        "Star Wars: Episode IV - A New Hope",
        1977,
        76759,
        11,
    ),
    TinyFilm(1210, "Enfer, L' (1994)", "Drama", "L'Enfer", 1994, 109731, 33157),
    TinyFilm(2571, "Matrix, The (1999)", "Action|Sci-Fi|Thriller", "The Matrix", 1999, 133093, 603),
)
# ml_user_id, gender, age, first age of the band of 1M, occupation of 100K, its code in 1M
USERS = (
    (1, "F", 24, 18, "student", 4),
    (2, "M", 53, 50, "other", 0),
    (3, "M", 29, 25, "writer", 20),
)
# ml_user_id, place of the film in FILMS, rating
RATINGS = (
    (1, 0, 5.0),
    (1, 2, 4.5),
    (1, 4, 4.0),
    (2, 0, 3.0),
    (2, 1, 2.0),
    (2, 2, 5.0),
    (3, 1, 4.0),
    (3, 3, 3.5),
    (3, 4, 5.0),
)
FIRST_TIMESTAMP = 978300760

LAYOUTS = (
    "ml-100k",
    "ml-1m",
    "ml-10M100K",
    "ml-20m",
    "ml-25m",
    "ml-32m",
    "ml-latest",
    "ml-latest-small",
    "plain",
)


def tiny_release(
    folder: Path,
    layout: str,
    *,
    zipped: bool = True,
    name: str | None = None,
    replace: Mapping[str, str | bytes | None] | None = None,
) -> Path:
    """Write a release in `layout` (one of `LAYOUTS`) below `folder`; the path of its zip or folder.

    `name` is the name of the folder, by default the layout's. `replace` gives other content for
    files by name, adds files, or leaves a file out (None).
    """
    name = name or layout
    contents: dict[str, str | bytes | None] = {**tiny_files(layout), **(replace or {})}
    files = {
        file: text.encode() if isinstance(text, str) else text
        for file, text in contents.items()
        if text is not None
    }
    folder.mkdir(parents=True, exist_ok=True)
    if zipped:
        return write_zip(folder / f"{name}.zip", {f"{name}/{file}": files[file] for file in files})
    (folder / name).mkdir()
    for file, data in files.items():
        (folder / name / file).write_bytes(data)
    return folder / name


def write_zip(path: Path, files: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file, data in files.items():
            archive.writestr(file, data)
    return path


def tiny_files(layout: str) -> dict[str, str | bytes]:
    """Name and content of each file of a layout."""
    if layout == "ml-100k":
        return _files_of_100k()
    if layout in ("ml-1m", "ml-10M100K"):
        return _dat_files(with_users=layout == "ml-1m")
    if layout == "plain":
        return _plain_files()
    if layout in LAYOUTS:
        return _csv_files()
    raise ValueError(f"unknown layout {layout!r}, not one of {LAYOUTS}")


def movie_id(layout: str, place: int) -> int:
    """The id of a film of `FILMS` in a layout."""
    return place + 1 if layout in ("ml-100k", "plain") else FILMS[place].movie_id


def _lines(*rows: str) -> str:
    return "".join(f"{row}\n" for row in rows)


def _files_of_100k() -> dict[str, str | bytes]:
    ratings = [
        f"{user}\t{movie_id('ml-100k', place)}\t{int(rating)}\t{FIRST_TIMESTAMP + i}"
        for i, (user, place, rating) in enumerate(RATINGS)
    ]
    films = [
        f"{place + 1}|{film.catalogued}|01-Jan-{film.year}|||"
        + "|".join(str(int(genre in film.genres.split("|"))) for genre in GENRE_FLAGS.split("|"))
        for place, film in enumerate(FILMS)
    ]
    users = [f"{user}|{age}|{gender}|{job}|12345" for user, gender, age, _, job, _ in USERS]
    return {
        "u.data": _lines(*ratings),
        "u.item": _lines(*films).encode("latin-1"),
        "u.user": _lines(*users),
        "README": "A tiny release for tests.\n",
    }


def _dat_files(*, with_users: bool) -> dict[str, str | bytes]:
    ratings = [
        f"{user}::{FILMS[place].movie_id}::{int(rating) if with_users else f'{rating:g}'}"
        f"::{FIRST_TIMESTAMP + i}"
        for i, (user, place, rating) in enumerate(RATINGS)
    ]
    films = [f"{film.movie_id}::{film.catalogued}::{film.genres}" for film in FILMS]
    users = [f"{user}::{gender}::{band}::{code}::12345" for user, gender, _, band, _, code in USERS]
    files: dict[str, str | bytes] = {
        "ratings.dat": _lines(*ratings),
        "movies.dat": _lines(*films).encode("latin-1" if with_users else "utf-8"),
        "README": "A tiny release for tests.\n",
    }
    return {**files, "users.dat": _lines(*users)} if with_users else files


def _csv_files() -> dict[str, str | bytes]:
    ratings = [
        f"{user},{FILMS[place].movie_id},{rating},{FIRST_TIMESTAMP + i}"
        for i, (user, place, rating) in enumerate(RATINGS)
    ]
    films = [
        f'{film.movie_id},"{film.catalogued}",{film.genres.replace(chr(39) + "s", "")}'
        for film in FILMS
    ]
    links = [f"{film.movie_id},{film.imdb_id:07},{film.tmdb_id}" for film in FILMS]
    return {
        "ratings.csv": _lines("userId,movieId,rating,timestamp", *ratings),
        "movies.csv": _lines("movieId,title,genres", *films),
        "links.csv": _lines("movieId,imdbId,tmdbId", *links),
        "tags.csv": _lines("userId,movieId,tag,timestamp"),
        "README.txt": "A tiny release for tests.\n",
    }


def _plain_files() -> dict[str, str | bytes]:
    ratings = [f"{user},{place + 1},{rating}" for user, place, rating in RATINGS]
    films = [
        f'{place + 1},"{film.title}",{film.year},{film.genres.replace(chr(39) + "s", "")}'
        for place, film in enumerate(FILMS)
    ]
    words = {"F": "female", "M": "male"}
    users = [f"{user},{words[gender]},{age},{job}" for user, gender, age, _, job, _ in USERS]
    return {
        "rating.csv": _lines("user_id,movie_id,rating", *ratings),
        "movie.csv": _lines("movie_id,title,year,genres", *films),
        "user.csv": _lines("user_id,gender,age,occupation", *users),
    }
