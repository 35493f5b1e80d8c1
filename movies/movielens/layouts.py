"""The file layouts of MovieLens since 1998, and which of them a source holds.

| layout | releases | files |
|---|---|---|
| `u.data` | 100K | u.data (tab), u.item and u.user (`|`); no header |
| `.dat` | 1M, 10M | ratings.dat, movies.dat (`::`); users.dat only in 1M; no header |
| `.csv` | 20M, 25M, 32M, latest, latest-small | ratings.csv, movies.csv, links.csv; header |
| plain | made by anyone | rating.csv, movie.csv, user.csv; header, columns in any order |
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from common.errors import DataError
from movies.movielens.source import Member, Source

_FLAGS_OF_100K = (
    "unknown|Action|Adventure|Animation|Children's|Comedy|Crime|Documentary|Drama|Fantasy|"
    "Film-Noir|Horror|Musical|Mystery|Romance|Sci-Fi|Thriller|War|Western"
)
GENRES_OF_100K = tuple(_FLAGS_OF_100K.split("|"))  # in the order of the flags in u.item


@dataclass(frozen=True)
class ReleaseTable:
    """One file of a layout. Columns have our names, in the order of the file."""

    name: str
    separator: str
    columns: tuple[str, ...]
    header: tuple[str, ...] = ()  # the first line, exactly; none if empty
    plain: bool = False  # a free header: any order, case and extra columns
    required: bool = True

    @property
    def has_header(self) -> bool:
        return bool(self.header) or self.plain


@dataclass(frozen=True)
class Layout:
    name: str
    id_space: str
    ratings: ReleaseTable
    movies: ReleaseTable
    users: ReleaseTable | None = None
    links: ReleaseTable | None = None

    @property
    def tables(self) -> tuple[ReleaseTable, ...]:
        optional = (self.users, self.links)
        return (self.ratings, self.movies, *(table for table in optional if table is not None))

    def __str__(self) -> str:
        return f"{self.name} ({', '.join(table.name for table in self.tables if table.required)})"


_RATING = ("ml_user_id", "movie_id", "rating", "timestamp")
_FILM = ("movie_id", "title", "genres")
_FILM_OF_100K = ("movie_id", "title", "released", "video_released", "url", *GENRES_OF_100K)
_USER_OF_100K = ("ml_user_id", "age", "gender", "occupation", "zip")
_USER_OF_1M = ("ml_user_id", "gender", "age", "occupation_code", "zip")
_IDS = ("movie_id", "imdb_id", "tmdb_id")
_RATING_HEADER = ("userId", "movieId", "rating", "timestamp")

LAYOUTS = (
    Layout(
        name="MovieLens 100K",
        id_space="movielens-100k",
        ratings=ReleaseTable("u.data", "\t", _RATING),
        movies=ReleaseTable("u.item", "|", _FILM_OF_100K),
        users=ReleaseTable("u.user", "|", _USER_OF_100K),
    ),
    Layout(
        name="MovieLens 1M or 10M",
        id_space="movielens",
        ratings=ReleaseTable("ratings.dat", "::", _RATING),
        movies=ReleaseTable("movies.dat", "::", _FILM),
        users=ReleaseTable("users.dat", "::", _USER_OF_1M, required=False),
    ),
    Layout(
        name="MovieLens 20M, 25M, 32M or latest",
        id_space="movielens",
        ratings=ReleaseTable("ratings.csv", ",", _RATING, _RATING_HEADER),
        movies=ReleaseTable("movies.csv", ",", _FILM, ("movieId", "title", "genres")),
        links=ReleaseTable("links.csv", ",", _IDS, ("movieId", "imdbId", "tmdbId"), required=False),
    ),
    Layout(
        name="plain files",
        id_space="plain",
        ratings=ReleaseTable("rating.csv", ",", ("ml_user_id", "movie_id", "rating"), plain=True),
        movies=ReleaseTable("movie.csv", ",", ("movie_id", "title"), plain=True),
        users=ReleaseTable("user.csv", ",", ("ml_user_id",), plain=True),
    ),
)


@dataclass(frozen=True)
class FoundRelease:
    """The one release of a source: its layout, and those of its files that exist."""

    layout: Layout
    folder: str
    files: Mapping[str, Member]

    def member(self, table: ReleaseTable | None) -> Member | None:
        return None if table is None else self.files.get(table.name)

    @property
    def members(self) -> list[Member]:
        return [self.files[table.name] for table in self.layout.tables if table.name in self.files]


def find_release(source: Source) -> FoundRelease:
    """The release that the source holds; `DataError` for none, a part of one, or several."""
    folders: dict[str, dict[str, Member]] = {}
    for member in source.members:
        folders.setdefault(member.folder, {})[member.name] = member
    candidates = [
        FoundRelease(layout, folder, files)
        for folder, files in folders.items()
        for layout in LAYOUTS
        if any(table.name in files for table in layout.tables)
    ]
    with_ratings = [found for found in candidates if found.layout.ratings.name in found.files]
    if source.top_first:
        with_ratings = [found for found in with_ratings if not found.folder] or with_ratings
    if len(with_ratings) > 1:
        paths = sorted(found.files[found.layout.ratings.name].path for found in with_ratings)
        raise DataError(
            f"holds several releases ({', '.join(paths)}); expected one: give a folder with only"
            " the one to load",
            file=source.label,
        )
    if not candidates:
        known = "; ".join(map(str, LAYOUTS))
        there = _some([member.path for member in source.members]) or "nothing"
        what = f"no MovieLens release is in here, found {there}; expected one of: {known}"
        raise DataError(what, file=source.label)
    found = (with_ratings or candidates)[0]
    _refuse_missing(source, found)
    return found


def release_name(source: Source, found: FoundRelease) -> str:
    """The folder inside the source that holds the files, else the source's own name."""
    return found.folder.rpartition("/")[2] or source.name


def _refuse_missing(source: Source, found: FoundRelease) -> None:
    # Only the name tells a 1M without its users.dat from a 10M, which never had one.
    is_1m = release_name(source, found).lower() == "ml-1m"
    missing = [
        table.name
        for table in found.layout.tables
        if table.name not in found.files
        and (table.required or (table.name == "users.dat" and is_1m))
    ]
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        raise DataError(
            f"{', '.join(missing)} {verb} missing from {found.layout.name}; found"
            f" {_some(sorted(found.files))}",
            file=f"{source.label}/{found.folder}" if found.folder else source.label,
        )


def _some(names: Sequence[str], at_most: int = 8) -> str:
    more = f" and {len(names) - at_most} more" if len(names) > at_most else ""
    return ", ".join(names[:at_most]) + more
