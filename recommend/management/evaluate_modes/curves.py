"""`evaluate --curve`: what more picks bring to the served ranking, as the survey page says it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from recommend.lab.evaluation.picks_curve import PicksCurve, evaluate_picks, mean_curve
from recommend.management.evaluate_modes.context import Context, Mode

COMPARED_WITH = 3  # picks


def run(context: Context) -> str:
    data, weights, seeds = context.data(), context.weights(), context.seeds
    curves = [
        evaluate_picks(data, seed=seed, weights=weights, report=context.report) for seed in seeds
    ]
    mean = mean_curve(curves)
    for seed, curve in zip(seeds, curves, strict=True):
        context.lines(list(_lines(f"seed {seed}", curve)))
    context.lines(list(_lines(f"mean of {len(curves)}", mean)))
    figures = {
        "splits": [
            {"seed": seed, **asdict(curve)} for seed, curve in zip(seeds, curves, strict=True)
        ],
        "mean": asdict(mean),
    }
    context.save_of(data, weights, {"curve": figures})
    most = max(mean.blend)
    return (
        f"{data.name}, {mean.cases} people: NDCG@50 of blend with {most} picks is "
        f"{mean.blend[most] / mean.blend[COMPARED_WITH]:.3f} times that with {COMPARED_WITH}"
    )


def _lines(title: str, curve: PicksCurve) -> Iterator[str]:
    """Popularity, the same with any number of picks, and the blend, by number of picks."""
    base = curve.blend[COMPARED_WITH]
    yield ""
    yield f"{title:<12} {'NDCG@50':>9} {'to 3 picks':>10}"
    rows = {"popularity": curve.popularity}
    rows |= {f"blend, {picks}": ndcg for picks, ndcg in curve.blend.items()}
    for name, ndcg in rows.items():
        yield f"{name:<12} {ndcg:>9.4f} {ndcg / base:>10.3f}"


MODE = Mode(
    flag="--curve",
    help="what more picks bring to the served ranking, on the same people",
    run=run,
    uses=frozenset({"seeds", "json"}),
    arguments={"action": "store_true"},
)
