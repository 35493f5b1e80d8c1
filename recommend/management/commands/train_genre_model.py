"""`manage.py train_genre_model`"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from common.commands.arguments import file_to_write
from common.commands.base import DataCommand
from recommend.lab.jobs import finished
from recommend.models import LabJob
from recommend.services import lab_jobs


class Command(DataCommand):
    help = (
        "Learn which words go with which genres from the texts of the films, for the AI picks of "
        "the live run. `train_model` does the same for a new run."
    )
    kept = "the genre model stays as it was"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--json", type=file_to_write, metavar="FILE", help="also write the figures"
        )

    def run(self, **options: Any) -> str:
        asked = lab_jobs.ask_for(kind=LabJob.Kind.GENRES, parameters={})
        job = finished(asked, report=self.report)
        metrics = job.result["genres"]
        if options["json"]:
            options["json"].write_text(json.dumps(metrics, indent=2) + "\n", encoding="utf-8")
        told = [
            f"{what}: first genre right {one['first_right']:.3f}, one of the first two "
            f"{one['two_right']:.3f}, always Drama {one['always_right']:.3f} "
            f"({one['films']:,} films)"
            for name, what in (("all", "all texts"), ("ko", "Korean texts"))
            if (one := metrics.get(name))
        ]
        learned = f"Genre model of run {job.run_id}, learned from {metrics['films']:,} films"
        return "; ".join([learned, *told])
