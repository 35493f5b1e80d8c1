"""The cross-validation of stars, as one table. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from recommend.lab.reports.tables import Section
from recommend.lab.stars.validation import StarErrors


def star_section(title: str, rows: Sequence[StarErrors]) -> Section:
    cells = [
        [
            row.algorithm,
            f"{row.rmse:.4f} ± {row.rmse_deviation:.4f}",
            f"{row.mae:.4f} ± {row.mae_deviation:.4f}",
            _better_in(row, rows),
        ]
        for row in rows
    ]
    header = ("algorithm", "RMSE", "MAE", "first in folds")
    return Section(title, header, cells, seconds=[row.seconds for row in rows])


def _better_in(row: StarErrors, rows: Sequence[StarErrors]) -> str:
    """In how many folds the row's RMSE is below that of the other row with the best mean."""
    others = [other for other in rows if other is not row]
    if not others:
        return ""
    best = min(others, key=lambda other: other.rmse)
    pairs = zip(row.rmse_by_fold, best.rmse_by_fold, strict=True)
    return f"{sum(own < other for own, other in pairs)}/{len(row.rmse_by_fold)}"
