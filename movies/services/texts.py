"""Writes what films are about from a file: overviews in Korean and English, and keywords."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pandas as pd
from django.utils import timezone

from common import tables
from common.errors import DataError
from common.loading import copy_frame
from common.models import DataLoad
from movies.models import FilmText
from movies.models.texts import LONGEST_KEYWORD, LONGEST_OVERVIEW, LONGEST_SOURCE
from movies.movielens.headers import MOVIE_ID
from movies.services.details import FilmFile, LoadedRows
from movies.titles.plain import plain

COLUMNS: Final = ("overview_ko", "overview_en", "keywords_en")
SPELLINGS: Final[tables.Spellings] = {
    "movie_id": MOVIE_ID,
    "overview_ko": ("overviewko", "줄거리", "한국어줄거리"),
    "overview_en": ("overviewen", "영어줄거리"),
    "keywords_en": ("keywordsen", "영어키워드"),
}
BETWEEN_KEYWORDS: Final = "|"

STAGED_TEXTS = """
CREATE TEMPORARY TABLE staged_texts (
    movie_id integer, language varchar, overview varchar, keywords varchar
) ON COMMIT DROP
"""
LOCK_FILMS = """
    SELECT FROM movies_movie WHERE movie_id IN (SELECT movie_id FROM staged_texts)
    ORDER BY movie_id FOR KEY SHARE
"""
TAKE_OVER_TEXTS = """
    INSERT INTO movies_filmtext AS t (movie_id, language, overview, keywords, source, loaded_on)
    SELECT s.movie_id, s.language, s.overview,
        string_to_array(s.keywords, %(between)s), %(source)s, %(day)s
    FROM staged_texts s JOIN movies_movie USING (movie_id)
    ON CONFLICT (movie_id, language) DO UPDATE SET
        overview = coalesce(nullif(EXCLUDED.overview, ''), t.overview),
        keywords = CASE WHEN EXCLUDED.keywords = '{}' THEN t.keywords ELSE EXCLUDED.keywords END,
        source = EXCLUDED.source,
        loaded_on = EXCLUDED.loaded_on
"""
USED_FILMS = "SELECT count(DISTINCT movie_id) FROM staged_texts JOIN movies_movie USING (movie_id)"


def load_film_texts(*, path: Path, source: str | None = None, **options: Any) -> LoadedRows:
    """Load a CSV or Parquet file, all rows or none; empty fields change nothing.

    `source`: where the texts are from, by default the file's name; `options`: those of `FilmFile`.
    Raises a `DataError` that names every kind of fault with its line.
    """
    source = path.name if source is None else source.strip()
    if not 0 < len(source) <= LONGEST_SOURCE:
        raise DataError(f"the source has {len(source)} characters; expected 1 to {LONGEST_SOURCE}")
    read = tables.read_variant(path, spellings=SPELLINGS, required=("movie_id",), optional=COLUMNS)
    if not set(COLUMNS) & set(read.header.columns):
        what = f"has no column with texts; expected one of {', '.join(COLUMNS)}"
        raise DataError(what, file=path.name, line=1)
    texts = checked_texts(read.frame, file=path.name)

    def write(cursor: Any) -> dict[str, int]:
        cursor.execute(STAGED_TEXTS)
        copy_frame(cursor, "staged_texts", by_language(texts))
        cursor.execute(LOCK_FILMS)
        day = timezone.localdate()
        parameters = {"between": BETWEEN_KEYWORDS, "source": source, "day": day}
        cursor.execute(TAKE_OVER_TEXTS, parameters)
        stored = int(cursor.rowcount)
        cursor.execute(USED_FILMS)
        used = int(cursor.fetchone()[0])
        cursor.execute("DROP TABLE staged_texts")
        return {"used": used, "texts": stored}

    loaded = FilmFile.at(path, **options).store(DataLoad.Kind.FILM_TEXTS, texts, write)
    return replace(loaded, ignored=read.header.ignored)


def checked_texts(frame: pd.DataFrame, *, file: str) -> pd.DataFrame:
    """movie_id, line and `COLUMNS`, without tags; keywords each once, joined by `|`.

    A column that the file lacks is empty.
    """
    texts = frame[["line"]].copy()
    faults = tables.Faults()
    with faults:
        texts["movie_id"] = tables.integers(frame, "movie_id", file=file)
    with faults:
        keys = texts if "movie_id" in texts else frame
        tables.unique_rows(keys, ["movie_id"], file=file)
    for column in ("overview_ko", "overview_en"):
        texts[column] = _cells(frame, column).map(plain).astype("str")
        with faults:
            long = texts[column].str.len() > LONGEST_OVERVIEW
            what = f"is longer than {LONGEST_OVERVIEW:,} characters"
            tables.first_fault(texts, long, column, what, file)
    keywords = _cells(frame, "keywords_en").map(keywords_of)
    with faults:
        long = keywords.map(lambda words: any(len(word) > LONGEST_KEYWORD for word in words))
        what = f"has a keyword of more than {LONGEST_KEYWORD} characters"
        tables.first_fault(frame, long.astype(bool), "keywords_en", what, file)
    texts["keywords_en"] = keywords.map(BETWEEN_KEYWORDS.join).astype("str")
    faults.raise_if_any()
    return texts


def keywords_of(cell: str) -> list[str]:
    """The keywords of a cell, each once, in their order."""
    words = (plain(word) for word in cell.split(BETWEEN_KEYWORDS))
    # A reference such as &#124; may have been the separator.
    return list(dict.fromkeys(word.replace(BETWEEN_KEYWORDS, " ") for word in words if word))


def by_language(texts: pd.DataFrame) -> pd.DataFrame:
    """One row for each film and language that something is said in."""
    parts = [
        texts[["movie_id"]].assign(language=language, overview=texts[overview], keywords=keywords)
        for language, overview, keywords in (
            (FilmText.Language.KOREAN.value, "overview_ko", ""),
            (FilmText.Language.ENGLISH.value, "overview_en", texts["keywords_en"]),
        )
    ]
    rows = pd.concat(parts, ignore_index=True)
    return rows[(rows["overview"] != "") | (rows["keywords"] != "")]


def _cells(frame: pd.DataFrame, column: str) -> pd.Series:
    if column not in frame:
        return pd.Series("", index=frame.index, dtype="str")
    return tables.as_text(frame[column])
