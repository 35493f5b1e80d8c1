"""`manage.py retrain`"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.utils.translation import override

from common.commands.arguments import whole_number
from common.commands.base import DataCommand
from recommend.lab.jobs import finished
from recommend.services import lab_jobs


class Command(DataCommand):
    help = (
        "Train by the recipe of the live run and publish the new run, unless a shadow evaluation "
        "cannot show that it is not worse."
    )
    kept = "the live model stays; a run that was finished stays too"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--trials",
            type=whole_number(0, 1_000),
            default=0,
            help="tune the weights first, by this many trials (default: none)",
        )

    def run(self, **options: Any) -> str:
        trials = {"trials": options["trials"]} if options["trials"] else {}
        asked = lab_jobs.ask_to_retrain(parameters=trials)
        job = finished(asked, report=self.report)
        with override("en"):  # like everything that commands print
            if not job.result["published"]:
                return " ".join(lab_jobs.why_not_published(job))
            figures = " ".join(lab_jobs.figures_of(job.result["shadow"]))
        return f"Run {job.run_id} is live; before it was run {job.against_id}. {figures}"
