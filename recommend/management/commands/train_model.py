"""`manage.py train_model`"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from common.arguments import LARGEST_SEED, number, whole_number
from common.commands import DataCommand
from recommend.scoring import FACTORS
from recommend.training.als import AlsParameters
from recommend.training.recommenders.blend import Blend
from recommend.training.runs import TrainingPlan, train_model
from recommend.training.stars import ALGORITHMS, BLEND_FILMS, BLEND_RATINGS


class Command(DataCommand):
    help = "Train stars and taste vectors on the data set in use and store them as a model run."

    def add_arguments(self, parser: ArgumentParser) -> None:
        defaults = AlsParameters()
        parser.add_argument("--seed", type=whole_number(0, LARGEST_SEED), default=1)
        parser.add_argument(
            "--rating-algorithm",
            choices=sorted(ALGORITHMS),
            default="",
            help="what predicts stars: a blend, or an algorithm of Surprise (default: StarBlend "
            f"up to {BLEND_FILMS:,} films and {BLEND_RATINGS:,} ratings, else SVD)",
        )
        parser.add_argument(
            "--factors",
            type=whole_number(1, FACTORS),
            default=FACTORS,
            help=f"ALS factors, at most {FACTORS}",
        )
        confidence = number(0, 1_000_000, above_low=True)
        parser.add_argument("--confidence", type=confidence, default=defaults.confidence)
        parser.add_argument(
            "--fold-in-confidence", type=confidence, default=defaults.fold_in_confidence
        )
        parser.add_argument(
            "--regularization", type=number(0, 1_000_000), default=defaults.regularization
        )
        parser.add_argument(
            "--iterations", type=whole_number(1, 1_000), default=defaults.iterations
        )

    def run(self, **options: Any) -> str:
        als = AlsParameters(
            factors=options["factors"],
            confidence=options["confidence"],
            fold_in_confidence=options["fold_in_confidence"],
            regularization=options["regularization"],
            iterations=options["iterations"],
        )
        plan = TrainingPlan(options["seed"], options["rating_algorithm"], Blend(als=als))
        run = train_model(plan=plan, report=self.report)
        metrics = run.metrics
        quality = f"RMSE {metrics['rmse']:.3f}"
        if "blend_ndcg_at_50" in metrics:
            quality += (
                f", NDCG@50 {metrics['blend_ndcg_at_50']:.3f} "
                f"(popularity {metrics['popularity_ndcg_at_50']:.3f})"
            )
        return f"Trained run {run.pk} on {run.data_name}: {quality}"
