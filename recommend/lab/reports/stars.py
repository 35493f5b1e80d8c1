"""Tables of the cross-validation of stars, for the terminal and for Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from common.commands.progress import Report, silent
from recommend.lab.data.ratings import RatingData
from recommend.lab.stars.validation import FOLDS, StarErrors, cross_validate


def star_table(
    data: RatingData,
    *,
    algorithms: Sequence[str],
    folds: int = FOLDS,
    seed: int,
    report: Report = silent,
) -> list[StarErrors]:
    """The errors of each algorithm, in the order given, on the same folds."""
    return [
        cross_validate(data, algorithm=name, folds=folds, seed=seed, report=report)
        for name in algorithms
    ]


def _better_in(row: StarErrors, rows: Sequence[StarErrors]) -> str:
    """In how many folds the row's RMSE is below that of the best other row by its mean."""
    others = [other for other in rows if other is not row]
    if not others:
        return ""
    best = min(others, key=lambda other: other.rmse)
    pairs = zip(row.rmse_by_fold, best.rmse_by_fold, strict=True)
    return f"{sum(own < other for own, other in pairs)}/{len(row.rmse_by_fold)}"


def star_lines(rows: Sequence[StarErrors]) -> list[str]:
    """A table for the terminal; "first" counts the folds with less RMSE than the best other."""
    lines = [
        f"{'algorithm':<18} {'RMSE':>7} {'+-':>7} {'MAE':>7} {'+-':>7} {'first':>6} {'seconds':>9}"
    ]
    for row in rows:
        figures = (row.rmse, row.rmse_deviation, row.mae, row.mae_deviation)
        cells = " ".join(f"{figure:>7.4f}" for figure in figures)
        lines.append(f"{row.algorithm:<18} {cells} {_better_in(row, rows):>6} {row.seconds:>9.1f}")
    return lines


def star_markdown(rows: Sequence[StarErrors]) -> str:
    """The same as a Markdown table, without the seconds, which are others each time."""
    lines = [
        "| algorithm | RMSE | MAE | first in folds |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {row.algorithm} | {row.rmse:.4f} ± {row.rmse_deviation:.4f} "
        f"| {row.mae:.4f} ± {row.mae_deviation:.4f} | {_better_in(row, rows)} |"
        for row in rows
    ]
    return "\n".join(lines) + "\n"
