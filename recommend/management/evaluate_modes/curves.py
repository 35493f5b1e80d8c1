"""`evaluate --curve`: what more picks bring to the served ranking, as on the survey page."""

from __future__ import annotations

from collections.abc import Iterator

from recommend.lab.evaluation.picks_curve import PicksCurve, evaluate_picks, mean_curve
from recommend.lab.reports.tables import Section
from recommend.management.evaluate_modes.context import Context, Mode

COMPARED_WITH = 3  # picks


def run(context: Context) -> str:
    data, weights = context.data(), context.served().weights
    curves = [
        evaluate_picks(data, seed=seed, weights=weights, report=context.report)
        for seed in context.seeds
    ]
    mean = mean_curve(curves)
    context.tell_splits("curve", data, curves, mean, _lines)
    most = max(mean.blend)
    return (
        f"{data.name}, {mean.cases} people: NDCG@50 of blend with {most} picks is "
        f"{mean.blend[most] / mean.blend[COMPARED_WITH]:.3f} times that with {COMPARED_WITH}"
    )


def _lines(title: str, curve: PicksCurve) -> Iterator[str]:
    """Popularity (the same with any number of picks), and the blend by number of picks."""
    base = curve.blend[COMPARED_WITH]
    rows = {"popularity": curve.popularity}
    rows |= {f"blend, {picks}": ndcg for picks, ndcg in curve.blend.items()}
    cells = [[name, f"{ndcg:.4f}", f"{ndcg / base:.3f}"] for name, ndcg in rows.items()]
    return Section("", (title, "NDCG@50", "to 3 picks"), cells).lines()


MODE = Mode(
    flag="--curve",
    help="what more picks bring to the served ranking, on the same people",
    run=run,
    uses=frozenset({"seeds", "json"}),
)
