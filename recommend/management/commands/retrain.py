"""`manage.py retrain`"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.utils.translation import override

from common.arguments import whole_number
from common.commands import DataCommand
from common.errors import DataError
from recommend.models import LabJob
from recommend.services import lab
from recommend.training.lab import work_off_one


class Command(DataCommand):
    help = (
        "Train by the recipe of the live run and publish the new run, unless a shadow evaluation "
        "can not show that it is not worse."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--trials",
            type=whole_number(0, 1_000),
            default=0,
            help="tune the weights first, by so many trials (default: none)",
        )

    def run(self, **options: Any) -> str:
        trials = {"trials": options["trials"]} if options["trials"] else {}
        asked = lab.ask_to_retrain(parameters=trials)
        job = work_off_one(only=asked, report=self.report)
        if job is None:
            lab.cancel(job=asked)
            raise DataError("another job of the lab is running; try again when it has ended")
        if job.state == LabJob.State.FAILED:
            raise DataError(job.error)
        if job.result["published"]:
            return f"Run {job.run_id} is live; before it was run {job.against_id}"
        with override("en"):  # as all that commands say
            return " ".join(lab.why_not_published(job))
