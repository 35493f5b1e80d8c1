"""`manage.py evaluate`"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandError

from common.arguments import LARGEST_SEED, file_to_write, whole_number
from common.commands import DataCommand
from recommend.models import ModelRun
from recommend.scoring import Weights
from recommend.training.data import RatingData
from recommend.training.decision_tables import decision_lines, question_lines
from recommend.training.decisions import (
    CONSTANT,
    OTTWIN,
    evaluate_decisions,
    mean_decisions,
)
from recommend.training.evaluation import Quality, evaluate, mean_quality
from recommend.training.invented import invented_market
from recommend.training.picks_curve import PicksCurve, evaluate_picks, mean_curve
from recommend.training.questions import ask_people
from recommend.training.source import read_market, read_observed_ratings
from recommend.training.stars import ALGORITHMS

SEEDS = [21, 22, 23]  # no parameter was chosen on these
COMPARED_WITH = 3  # picks


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
        parser.add_argument(
            "--curve",
            action="store_true",
            help="instead of the table: what more picks bring to the blend, on the same people",
        )

        parser.add_argument(
            "--decisions",
            action="store_true",
            help="instead of the table: regret, calibration and sureness of what is recommended",
        )
        parser.add_argument(
            "--invented",
            action="store_true",
            help="with --decisions: on invented platforms of equal size instead of the real ones",
        )

    def run(self, **options: Any) -> str:
        if options["invented"] and not options["decisions"]:
            raise CommandError("--invented says on which platforms --decisions is measured")
        data = read_observed_ratings()
        weights = (ModelRun.objects.live() or ModelRun()).weights
        if options["decisions"]:
            return self._decisions(data, weights, options)
        measure = self._curves if options["curve"] else self._tables
        return measure(data, weights, options)

    def _decisions(self, data: RatingData, weights: Weights, options: dict[str, Any]) -> str:
        seeds = options["seeds"]
        found, asked = [], []
        for seed in seeds:
            market = invented_market(data, seed=seed) if options["invented"] else read_market(data)
            measured = evaluate_decisions(
                data, market, seed=seed, weights=weights, report=self.report
            )
            found.append(measured)
            if seed == seeds[0]:
                asked.append(ask_people(data, market, seed=seed, report=self.report))
        mean = mean_decisions(found)
        self._close_bar()
        for seed, one in zip(seeds, found, strict=True):
            self.stdout.write("\n".join(decision_lines(f"seed {seed}", one)))
        self.stdout.write("\n".join(decision_lines(f"mean of {len(found)}", mean)))
        for questions in asked:
            self.stdout.write("\n".join(question_lines(questions)))
        figures = {
            "splits": [
                {"seed": seed, **asdict(one)} for seed, one in zip(seeds, found, strict=True)
            ],
            "mean": asdict(mean),
            "questions": [questions.medians(unsettled=False) for questions in asked],
        }
        self._save(options, data.name, weights, {"decisions": figures})
        regrets = mean.regrets
        return (
            f"{data.name}, {mean.cases} people: platform regret {regrets[OTTWIN]['platform']:.4f}, "
            f"of the best constant choice {regrets[CONSTANT]['platform']:.4f}; "
            f"calibration error {mean.errors['all films']:.4f}"
        )

    def _tables(self, data: RatingData, weights: Weights, options: dict[str, Any]) -> str:
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
        figures = {
            "picks": options["picks"],
            "rating_algorithm": options["rating_algorithm"],
            "splits": [
                {"seed": seed, "rows": [asdict(row) for row in rows]}
                for seed, rows in zip(options["seeds"], tables, strict=True)
            ],
            "mean": [asdict(row) for row in mean],
        }
        self._save(options, data.name, weights, figures)
        by_name = {row.ranking: row.ndcg for row in mean}
        return (
            f"{data.name}, {options['picks']} picks: NDCG@50 of blend is "
            f"{by_name['blend'] / by_name['popularity']:.3f} times popularity's and "
            f"{by_name['blend'] / by_name['twin']:.3f} times the literal twin's"
        )

    def _curves(self, data: RatingData, weights: Weights, options: dict[str, Any]) -> str:
        seeds = options["seeds"]
        curves = [
            evaluate_picks(data, seed=seed, weights=weights, report=self.report) for seed in seeds
        ]
        mean = mean_curve(curves)
        self._close_bar()
        for seed, curve in zip(seeds, curves, strict=True):
            self._write_curve(f"seed {seed}", curve)
        self._write_curve(f"mean of {len(curves)}", mean)
        figures = {
            "splits": [
                {"seed": seed, **asdict(curve)} for seed, curve in zip(seeds, curves, strict=True)
            ],
            "mean": asdict(mean),
        }
        self._save(options, data.name, weights, {"curve": figures})
        most = max(mean.blend)
        return (
            f"{data.name}, {mean.cases} people: NDCG@50 of blend with {most} picks is "
            f"{mean.blend[most] / mean.blend[COMPARED_WITH]:.3f} times that with {COMPARED_WITH}"
        )

    def _write(self, title: str, rows: list[Quality]) -> None:
        header = f"{title:<12} {'Recall@50':>9} {'NDCG@50':>9} {'coverage':>9} {'ms':>9}"
        self.stdout.write("\n" + header)
        for row in rows:
            figures = (row.recall, row.ndcg, row.coverage)
            cells = " ".join(f"{figure:>9.4f}" for figure in figures)
            self.stdout.write(f"{row.ranking:<12} {cells} {row.milliseconds:>9.2f}")

    def _write_curve(self, title: str, curve: PicksCurve) -> None:
        """Popularity, the same with any number of picks, and the blend, by number of picks."""
        base = curve.blend[COMPARED_WITH]
        self.stdout.write(f"\n{title:<12} {'NDCG@50':>9} {'to 3 picks':>10}")
        rows = {"popularity": curve.popularity}
        rows |= {f"blend, {picks}": ndcg for picks, ndcg in curve.blend.items()}
        for name, ndcg in rows.items():
            self.stdout.write(f"{name:<12} {ndcg:>9.4f} {ndcg / base:>10.3f}")

    def _save(
        self, options: dict[str, Any], name: str, weights: Weights, figures: dict[str, Any]
    ) -> None:
        if options["json"]:
            text = json.dumps({"data": name, "weights": asdict(weights), **figures}, indent=2)
            options["json"].write_text(text + "\n", encoding="utf-8")
