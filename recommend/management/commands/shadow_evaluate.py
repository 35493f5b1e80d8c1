"""`manage.py shadow_evaluate`"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from common.commands.base import DataCommand
from recommend.lab.jobs import finished
from recommend.models import LabJob
from recommend.ranking.runs import newest_run
from recommend.services import lab_jobs
from recommend.services.lab_jobs import percent


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
        figures = "; ".join(
            f"{one['picks']} picks: {one['candidate']:.4f} against {one['live']:.4f}, "
            f"{percent(one['ratio']['value'])} ({percent(one['ratio']['low'])} to "
            f"{percent(one['ratio']['high'])})"
            for one in shadow["compared"]
        )
        verdict = shadow["verdict"].replace("_", " ")
        return f"Run {run.pk} against run {job.against_id}: {verdict}. {figures}"
