"""`manage.py make_personas`"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from common.commands.arguments import LARGEST_SEED, whole_number
from common.commands.base import DataCommand
from recommend.ranking.runs import live_run
from recommend.services import personas


class Command(DataCommand):
    help = (
        "Make simulated people and answer them with the live model run. The previews in the admin "
        "count how many of them a change would answer otherwise."
    )
    kept = "the personas stay as they were"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--count",
            type=whole_number(1, personas.MOST),
            default=personas.COUNT,
            help=f"how many (default: {personas.COUNT:,})",
        )
        parser.add_argument("--seed", type=whole_number(0, LARGEST_SEED), default=1)

    def run(self, **options: Any) -> str:
        run = live_run()
        made = personas.make_personas(
            run=run, count=options["count"], seed=options["seed"], report=self.report
        )
        return f"{made:,} personas of run {run.pk} for the previews in the admin"
