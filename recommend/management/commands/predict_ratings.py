"""`manage.py predict_ratings`"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings

from common.commands.arguments import file_to_write, whole_number
from common.commands.base import DataCommand
from recommend.lab.training.train import PREDICTIONS_EACH, predict_ratings
from recommend.ranking.runs import newest_run


class Command(DataCommand):
    help = "Write the best unseen films of every user, by predicted stars, to a file."
    kept = "no file was written"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--run", type=int, help="number of the model run (default: newest)")
        parser.add_argument(
            "--output",
            type=file_to_write,
            help="a .csv or .parquet file (default: var/predictions/run-N.parquet)",
        )
        parser.add_argument(
            "--size",
            type=whole_number(1, 10_000),
            default=PREDICTIONS_EACH,
            help=f"films for each user (default: {PREDICTIONS_EACH})",
        )

    def run(self, **options: Any) -> str:
        run = newest_run(options["run"])
        default = Path(settings.PREDICTIONS_DIR) / f"run-{run.pk}.parquet"
        output = options["output"] or default
        rows = predict_ratings(run=run, output=output, size=options["size"], report=self.report)
        written = f"Wrote {rows:,} predicted ratings of run {run.pk} to {output}"
        if not rows:
            written += (
                ": every person has rated every film that has ratings. "
                "Go on with `manage.py publish_model`"
            )
        return written
