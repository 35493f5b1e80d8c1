"""`manage.py profile_data`"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings

from common.commands.base import DataCommand
from common.errors import DataError
from recommend.lab.data.profile_database import read_profile
from recommend.lab.reports.profile import REPORT, files_of


class Command(DataCommand):
    help = (
        "Write what the loaded data look like, as Markdown with drawings (SVG): likes per person "
        "and film, long tails, genres, months, missing values, films with availability and text."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--out",
            type=Path,
            default=Path(settings.VAR_DIR) / "profile",
            help="the folder to write to; it is made (default: %(default)s)",
        )

    def run(self, **options: Any) -> str:
        folder: Path = options["out"]
        if folder.exists() and not folder.is_dir():
            raise DataError(f"{folder} is a file; name a folder")
        files = files_of(read_profile(report=self.report))
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
        return f"Wrote {folder / REPORT} and {len(files) - 1} drawings"
