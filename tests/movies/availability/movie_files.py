"""Files of film details and availability, and what operators read after loading one."""

from __future__ import annotations

from pathlib import Path

from movies.models import Movie
from tests.operators import run

DETAILS = "movie_id,imdb_id,tmdb_id,title_ko,poster_path\n"
AVAILABILITY = "movie_id,platform,available,source,checked_on\n"


def write(folder: Path, name: str, *lines: str) -> Path:
    path = folder / name
    path.write_text("".join(lines), encoding="utf-8")
    return path


def details(folder: Path, *lines: str, header: str = DETAILS) -> Path:
    return write(folder, "details.csv", header, *(f"{line}\n" for line in lines))


def availability(folder: Path, *lines: str, name: str = "availability.csv") -> Path:
    return write(folder, name, AVAILABILITY, *(f"{line}\n" for line in lines))


def film(movie_id: int) -> Movie:
    return Movie.objects.get(pk=movie_id)


def last_line(output: str) -> str:
    """The summary without its seconds."""
    return output.splitlines()[-1].rpartition(" (")[0]


def loaded(command: str, *arguments: object) -> str:
    return last_line(run(command, *arguments)[0])
