"""`manage.py load_living_data FOLDER`"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from common.commands.base import DataCommand
from ottstats.living.files.adding_up import WEIGHTINGS
from ottstats.services.living import load_living_data


class Command(DataCommand):
    help = (
        "Load the living data of Seoul (how much each district, gender and age uses seven "
        "services): a folder with the three CSVs, known by their columns, or with the monthly "
        ".xlsx of the city's portal, which are added up. All former living data are replaced. The "
        "reader of .xlsx could not be tried on an original file."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--weighting",
            choices=WEIGHTINGS,
            help="how the dongs of an .xlsx are averaged: weighted by their people (the default), "
            "or plainly, as the CSVs are",
        )
        parser.add_argument("--force", action="store_true", help="load the same files again")
        parser.add_argument(
            "--dry-run", action="store_true", help="check and report, then undo everything"
        )

    def run(self, **options: Any) -> str:
        loaded = load_living_data(
            folder=options["folder"],
            weighting=options["weighting"],
            force=options["force"],
            dry_run=options["dry_run"],
            report=self.report,
        )
        for note in loaded.notes:
            self.stdout.write(note)
        return loaded.summary()
