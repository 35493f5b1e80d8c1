"""`evaluate --diversity`: what variety costs and brings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict

from movies.models import Movie
from movies.titles.series import series_keys
from recommend.lab.data.ratings import RatingData
from recommend.lab.evaluation.variety import VarietyQuality, evaluate_variety
from recommend.lab.recommenders.blend import Blend
from recommend.lab.reports.markdown import table
from recommend.lab.reports.terminal import table_lines
from recommend.management.evaluate_modes.context import Context, Mode
from recommend.scoring.variety import Variety

HEADER = ("novelty", "diversity", "of a series", "NDCG@50", "to the plain ranking",
          "overlap", "coverage", "genre diversity", "novelty, bits")  # fmt: skip


def run(context: Context) -> str:
    """With the weights and the variety that are served."""
    own = context.served()
    tables: dict[str, list[VarietyQuality]] = {}
    for data in context.all_data():
        rows = evaluate_variety(
            data,
            series=series_of(context, data),
            seeds=context.seeds,
            blend=Blend(weights=own.weights),
            served=own.variety,
            report=context.report,
        )
        tables[data.name] = rows
        context.lines(["", data.name, *_lines(rows)])
        context.save_part(f"variety {data.name}", _markdown(data.name, rows))
    context.save({name: [asdict(row) for row in rows] for name, rows in tables.items()})
    return "; ".join(f"{name}: {_summary(rows)}" for name, rows in tables.items())


def series_of(context: Context, data: RatingData) -> list[str]:
    """Of the films in the database as they are there, else as their titles tell."""
    if context.options["release"] and data.content is not None:
        return series_keys(data.content.titles, data.content.years.tolist())
    stored = dict(Movie.objects.values_list("movie_id", "series"))
    return [stored.get(movie_id, "") for movie_id in data.movie_ids.tolist()]


def _summary(rows: Sequence[VarietyQuality]) -> str:
    served = next(row for row in rows if row.setting.name == "as served")
    ratio = served.against.ratio
    return (
        f"as served, {served.picks} picks: overlap of two lists {served.overlap:.3f}, coverage "
        f"{served.coverage:.3f}, NDCG@50 {ratio.value:.3f} ({ratio.low:.3f}-{ratio.high:.3f}) "
        "times that of the plain ranking"
    )


def _cells(row: VarietyQuality) -> list[str]:
    setting, ratio = row.setting, row.against.ratio
    return [
        f"{setting.novelty:.2f}",
        f"{setting.variety.diversity:.2f}",
        "any" if setting.variety == Variety() else str(setting.variety.series_limit),
        f"{row.ndcg:.4f}",
        f"{ratio.value:.3f} ({ratio.low:.3f}-{ratio.high:.3f})",
        f"{row.overlap:.3f}",
        f"{row.coverage:.3f}",
        f"{row.genre_diversity:.3f}",
        f"{row.novelty:.2f}",
    ]


def _lines(rows: Sequence[VarietyQuality]) -> Iterator[str]:
    for picks in dict.fromkeys(row.picks for row in rows):
        yield ""
        yield f"{picks} picks"
        chosen = [[*_cells(row), row.setting.name] for row in rows if row.picks == picks]
        yield from table_lines([*HEADER, ""], chosen)


def _markdown(name: str, rows: Sequence[VarietyQuality]) -> str:
    lines: list[str] = []
    for picks in dict.fromkeys(row.picks for row in rows):
        cells = [[row.setting.name, *_cells(row)] for row in rows if row.picks == picks]
        lines += [f"### Variety: {name}, {picks} picks", "", *table(["setting", *HEADER], cells)]
    return "\n".join(lines)


MODE = Mode(
    flag="--diversity",
    help="what novelty, diversity and the limit of a series cost and bring",
    run=run,
    uses=frozenset({"seeds", "release", "json", "markdown"}),
    arguments={"action": "store_true"},
)
