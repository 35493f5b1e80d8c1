"""`evaluate --stars`: errors of predicted stars by cross-validation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from recommend.lab.reports.stars import star_lines, star_markdown, star_table
from recommend.lab.stars.validation import FOLDS, StarErrors
from recommend.management.evaluate_modes.context import Context, Mode
from recommend.scoring.star_algorithms import STAR_ALGORITHMS


def run(context: Context) -> str:
    """Every rating is predicted once, with the folds of the first seed."""
    options = context.options
    seed, folds = context.seeds[0], options["folds"] or FOLDS
    tables: dict[str, list[StarErrors]] = {}
    for data in context.all_data():
        rows = star_table(
            data,
            algorithms=options["stars"] or list(STAR_ALGORITHMS),
            folds=folds,
            seed=seed,
            report=context.report,
        )
        tables[data.name] = rows
        context.lines(["", f"{data.name}: {folds} folds, seed {seed}", *star_lines(rows)])
        title = f"### Stars: {data.name}, {folds} folds, seed {seed}"
        context.save_part(f"stars {data.name}", f"{title}\n\n{star_markdown(rows)}")
        figures = {name: [asdict(row) for row in one] for name, one in tables.items()}
        context.save({"stars": {"seed": seed, "folds": folds, "by_data": figures}})
    return "; ".join(f"{name}: {_best(rows)}" for name, rows in tables.items())


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
