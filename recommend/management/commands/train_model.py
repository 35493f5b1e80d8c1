"""`manage.py train_model`"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.core.management.base import CommandError

from common.commands.arguments import LARGEST_SEED, number, whole_number
from common.commands.base import DataCommand
from recommend.lab.recommenders.als_factors import AlsParameters
from recommend.lab.recommenders.blend import Blend
from recommend.lab.stars.algorithms import BLEND_FILMS, BLEND_RATINGS
from recommend.lab.training.train import TrainingPlan, train_model
from recommend.lab.tuning.best_run import train_best
from recommend.scoring.star_algorithms import BLEND, STAR_ALGORITHMS, SVD
from recommend.scoring.weights import ALS_LIMITS


class Command(DataCommand):
    help = "Train stars and taste vectors on the data set in use and store them as a model run."
    kept = "no run was stored, and nothing else was changed"

    def add_arguments(self, parser: ArgumentParser) -> None:
        defaults = AlsParameters()
        parser.add_argument("--seed", type=whole_number(0, LARGEST_SEED), default=1)
        parser.add_argument(
            "--rating-algorithm",
            choices=sorted(STAR_ALGORITHMS),
            default="",
            help="what predicts stars: a blend, or an algorithm of Surprise (default: "
            f"{BLEND} up to {BLEND_FILMS:,} films and {BLEND_RATINGS:,} ratings, else {SVD})",
        )
        for name, (_low, _high, meaning) in ALS_LIMITS.items():
            default = f"{meaning} (default: {getattr(defaults, name):g})"
            parser.add_argument(option_of(name), type=type_of(name), help=default)
        parser.add_argument(
            "--study",
            metavar="NAME",
            help="with the best parameters of a study of `tune_model`, in place of the options "
            "of ALS",
        )

    def run(self, **options: Any) -> str:
        chosen = {name: options[name] for name in ALS_LIMITS if options[name] is not None}
        plan = TrainingPlan(
            options["seed"],
            options["rating_algorithm"],
            Blend(als=replace(AlsParameters(), **chosen)),
        )
        if options["study"] is None:
            run = train_model(plan=plan, report=self.report)
        elif chosen:
            raise CommandError(f"--study says what {option_of(next(iter(chosen)))} is; give one")
        else:
            run = train_best(study=options["study"], base=plan, report=self.report)
        metrics = run.metrics
        quality = f"RMSE {metrics['rmse']:.3f}"
        if "blend_ndcg_at_50" in metrics:
            quality += (
                f", NDCG@50 {metrics['blend_ndcg_at_50']:.3f} "
                f"(popularity {metrics['popularity_ndcg_at_50']:.3f})"
            )
        return f"Trained run {run.pk} on {run.data_name}: {quality}"


def option_of(name: str) -> str:
    return "--" + name.replace("_", "-")


def type_of(name: str) -> Callable[[str], float]:
    low, high, _ = ALS_LIMITS[name]
    if name in ("factors", "iterations"):
        return whole_number(int(low), int(high))
    return number(0, high, above_low=low > 0)
