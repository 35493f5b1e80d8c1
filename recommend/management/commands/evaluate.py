"""`manage.py evaluate`"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from common.arguments import LARGEST_SEED, file_to_write, whole_number
from common.commands import DataCommand
from recommend.models import ModelRun
from recommend.scoring import Weights
from recommend.training.evaluation import Quality, evaluate, mean_quality
from recommend.training.source import read_observed_ratings
from recommend.training.stars import ALGORITHMS

SEEDS = [21, 22, 23]  # no parameter was chosen on these


class Command(DataCommand):
    help = "Measure the rankings by a simulated survey on held-out users (docs/algorithms.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--seeds",
            type=whole_number(0, LARGEST_SEED),
            nargs="+",
            default=SEEDS,
            metavar="SEED",
        )
        parser.add_argument(
            "--picks", type=whole_number(1, 100), default=10, help="films a respondent picks"
        )
        parser.add_argument("--rating-algorithm", choices=sorted(ALGORITHMS), default="SVD")
        parser.add_argument(
            "--json", type=file_to_write, metavar="FILE", help="also write the figures"
        )

    def run(self, **options: Any) -> str:
        data = read_observed_ratings()
        run = ModelRun.objects.live() or ModelRun()
        weights = run.weights
        tables = [
            evaluate(
                data,
                seed=seed,
                weights=weights,
                picks=options["picks"],
                rating_algorithm=options["rating_algorithm"],
                report=self.report,
            )
            for seed in options["seeds"]
        ]
        mean = mean_quality(tables)
        self._close_bar()
        for seed, rows in zip(options["seeds"], tables, strict=True):
            self._write(f"seed {seed}", rows)
        self._write(f"mean of {len(tables)}", mean)
        if options["json"]:
            self._save(options, data.name, weights, tables, mean)
        by_name = {row.ranking: row.ndcg for row in mean}
        return (
            f"{data.name}, {options['picks']} picks: NDCG@50 of blend is "
            f"{by_name['blend'] / by_name['popularity']:.3f} times popularity's and "
            f"{by_name['blend'] / by_name['twin']:.3f} times the literal twin's"
        )

    def _write(self, title: str, rows: list[Quality]) -> None:
        header = f"{title:<12} {'Recall@50':>9} {'NDCG@50':>9} {'coverage':>9} {'ms':>9}"
        self.stdout.write("\n" + header)
        for row in rows:
            figures = (row.recall, row.ndcg, row.coverage)
            cells = " ".join(f"{figure:>9.4f}" for figure in figures)
            self.stdout.write(f"{row.ranking:<12} {cells} {row.milliseconds:>9.2f}")

    def _save(
        self,
        options: dict[str, Any],
        name: str,
        weights: Weights,
        tables: list[list[Quality]],
        mean: list[Quality],
    ) -> None:
        figures = {
            "data": name,
            "picks": options["picks"],
            "rating_algorithm": options["rating_algorithm"],
            "weights": asdict(weights),
            "splits": [
                {"seed": seed, "rows": [asdict(row) for row in rows]}
                for seed, rows in zip(options["seeds"], tables, strict=True)
            ],
            "mean": [asdict(row) for row in mean],
        }
        options["json"].write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
