"""`evaluate` without another mode: compares recommenders on the simulated survey."""

from __future__ import annotations

from argparse import ArgumentTypeError
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path, PurePosixPath
from time import perf_counter
from typing import Any

from django.core.management.base import CommandError

from recommend.lab.evaluation.bench import BASELINE, PICKS, ComparisonPlan
from recommend.lab.evaluation.comparison import compare_recommenders
from recommend.lab.evaluation.figures import RecommenderComparison
from recommend.lab.recommenders import registry
from recommend.lab.recommenders.base import Recommender
from recommend.lab.reports import plots
from recommend.lab.reports.comparison import comparison_lines, comparison_markdown, times_markdown
from recommend.lab.reports.generated import write_part
from recommend.lab.reports.words import MAIN, best_first
from recommend.management.evaluate_modes.context import Context, Mode

ALL = "all"
SERVED = "blend"
LITERAL = "twin"
# One fit on MovieLens 1M takes a minute or more; measured on fewer splits.
SLOW = ("hybrid", "vae", "twin", "twin_SVDpp", "twin_NMF", "twin_SlopeOne", "twin_CoClustering",
        "twin_KNNBasic", "twin_KNNWithMeans", "twin_KNNWithZScore", "twin_KNNBaseline")  # fmt: skip
SLOW_SPLITS = 1


def model_name(text: str) -> str:
    if text == ALL or text in registry.RECOMMENDERS:
        return text
    known = ", ".join([ALL, *registry.RECOMMENDERS])
    raise ArgumentTypeError(f"there is no recommender {text!r}; known: {known}")


def chosen_names(asked: Sequence[str] | None) -> list[str]:
    """The names in the order of the registry, each once, including the baseline."""
    missing = registry.unavailable()
    if not asked:
        names = {name for name in MAIN if name in registry.available()}
    elif ALL in asked:
        names = set(registry.available())
    else:
        names = set(asked)
        for name in asked:
            if name in missing:
                raise CommandError(f"{name} {missing[name]}")
    return [name for name in registry.RECOMMENDERS if name in names | {BASELINE}]


def run(context: Context) -> str:
    """Compare on all data sets, one after another; files are written after each of them."""
    options = context.options
    names = chosen_names(options["models"])
    rivals = options["against"] or []
    if unknown := [name for name in rivals if name not in names]:
        raise CommandError(f"--against {unknown[0]}: it is not among the recommenders compared")
    found: list[RecommenderComparison] = []
    for data in context.all_data():
        started = perf_counter()
        plan = _plan(options, context.seeds, names)
        one = compare_recommenders(
            data, _recommenders(context, names), plan=plan, report=context.report
        )
        found.append(one)
        context.lines(comparison_lines(one))
        _save(context, one, perf_counter() - started, plan.processes)
        context.save({"comparisons": [asdict(each) for each in found]})
    return "; ".join(_summary(one) for one in found)


def _plan(options: dict[str, Any], seeds: list[int], names: Sequence[str]) -> ComparisonPlan:
    slow = options["slow_splits"] or SLOW_SPLITS
    return ComparisonPlan(
        seeds=seeds,
        picks=tuple(options["picks"] or PICKS),
        folds=options["folds"],
        against=tuple(options["against"] or ()),
        fewer={name: slow for name in names if name in SLOW},
        processes=options["processes"] or 1,
    )


def _recommenders(context: Context, names: Sequence[str]) -> dict[str, Recommender]:
    """All have their default parameters, but the served one has the weights of the live run if the
    data set in use is measured."""
    made = {name: registry.recommender(name) for name in names}
    if SERVED in made and not context.options["release"]:
        made[SERVED] = registry.recommender(SERVED, weights=context.served().weights)
    return made


def _save(context: Context, found: RecommenderComparison, seconds: float, processes: int) -> None:
    """Write plots and Markdown; what differs from run to run goes into a separate file."""
    folder: Path | None = context.options["plots"]
    markdown: Path | None = context.options["markdown"]
    drawn = []
    if folder:
        folder.mkdir(exist_ok=True)
        drawn = plots.draw_plots(found, folder)
    if markdown:
        here = markdown.resolve().parent
        paths = [(what, _seen_from(here, path)) for what, path in drawn]
        context.save_part(f"comparison {found.data}", comparison_markdown(found, paths))
        write_part(
            times_file(markdown),
            f"seconds {found.data}",
            times_markdown(found, wall_seconds=seconds, processes=processes),
        )


def times_file(markdown: Path) -> Path:
    """docs/evaluation.md -> docs/evaluation-times.md"""
    return markdown.with_name(f"{markdown.stem}-times{markdown.suffix}")


def _seen_from(folder: Path, path: Path) -> PurePosixPath:
    """A relative path if it is inside the folder, else an absolute one."""
    full = path.resolve()
    return PurePosixPath(full.relative_to(folder) if full.is_relative_to(folder) else full)


def _summary(found: RecommenderComparison) -> str:
    """The summary of the served ranking if it was measured, else of the best one."""
    picks = found.group_picks
    models = {row.model for row in found.tables[picks]}
    name = SERVED if SERVED in models else best_first(found)[0]
    row = found.row(name, picks)
    said = (
        f"{found.data}, {picks} picks: NDCG@50 of {name} is {row.ratio.value:.3f} times "
        f"{found.baseline}'s"
    )
    if LITERAL in models and name != LITERAL:
        literal = found.row(LITERAL, picks).measures["ndcg"].value
        if literal:
            said += f" and {row.measures['ndcg'].value / literal:.3f} times the literal twin's"
    return said


MODE = Mode(
    flag="",
    help="recommenders side by side",
    run=run,
    uses=frozenset(
        {"seeds", "picks", "folds", "models", "against", "release", "json", "markdown", "plots",
         "processes", "slow_splits"}
    ),
    arguments={},
)  # fmt: skip
