"""`evaluate --onboarding`: which films should the survey show?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict

from recommend.lab.evaluation.onboarding import BASELINE, SURVEY, Shown, evaluate_onboarding
from recommend.lab.recommenders.blend import Blend
from recommend.lab.reports.markdown import table
from recommend.lab.reports.terminal import table_lines
from recommend.management.evaluate_modes.context import Context, Mode
from recommend.management.evaluate_modes.varying import series_of

HEADER = ("recognised", "picked", "NDCG@50", f"to {BASELINE}", "p")


def run(context: Context) -> str:
    """With the weights of the live run, or of a new one."""
    tables: dict[str, list[Shown]] = {}
    for data in context.all_data():
        rows = evaluate_onboarding(
            data,
            series=series_of(context, data),
            seeds=context.seeds,
            blend=Blend(weights=context.weights()),
            report=context.report,
        )
        tables[data.name] = rows
        context.lines(["", data.name, *_lines(rows)])
        context.save_part(f"onboarding {data.name}", _markdown(data.name, rows))
    context.save({name: [asdict(row) for row in rows] for name, rows in tables.items()})
    return "; ".join(f"{name}: {_summary(rows)}" for name, rows in tables.items())


def _summary(rows: Sequence[Shown]) -> str:
    parts = []
    for row in rows:
        if row.strategy == SURVEY:
            ratio = row.against.ratio
            parts.append(
                f"{ratio.value:.3f} ({ratio.low:.3f}-{ratio.high:.3f}) after {row.films} films"
            )
    return f"NDCG@50 as a ratio to {BASELINE} {', '.join(parts)}"


def _cells(row: Shown) -> list[str]:
    ratio = row.against.ratio
    same = row.strategy == BASELINE
    return [
        f"{row.recognised:.1f}",
        f"{row.picked:.1f}",
        f"{row.ndcg:.4f}",
        "1" if same else f"{ratio.value:.3f} ({ratio.low:.3f}-{ratio.high:.3f})",
        "" if same else f"{row.against.p_value:.4f}",
    ]


def _lines(rows: Sequence[Shown]) -> Iterator[str]:
    for films in dict.fromkeys(row.films for row in rows):
        yield ""
        yield f"{films} films shown"
        chosen = [[*_cells(row), row.strategy] for row in rows if row.films == films]
        yield from table_lines([*HEADER, ""], chosen)


def _markdown(name: str, rows: Sequence[Shown]) -> str:
    ordered = sorted(rows, key=lambda row: row.films)
    cells = [[str(row.films), row.strategy, *_cells(row)] for row in ordered]
    header = ["films shown", "strategy", *HEADER]
    return "\n".join([f"### Onboarding: {name}", "", *table(header, cells)])


MODE = Mode(
    flag="--onboarding",
    help="which films the survey should show: lists after 24, 48 and 72 films shown",
    run=run,
    uses=frozenset({"seeds", "release", "json", "markdown"}),
    arguments={"action": "store_true"},
)
