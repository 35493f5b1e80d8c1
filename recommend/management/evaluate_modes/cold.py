"""`evaluate --cold`: do people find films that nobody has rated, by what they are about?"""

from __future__ import annotations

from dataclasses import asdict

from recommend.lab.evaluation.cold_films import ColdRow, evaluate_cold_films, mean_rows
from recommend.lab.reports.cold_films import cold_lines, cold_markdown
from recommend.management.evaluate_modes.context import Context, Mode


def run(context: Context) -> str:
    """Means over the seeds, for each data set."""
    means: dict[str, list[ColdRow]] = {}
    figures: dict[str, dict[str, object]] = {}
    seeds = ", ".join(map(str, context.seeds))
    for data in context.all_data():
        tables = [
            evaluate_cold_films(data, seed=seed, report=context.report) for seed in context.seeds
        ]
        mean = means[data.name] = mean_rows(tables)
        context.lines(["", f"{data.name}: mean of the seeds {seeds}", *cold_lines(mean)])
        title = f"### Films without ratings: {data.name}\n\nMean of the seeds {seeds}."
        context.save_part(f"cold {data.name}", f"{title} {cold_markdown(mean)}")
        figures[data.name] = {
            "splits": [
                {"seed": seed, "rows": [asdict(row) for row in rows]}
                for seed, rows in zip(context.seeds, tables, strict=True)
            ],
            "mean": [asdict(row) for row in mean],
        }
        context.save({"cold": figures})
    return "; ".join(_summary(name, rows) for name, rows in means.items())


def _summary(name: str, rows: list[ColdRow]) -> str:
    first = rows[0]
    return f"{name}, {first.films} films without ratings: AUC of {first.ranking} {first.auc:.3f}"


MODE = Mode(
    flag="--cold",
    help="whether people find films that nobody has rated, by their content",
    run=run,
    uses=frozenset({"seeds", "release", "json", "markdown"}),
    arguments={"action": "store_true"},
)
