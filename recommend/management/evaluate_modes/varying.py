"""`evaluate --diversity`: what variety costs and brings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from movies.models import Movie
from movies.titles.series import series_keys
from recommend.lab.data.ratings import RatingData
from recommend.lab.evaluation.variety import VarietyQuality, evaluate_variety
from recommend.lab.recommenders.blend import Blend
from recommend.lab.reports.tables import Section
from recommend.lab.simulation.bootstrap import Interval
from recommend.management.evaluate_modes.context import Context, Mode, rows_by_data
from recommend.scoring.variety import Variety

HEADER = ("setting", "novelty", "diversity", "of a series", "NDCG@50", "to the plain ranking",
          "overlap", "coverage", "genre diversity", "novelty, bits")  # fmt: skip


def run(context: Context) -> str:
    """With the weights and the variety that are served."""
    served = context.served()

    def measure(data: RatingData) -> list[VarietyQuality]:
        return evaluate_variety(
            data,
            series=series_of(context, data),
            seeds=context.seeds,
            blend=Blend(weights=served.weights),
            served=served.variety,
            report=context.report,
        )

    found = context.measure_each("variety", measure, _sections, rows_by_data)
    return "; ".join(f"{name}: {_summary(rows)}" for name, rows in found.items())


def series_of(context: Context, data: RatingData) -> list[str]:
    """The series of the films: from the database, or from the titles of a release."""
    if context.options["release"] and data.content is not None:
        return series_keys(data.content.titles, data.content.years.tolist())
    stored = dict(Movie.objects.values_list("movie_id", "series"))
    return [stored.get(movie_id, "") for movie_id in data.movie_ids.tolist()]


def ratio_text(ratio: Interval) -> str:
    """1.495 (1.452-1.540)"""
    return f"{ratio.value:.3f} ({ratio.low:.3f}-{ratio.high:.3f})"


def _summary(rows: Sequence[VarietyQuality]) -> str:
    served = next(row for row in rows if row.setting.name == "as served")
    return (
        f"as served, {served.picks} picks: overlap of two lists {served.overlap:.3f}, coverage "
        f"{served.coverage:.3f}, NDCG@50 {ratio_text(served.against.ratio)} "
        "times that of the plain ranking"
    )


def _cells(row: VarietyQuality) -> list[str]:
    setting = row.setting
    return [
        setting.name,
        f"{setting.novelty:.2f}",
        f"{setting.variety.diversity:.2f}",
        "any" if setting.variety == Variety() else str(setting.variety.series_limit),
        f"{row.ndcg:.4f}",
        ratio_text(row.against.ratio),
        f"{row.overlap:.3f}",
        f"{row.coverage:.3f}",
        f"{row.genre_diversity:.3f}",
        f"{row.novelty:.2f}",
    ]


def _sections(name: str, rows: Sequence[VarietyQuality]) -> Iterator[Section]:
    for picks in dict.fromkeys(row.picks for row in rows):
        cells = [_cells(row) for row in rows if row.picks == picks]
        yield Section(f"Variety: {name}, {picks} picks", HEADER, cells)


MODE = Mode(
    flag="--diversity",
    help="what novelty, diversity and the limit of a series cost and bring",
    run=run,
    uses=frozenset({"seeds", "release", "json", "markdown"}),
)
