"""Which table a file with a header is: ratings, films, people or links, by its columns.

A name such as rating.csv or ratings.csv only decides between two files with the same columns, and
says what a file with too few of them was meant to be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

from common import tables
from common.errors import DataError
from movies.movielens.source import Source, SourceFile, refuse_binary

RATINGS, MOVIES, USERS, LINKS = "ratings", "movies", "users", "links"

USER_ID: Final = (
    *("userid", "mluserid", "userno", "usernumber", "memberid", "customerid"),
    *("사용자id", "사용자아이디", "사용자번호", "회원id", "회원아이디", "회원번호"),
    *("유저id", "유저아이디", "유저번호", "이용자id", "이용자번호", "고객id", "고객번호"),
)
MOVIE_ID: Final = (
    *("movieid", "movieno", "movienumber", "filmid", "itemid"),
    *("영화id", "영화아이디", "영화번호", "영화코드", "작품id", "작품번호", "콘텐츠id"),
)
PEOPLE: Final[tables.Spellings] = {
    "gender": ("gender", "sex", "성별"),
    "age": (
        "age",
        "agegroup",
        "ageband",
        "agerange",
        "나이",
        "연령",
        "만나이",
        "나이만",
        "연령대",
        "나이대",
    ),
    "birth": (
        *("birth", "birthdate", "dateofbirth", "birthday", "dob", "생년월일", "생일"),
        *("birthyear", "yearofbirth", "yob", "출생연도", "출생년도", "출생년", "생년", "태어난해"),
    ),
}
SPELLINGS: Final[dict[str, tables.Spellings]] = {
    RATINGS: {
        "ml_user_id": USER_ID,
        "movie_id": MOVIE_ID,
        "rating": ("rating", "ratings", "stars", "score", "평점", "별점", "점수", "평가점수"),
    },
    MOVIES: {
        "movie_id": MOVIE_ID,
        "title": ("title", "movietitle", "filmtitle", "제목", "영화제목", "영화명", "작품명"),
        "title_ko": ("titleko", "titlekr", "koreantitle", "한글제목", "한국어제목", "국문제목"),
        "year": (
            *("year", "releaseyear", "movieyear", "개봉연도", "개봉년도", "제작연도", "제작년도"),
            *("연도", "년도"),
        ),
        "release_date": ("releasedate", "dateofrelease", "개봉일", "개봉일자", "개봉날짜"),
        "genres": ("genres", "genre", "장르"),
        "imdb_id": ("imdbid", "imdb"),
        "tmdb_id": ("tmdbid", "tmdb"),
    },
    USERS: {
        "ml_user_id": USER_ID,
        **PEOPLE,
        "occupation": ("occupation", "job", "직업"),
    },
    LINKS: {
        "movie_id": MOVIE_ID,
        "imdb_id": ("imdbid", "imdb"),
        "tmdb_id": ("tmdbid", "tmdb"),
    },
}
# As messages write them.
_NEEDED: Final = {
    RATINGS: {"ml_user_id": "user_id", "movie_id": "movie_id", "rating": "rating"},
    MOVIES: {"movie_id": "movie_id", "title": "title"},
    USERS: {"ml_user_id": "user_id"},
    LINKS: {"movie_id": "movie_id"},
}
_OF_PEOPLE: Final = {*PEOPLE, "occupation"}
_USUAL_NAMES: Final = {
    "rating": RATINGS, "ratings": RATINGS, "movie": MOVIES, "movies": MOVIES,
    "user": USERS, "users": USERS, "link": LINKS, "links": LINKS,
}  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """A file with its first line, read as the table that it is; `role` is "" if it is none."""

    member: SourceFile
    role: str
    header: tables.Header

    @property
    def columns(self) -> tuple[str, ...]:
        """Our names; a column that is not used keeps its own, apart from ours."""
        pairs = zip(self.header.names, self.header.columns, strict=True)
        return tuple(column or f"({name})" for name, column in pairs)


def read_sheet(source: Source, member: SourceFile) -> Sheet:
    """Raises `DataError` if its name promises a table that it is not, or if it cannot be read."""
    promised = _promised(member)
    try:
        head = source.head(member)
    except DataError:
        if promised:
            raise
        return Sheet(member, "", tables.read_header("", {}))
    encoding = tables.encoding_of(head.rpartition(b"\n")[0] or head)
    text = head.decode(encoding or tables.UTF_8, "replace").removeprefix("\ufeff")
    line = text.partition("\n")[0].strip("\r")
    every = {name: known for of_role in SPELLINGS.values() for name, known in of_role.items()}
    role = _role_of(set(tables.read_header(line, every).columns), promised)
    header = tables.read_header(line, SPELLINGS.get(role or promised, {}))
    if role:
        tables.refuse_doubles(header, file=member.path)
    elif promised:
        refuse_binary(head, member, 1)
        _refuse_header(member, text, header, promised)
    return Sheet(member, role, header)


def _promised(member: SourceFile) -> str:
    """The table that the file's name promises, or ""."""
    return _USUAL_NAMES.get(PurePath(member.name).stem.lower(), "")


def _role_of(has: set[str], promised: str) -> str:
    """The table that has these columns, or ""; that of its name if it has what that needs."""
    needed = {role: set(columns) <= has for role, columns in _NEEDED.items()}
    needed[LINKS] &= bool(has & {"imdb_id", "tmdb_id"})
    if promised:
        return promised if needed[promised] else ""
    # What else is listed by person, such as tags, is not a table of people.
    needed[USERS] &= bool(has & _OF_PEOPLE) and "movie_id" not in has
    return next((role for role in _NEEDED if needed[role]), "")


def _refuse_header(member: SourceFile, text: str, header: tables.Header, promised: str) -> None:
    if not text.strip():
        raise DataError("is empty; expected text", file=member.path)
    needed = _NEEDED[promised]
    missing = [spelled for name, spelled in needed.items() if name not in header.columns]
    line = text.partition("\n")[0].strip("\r")
    expected = ", ".join(missing or ["imdb_id or tmdb_id"])
    cure = "name the columns so"
    if "\r" in line:
        line, cure = line.partition("\r")[0], "save the file with line ends of Unix or Windows"
    elif "::" in line:
        cure = "put commas instead of :: between the columns"
    what = f"the header is {tables.shown(line)}; expected also {expected}: {cure}"
    raise DataError(what, file=member.path, line=1)


def sheets_by_role(sheets: Sequence[Sheet]) -> dict[str, Sheet]:
    """One file for each table; of several the one with the usual name, or `DataError`."""
    chosen = {}
    for role in SPELLINGS:
        of_role = [sheet for sheet in sheets if sheet.role == role]
        usual = [sheet for sheet in of_role if _promised(sheet.member)]
        candidates = usual or of_role
        if len(candidates) > 1:
            paths = " and ".join(sheet.member.path for sheet in candidates)
            what = f"each has the columns of {role}; expected one file: remove the others"
            raise DataError(what, file=paths)
        if candidates:
            chosen[role] = candidates[0]
    return chosen


def is_plain(chosen: Mapping[str, Sheet]) -> bool:
    """Whether the ids of films are the files' own and not those of MovieLens.

    They are MovieLens' with its file names ratings.csv and movies.csv, with a file of links, and
    where both files have MovieLens' own headers and nobody has gender or age.
    """
    names = {PurePath(sheet.member.name).stem.lower() for sheet in chosen.values()}
    if LINKS in chosen or {"ratings", "movies"} <= names:
        return False
    spelled = [
        {name for name in chosen[role].header.names if name} if role in chosen else set()
        for role in (RATINGS, MOVIES)
    ]
    original = {"userId", "movieId", "rating", "timestamp"}, {"movieId", "title", "genres"}
    return USERS in chosen or tuple(spelled) != original


def missing_names(files: Mapping[str, SourceFile]) -> list[str]:
    """What the missing files of ratings and films would be called beside these."""
    plural = any(PurePath(member.name).stem.lower().endswith("s") for member in files.values())
    names = {RATINGS: "ratings.csv", MOVIES: "movies.csv"}
    if not plural:
        names = {role: name.replace("s.csv", ".csv") for role, name in names.items()}
    return [name for role, name in names.items() if role not in files]


def expected_columns(missing: Sequence[str]) -> str:
    """ "; expected a file with the columns movie_id and title", for the names of such files."""
    texts = [
        " and ".join(_NEEDED[_USUAL_NAMES[PurePath(name).stem]].values())
        for name in missing
        if name.endswith(".csv")
    ]
    return "".join(f"; expected a file with the columns {text}" for text in texts)
