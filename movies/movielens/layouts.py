"""The file layouts of MovieLens since 1998 and of its mirrors, and which of them a source holds.

| layout | releases | files |
|---|---|---|
| `u.data` | 100K | u.data (tab), u.item and u.user (`|`); no header |
| `.dat` | 1M, 10M | ratings.dat, movies.dat (`::`); users.dat only in 1M; no header |
| MovieTweetings | MovieTweetings | the same names; films by IMDb id, stars from 0 to 10 |
| with headers | 20M, 25M, 32M, latest, latest-small, mirrors; files made by anyone | any names |

Files without a header are known by their names. Files with one are known by their columns
(`movies.movielens.headers`): ratings and films are needed, people and links may be there.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from common import tables
from common.errors import DataError
from movies.movielens import headers
from movies.movielens.headers import MOVIES, RATINGS, USERS
from movies.movielens.source import Source, SourceFile

_FLAGS_OF_100K = (
    "unknown|Action|Adventure|Animation|Children's|Comedy|Crime|Documentary|Drama|Fantasy|"
    "Film-Noir|Horror|Musical|Mystery|Romance|Sci-Fi|Thriller|War|Western"
)
GENRES_OF_100K = tuple(_FLAGS_OF_100K.split("|"))  # in the order of the flags in u.item

_RATING = ("ml_user_id", "movie_id", "rating", "timestamp")
_FILM = ("movie_id", "title", "genres")
_FILM_OF_100K = ("movie_id", "title", "released", "video_released", "url", *GENRES_OF_100K)
_USER_OF_100K = ("ml_user_id", "age", "gender", "occupation", "zip")
_USER_OF_1M = ("ml_user_id", "gender", "age", "occupation_code", "zip")
_USER_OF_TWEETINGS = ("ml_user_id", "twitter_id")

_NOT_USED = {"timestamp", "zip", "released", "video_released", "url", "twitter_id"}

MOVIELENS, PLAIN = "movielens", "plain"
_CSV_RELEASE = "MovieLens 20M, 25M, 32M or latest"
_PLAIN_FILES = "plain files"
_TABLE_SUFFIXES = (".csv", ".tsv", ".txt")
_MOST_LOOKED_INTO: Final = 100  # files with a header, of a source


@dataclass(frozen=True)
class ReleaseTable:
    """One file of a release and how to read it.

    `columns` has our name for each column, in the order of the file. With a `header`, fields may be
    quoted, and the columns that are not used have the names of the file.
    """

    name: str
    separator: str
    columns: tuple[str, ...]
    header: tables.Header | None = None
    required: bool = True

    @property
    def has_header(self) -> bool:
        return self.header is not None


@dataclass(frozen=True)
class Scale:
    """The stars of a file, from `low` to `high`, and the factor that makes five of the highest."""

    low: float = 0.5
    high: float = 5.0
    factor: float = 1.0
    steps: float | None = 0.5  # None: any number


@dataclass(frozen=True)
class Layout:
    """What the files of a release are. The ids of films of one `id_space` are the same films."""

    name: str
    id_space: str
    tables: Mapping[str, ReleaseTable]  # by role
    scale: Scale = Scale()


FIXED_LAYOUTS = (
    Layout(
        "MovieLens 100K",
        "movielens-100k",
        {
            RATINGS: ReleaseTable("u.data", "\t", _RATING),
            MOVIES: ReleaseTable("u.item", "|", _FILM_OF_100K),
            USERS: ReleaseTable("u.user", "|", _USER_OF_100K),
        },
    ),
    Layout(
        "MovieLens 1M or 10M",
        MOVIELENS,
        {
            RATINGS: ReleaseTable("ratings.dat", "::", _RATING),
            MOVIES: ReleaseTable("movies.dat", "::", _FILM),
            USERS: ReleaseTable("users.dat", "::", _USER_OF_1M, required=False),
        },
    ),
)
MOVIE_TWEETINGS = Layout(
    "MovieTweetings",
    "movietweetings",
    {
        RATINGS: ReleaseTable("ratings.dat", "::", _RATING),
        MOVIES: ReleaseTable("movies.dat", "::", _FILM),
        USERS: ReleaseTable("users.dat", "::", _USER_OF_TWEETINGS, required=False),
    },
    Scale(low=0.0, high=10.0, factor=0.5, steps=1.0),
)
_KNOWN = (
    "u.data, u.item, u.user (MovieLens 100K); ratings.dat, movies.dat (1M, 10M, MovieTweetings); or"
    " files with a header such as ratings.csv, movies.csv, links.csv (20M and later) or rating.csv,"
    " movie.csv, user.csv"
)
_ID_OF_IMDB = re.compile(rb"[0-9]{7,9}::")  # padded, as MovieTweetings writes it


@dataclass(frozen=True)
class FoundRelease:
    """The one release of a source: its layout, those of its files that exist, by role, and what
    else lies beside them. `encodings` of the files by path, once they have been read."""

    layout: Layout
    folder: str
    files: Mapping[str, SourceFile]
    others: Sequence[str] = ()
    encodings: Mapping[str, str] = field(default_factory=dict)

    @property
    def members(self) -> list[SourceFile]:
        return list(self.files.values())

    def table(self, role: str) -> tuple[ReleaseTable, SourceFile] | None:
        member = self.files.get(role)
        return None if member is None else (self.layout.tables[role], member)

    def needed(self, role: str) -> tuple[ReleaseTable, SourceFile]:
        return self.layout.tables[role], self.files[role]

    def text(self, source: Source, member: SourceFile) -> Generator[bytes, None, None]:
        """The bytes of a file, in UTF-8 unless it is in no known encoding."""
        return source.text_blocks(member, self.encodings.get(member.path, tables.UTF_8))

    def used(self) -> list[str]:
        """Which files and columns are read, and how where that is not plain."""
        if not any(table.has_header for table in self.layout.tables.values()):
            names = ", ".join(member.name for member in self.files.values())
            return [f"{names} ({self.layout.name})", *self._notes()]
        used = []
        for role, member in self.files.items():
            header = self.layout.tables[role].header
            columns = header.in_words() if header else ""
            used.append(f"{member.name}: {columns}{self._reading(role)}")
        ids = "MovieLens" if self.layout.id_space == MOVIELENS else "their own"
        return [*used, f"ids of films: {ids}"]

    def _reading(self, role: str) -> str:
        """How a file is read, if it is neither UTF-8 nor separated by commas."""
        table, member = self.needed(role)
        encoding = self.encodings.get(member.path, tables.UTF_8)
        return tables.reading(encoding, table.separator)

    def _notes(self) -> list[str]:
        if self.layout is not MOVIE_TWEETINGS:
            return []
        return ["ids of films: IMDb", "stars from 0 to 10 are halved, and 0 counts as 0.5"]

    def ignored(self) -> list[str]:
        """Which columns and files beside them are not read."""
        ignored = []
        for role, member in self.files.items():
            table = self.layout.tables[role]
            names = table.header.ignored if table.header else _unused(table.columns)
            if names:
                ignored.append(f"{member.name}: {some(names)}")
        return [*ignored, *([some(self.others)] if self.others else [])]


def _unused(columns: Sequence[str]) -> list[str]:
    return [column for column in columns if column in _NOT_USED]


def find_release(source: Source) -> FoundRelease:
    """The release that the source holds; `DataError` for none, a part of one, or several."""
    folders: dict[str, dict[str, SourceFile]] = defaultdict(dict)
    for member in source.members:
        folders[member.folder][member.name] = member
    candidates = [
        found for folder, files in folders.items() for found in _releases(source, folder, files)
    ]
    with_ratings = [found for found in candidates if RATINGS in found.files]
    if source.top_first:
        with_ratings = [found for found in with_ratings if not found.folder] or with_ratings
    if len(with_ratings) > 1:
        paths = sorted(found.files[RATINGS].path for found in with_ratings)
        raise DataError(
            f"holds several releases ({', '.join(paths)}); expected one: give a folder with only"
            " the one to load",
            file=source.label,
        )
    if not candidates:
        there = some([member.path for member in source.members]) or "nothing"
        what = f"no MovieLens release is in here, found {there}; expected one of: {_KNOWN}"
        raise DataError(what, file=source.label)
    found = (with_ratings or candidates)[0]
    _refuse_missing(source, found)
    return found


def release_name(source: Source, found: FoundRelease) -> str:
    """The folder inside the source that holds the files, else the source's own name."""
    return found.folder.rpartition("/")[2] or source.name


def _releases(
    source: Source, folder: str, files: Mapping[str, SourceFile]
) -> Iterator[FoundRelease]:
    """What may be a release, or a part of one, in a folder."""
    for layout in FIXED_LAYOUTS:
        there = {
            role: files[table.name] for role, table in layout.tables.items() if table.name in files
        }
        if there:
            source.check(list(there.values()))
            is_tweetings = layout.id_space == MOVIELENS and _is_tweetings(source, there)
            chosen = MOVIE_TWEETINGS if is_tweetings else layout
            yield FoundRelease(chosen, folder, there, _others(files, there))
    with_header = _with_header(source, folder, files)
    if with_header is not None:
        yield with_header


def _is_tweetings(source: Source, files: Mapping[str, SourceFile]) -> bool:
    """Films have padded IMDb ids, and people, if they are there, only a Twitter id."""
    films = source.head(files[MOVIES]) if MOVIES in files else b""
    users = source.head(files[USERS]) if USERS in files else b""
    return bool(_ID_OF_IMDB.match(films)) and users.partition(b"\n")[0].count(b"::") < 2


def _with_header(
    source: Source, folder: str, files: Mapping[str, SourceFile]
) -> FoundRelease | None:
    candidates = [
        member for name, member in files.items() if name.lower().endswith(_TABLE_SUFFIXES)
    ]
    sheets = [headers.read_sheet(source, member) for member in candidates[:_MOST_LOOKED_INTO]]
    chosen = headers.sheets_by_role(sheets)
    there = {role: sheet.member for role, sheet in chosen.items()}
    if not there:
        return None
    layout = Layout(
        _PLAIN_FILES if headers.is_plain(chosen) else _CSV_RELEASE,
        PLAIN if headers.is_plain(chosen) else MOVIELENS,
        {
            role: ReleaseTable(
                sheet.member.name, sheet.header.separator, sheet.columns, sheet.header
            )
            for role, sheet in chosen.items()
        },
        Scale(steps=None if headers.is_plain(chosen) else 0.5),
    )
    return FoundRelease(layout, folder, there, _others(files, there))


def _others(files: Mapping[str, SourceFile], used: Mapping[str, SourceFile]) -> list[str]:
    names = {member.name for member in used.values()}
    return sorted(name for name in files if name not in names and not name.startswith("."))


def _refuse_missing(source: Source, found: FoundRelease) -> None:
    # Only the name tells a 1M without its users.dat from a 10M, which never had one.
    is_1m = release_name(source, found).lower() == "ml-1m"
    missing = [
        table.name
        for role, table in found.layout.tables.items()
        if role not in found.files and (table.required or is_1m)
    ]
    if not found.layout.tables.keys() >= {RATINGS, MOVIES}:
        missing = headers.missing_names(found.files)
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        there = sorted([*(member.name for member in found.files.values()), *found.others])
        raise DataError(
            f"{', '.join(missing)} {verb} missing from {found.layout.name}; found {some(there)}"
            f"{headers.expected_columns(missing)}",
            file=f"{source.label}/{found.folder}" if found.folder else source.label,
        )


def some(names: Sequence[str], at_most: int = 8) -> str:
    """The names, the first ones if there are many."""
    more = f" and {len(names) - at_most} more" if len(names) > at_most else ""
    return ", ".join(names[:at_most]) + more
