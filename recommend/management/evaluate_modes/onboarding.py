"""`evaluate --onboarding`: which films should the survey show?"""

from __future__ import annotations

from collections.abc import Sequence

from recommend.lab.data.ratings import RatingData
from recommend.lab.evaluation.onboarding import (
    BASELINE,
    NO_QUOTAS,
    SURVEY,
    Shown,
    evaluate_onboarding,
)
from recommend.lab.recommenders.blend import Blend
from recommend.lab.reports.tables import Section
from recommend.management.evaluate_modes.context import Context, Mode, rows_by_data
from recommend.management.evaluate_modes.varying import ratio_text, series_of

HEADER = ("films shown", "strategy", "recognised", "picked", "NDCG@50", f"to {BASELINE}", "p")


def run(context: Context) -> str:
    """With the weights of the live run, or of a new one."""

    def measure(data: RatingData) -> list[Shown]:
        return evaluate_onboarding(
            data,
            series=series_of(context, data),
            seeds=context.seeds,
            blend=Blend(weights=context.served().weights),
            report=context.report,
        )

    found = context.measure_each("onboarding", measure, _sections, rows_by_data)
    return "; ".join(f"{name}: {_summary(rows)}" for name, rows in found.items())


def _summary(rows: Sequence[Shown]) -> str:
    parts = [
        f"{ratio_text(row.against.ratio)} after {row.films} films"
        for row in rows
        if row.strategy == SURVEY and not row.taps
    ]
    return f"NDCG@50 as a ratio to {BASELINE} {', '.join(parts)}"


def _sections(name: str, rows: Sequence[Shown]) -> list[Section]:
    cells = []
    for row in sorted(rows, key=lambda row: (row.taps, row.films)):
        ratio, p = "1", ""
        if row.strategy != (NO_QUOTAS if row.taps else BASELINE):
            ratio, p = ratio_text(row.against.ratio), f"{row.against.p_value:.4f}"
        figures = (f"{row.recognised:.1f}", f"{row.picked:.1f}", f"{row.ndcg:.4f}")
        after = f"first {row.taps} taps" if row.taps else str(row.films)
        cells.append([after, row.strategy, *figures, ratio, p])
    return [Section(f"Onboarding: {name}", HEADER, cells)]


MODE = Mode(
    flag="--onboarding",
    help="which films the survey should show: lists after 24, 48 and 72 films shown",
    run=run,
    uses=frozenset({"seeds", "release", "json", "markdown"}),
)
