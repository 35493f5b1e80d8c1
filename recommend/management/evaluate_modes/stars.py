"""`evaluate --stars`: errors of predicted stars by cross-validation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from recommend.lab.data.ratings import RatingData
from recommend.lab.reports.stars import star_section
from recommend.lab.stars.validation import FOLDS, StarErrors, cross_validate
from recommend.management.evaluate_modes.context import Context, Mode
from recommend.scoring.star_algorithms import STAR_ALGORITHMS


def run(context: Context) -> str:
    """Every rating is predicted once, with the folds of the first seed."""
    seed, folds = context.seeds[0], context.options["folds"] or FOLDS

    def measure(data: RatingData) -> list[StarErrors]:
        return [
            cross_validate(data, algorithm=name, folds=folds, seed=seed, report=context.report)
            for name in context.options["stars"] or STAR_ALGORITHMS
        ]

    def figures(found: dict[str, list[StarErrors]]) -> dict[str, object]:
        by_data = {name: [asdict(row) for row in rows] for name, rows in found.items()}
        return {"stars": {"seed": seed, "folds": folds, "by_data": by_data}}

    found = context.measure_each(
        "stars",
        measure,
        lambda name, rows: [star_section(f"Stars: {name}, {folds} folds, seed {seed}", rows)],
        figures,
    )
    return "; ".join(f"{name}: {_best(rows)}" for name, rows in found.items())


def _best(rows: Sequence[StarErrors]) -> str:
    best = min(rows, key=lambda row: row.rmse)
    return f"RMSE of {best.algorithm} {best.rmse:.4f}, MAE {best.mae:.4f}"


MODE = Mode(
    flag="--stars",
    help="errors of predicted stars by cross-validation, of these algorithms (default: all)",
    run=run,
    uses=frozenset({"seeds", "folds", "release", "json", "markdown"}),
    arguments={"nargs": "*", "choices": list(STAR_ALGORITHMS), "metavar": "NAME"},
)
