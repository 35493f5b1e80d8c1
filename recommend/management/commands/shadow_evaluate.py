"""`manage.py shadow_evaluate`"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.utils.translation import override

from common.commands.base import DataCommand
from recommend.lab.jobs import finished
from recommend.models import LabJob
from recommend.ranking.runs import newest_run
from recommend.services import lab_jobs


class Command(DataCommand):
    help = (
        "Judge a model run against the live one: both recipes are fitted again and tested on "
        "people that neither has seen. Publishes nothing."
    )
    kept = "nothing was stored"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--run", type=int, help="number of the model run (default: newest)")

    def run(self, **options: Any) -> str:
        run = newest_run(options["run"])
        asked = lab_jobs.ask_for(kind=LabJob.Kind.SHADOW, parameters={}, run=run)
        job = finished(asked, report=self.report)
        shadow = job.result["shadow"]
        verdict = shadow["verdict"].replace("_", " ")
        with override("en"):  # like everything that commands print
            figures = " ".join(lab_jobs.figures_of(shadow))
        return f"Run {run.pk} against run {job.against_id}: {verdict}. {figures}"
