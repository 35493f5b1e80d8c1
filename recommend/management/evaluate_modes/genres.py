"""`evaluate --genres`: how soon do likes tell which genres somebody likes?"""

from __future__ import annotations

from collections.abc import Sequence

from recommend.lab.data.ratings import RatingData
from recommend.lab.reports.tables import Section
from recommend.lab.simulation.genres import LIKES, LearnedGenres, simulate_genres
from recommend.management.evaluate_modes.context import Context, Mode, rows_by_data

SEED = 124
STARTS = (3.0, 10.0, 30.0, 100.0)  # films as which the genres of all films count
HEADER = ("n0 (films)", "weight of a like", "people", *(f"{likes} likes" for likes in LIKES))


def run(context: Context) -> str:
    """With the start that staff have set in the live run, and others beside it."""
    own = float(context.served().genre_films)
    starts = sorted({*STARTS, own})

    def measure(data: RatingData) -> list[LearnedGenres]:
        return simulate_genres(data, seed=_seed(context), starts=starts)

    found = context.measure_each("genres", measure, _sections, rows_by_data)
    return "; ".join(
        f"{name}: {_nats(row)} nats after {', '.join(map(str, LIKES))} likes with n0 = {own:g}"
        for name, rows in found.items()
        for row in rows
        if row.films == own
    )


def _seed(context: Context) -> int:
    return context.seeds[0] if context.options["seeds"] else SEED


def _nats(row: LearnedGenres) -> str:
    return ", ".join(f"{row.nats[likes]:.3f}" for likes in LIKES)


def _sections(name: str, rows: Sequence[LearnedGenres]) -> list[Section]:
    cells = [
        [
            "N (partial_fit)" if row.films is None else f"{row.films:g}",
            f"{row.weight:g}",
            f"{row.people:,}",
            *(f"{row.nats[likes]:.3f}" for likes in LIKES),
        ]
        for row in rows
    ]
    return [Section(f"Genres after likes, cross-entropy in nats: {name}", HEADER, cells)]


MODE = Mode(
    flag="--genres",
    help="how soon likes tell which genres somebody likes (the first of --seeds counts)",
    run=run,
    uses=frozenset({"seeds", "release", "json", "markdown"}),
)
