"""Files of ratings at home, and people at home in the database."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from recommend.models import HomePerson, HomeRating, ModelRun
from recommend.scoring.weights import FACTORS

HEADER = "person,movie_id,rating,rated_at"
ROWS = (
    "zoe,1,4.5,2026-01-31",
    "양파,3,2,",
    "zoe,80,0.5,2026-02-01",
    "zoe,9001,5,2026-02-01",
    "양파,1,4.0,2012-10-07",
    "adam,9001,4,2012-10-07",
    "adam,9002,4,2012-10-07",
)


def write(path: Path, *rows: str, header: str = HEADER) -> Path:
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def stored() -> list[tuple[str, int, float, str]]:
    """All ratings at home, by person and film: name, film, stars, day."""
    rows = HomeRating.objects.values_list("person__name", "movie_id", "rating", "rated_at")
    return sorted((name, film, rating, str(day or "")) for name, film, rating, day in rows)


def neighbours(run: ModelRun, *names: str) -> None:
    """Make these people rows of a run."""
    for row, name in enumerate(names):
        run.home_tastes.create(row=row, taste=[0.5] * FACTORS, liked=[1])
        run.home_members.create(row=row, person=HomePerson.objects.get(name=name))


def names() -> Sequence[str]:
    return sorted(HomePerson.objects.values_list("name", flat=True))
