"""`manage.py publish_model`"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from common.commands.base import DataCommand
from recommend.ranking.runs import newest_run
from recommend.services import model_runs
from recommend.tasks import prepare_previews


class Command(DataCommand):
    help = "Make a model run the one that readers see, or go back to the one before."

    def add_arguments(self, parser: ArgumentParser) -> None:
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument("--run", type=int, help="number of the model run (default: newest)")
        choice.add_argument(
            "--rollback", action="store_true", help="the run that was live before this one"
        )

    def run(self, **options: Any) -> str:
        if options["rollback"]:
            run = model_runs.roll_back()
            prepare_previews()
            return f"Run {run.pk} is live again"
        run = newest_run(options["run"])
        before = model_runs.publish_run(run=run)
        prepare_previews()
        return f"Run {run.pk} is live" + (f"; before it was run {before.pk}" if before else "")
