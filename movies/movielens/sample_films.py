"""The films of the bundled sample: real ones, read from `fixtures/sample_movies.csv`.

Facts are titles, years, TMDB ids, whether a film is Korean, whether it is foreign (not Korean, and
made in another language than English), and `own`: the platform whose company made the film, owns
the studio that made it, or has it by a published contract (Netflix: its originals, and Studio
Ghibli outside Japan and North America; Disney+: Walt Disney, Pixar, Marvel Studios, Lucasfilm, 20th
Century, Searchlight). The genres are our own judgement.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILMS_FILE = Path(__file__).resolve().parents[2] / "fixtures" / "sample_movies.csv"


@dataclass(frozen=True)
class SampleFilm:
    """One row of the file; `own` is a slug or empty."""

    movie_id: int
    title: str
    title_ko: str
    year: int
    genres: tuple[str, ...]
    tmdb_id: int
    korean: bool
    foreign: bool
    own: str


def read_films(path: Path = FILMS_FILE) -> list[SampleFilm]:
    """The films of the sample, in file order (year, then title)."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            SampleFilm(
                movie_id=int(row["movie_id"]),
                title=row["title"],
                title_ko=row["title_ko"],
                year=int(row["year"]),
                genres=tuple(row["genres"].split("|")),
                tmdb_id=int(row["tmdb_id"]),
                korean=row["korean"] == "1",
                foreign=row["foreign"] == "1",
                own=row["own"],
            )
            for row in csv.DictReader(file)
        ]


@cache
def korean_films() -> frozenset[int]:
    """TMDB ids of Korean films, for catalogues of which TMDB was not asked."""
    return frozenset(film.tmdb_id for film in read_films() if film.korean)
