"""`manage.py load_predictions FILE`"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from common.commands.base import DataCommand
from recommend.ranking.runs import newest_run
from recommend.services import model_runs


class Command(DataCommand):
    help = (
        "Load predicted ratings (CSV or Parquet: ml_user_id,movie_id,rating,rank) of any engine "
        "into a model run, in place of those it had."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--run", type=int, help="number of the model run (default: newest)")

        parser.add_argument("--force", action="store_true", help="load the same file again")

    def run(self, **options: Any) -> str:
        run = newest_run(options["run"])
        loaded = model_runs.load_predictions(
            path=options["file"], run=run, force=options["force"], report=self.report
        )
        if loaded.unchanged:
            return f"{options['file'].name} is loaded into run {run.pk} already; nothing to do"
        summary = f"Loaded {loaded.stored:,} predicted ratings into run {loaded.run}"
        if loaded.already_rated:
            summary += f"; {loaded.already_rated:,} skipped, the user has rated those films"
        if loaded.ignored:
            summary += f"; ignored: {', '.join(loaded.ignored)}"
        return summary
