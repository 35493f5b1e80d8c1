"""`evaluate --cold`: do people find films without ratings, by what they are about?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from recommend.lab.data.ratings import RatingData
from recommend.lab.evaluation.cold_films import ColdRow, evaluate_cold_films, mean_rows
from recommend.lab.reports.tables import Section
from recommend.management.evaluate_modes.context import Context, Mode


def run(context: Context) -> str:
    """Means over the seeds, for each data set."""
    seeds = context.seeds
    title = f"Mean of the seeds {', '.join(map(str, seeds))}."

    def measure(data: RatingData) -> list[list[ColdRow]]:
        return [evaluate_cold_films(data, seed=seed, report=context.report) for seed in seeds]

    def figures(found: dict[str, list[list[ColdRow]]]) -> dict[str, object]:
        return {"cold": {name: _figures(seeds, tables) for name, tables in found.items()}}

    found = context.measure_each(
        "cold",
        measure,
        lambda name, tables: [cold_section(name, mean_rows(tables), title)],
        figures,
    )
    return "; ".join(_summary(name, mean_rows(tables)[0]) for name, tables in found.items())


def _figures(seeds: Sequence[int], tables: Sequence[Sequence[ColdRow]]) -> dict[str, object]:
    return {
        "splits": [
            {"seed": seed, "rows": [asdict(row) for row in rows]}
            for seed, rows in zip(seeds, tables, strict=True)
        ],
        "mean": [asdict(row) for row in mean_rows(tables)],
    }


def cold_section(name: str, rows: Sequence[ColdRow], note: str) -> Section:
    films, cases = rows[0].films, rows[0].cases
    cells = []
    for row in rows:
        measures = (row.auc, row.ndcg, row.percentile, row.found, row.shown)
        cells.append([row.ranking, *("" if one is None else f"{one:.3f}" for one in measures)])
    return Section(
        f"Films without ratings: {name}",
        ("ranking", "AUC", "NDCG@10", "percentile", "found", "shown"),
        cells,
        f"{note} {films} films without ratings, {cases:,} cases that like one of them.",
    )


def _summary(name: str, first: ColdRow) -> str:
    return f"{name}, {first.films} films without ratings: AUC of {first.ranking} {first.auc:.3f}"


MODE = Mode(
    flag="--cold",
    help="whether people find films without ratings, by their content",
    run=run,
    uses=frozenset({"seeds", "release", "json", "markdown"}),
)
