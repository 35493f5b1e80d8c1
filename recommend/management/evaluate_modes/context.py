"""What every mode of `manage.py evaluate` shares: options, data, and where results go."""

from __future__ import annotations

import json
from argparse import ArgumentTypeError
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from common.commands.progress import Report
from recommend.lab.data.database import read_observed_ratings
from recommend.lab.data.ratings import RatingData
from recommend.lab.data.release import read_release
from recommend.lab.reports.generated import write_part
from recommend.lab.simulation.survey import SEEDS
from recommend.models import ModelRun
from recommend.scoring.weights import Weights


@dataclass(frozen=True)
class Context:
    """`options`: None for what was not given. `write`: of lines, after the progress bar is gone."""

    options: dict[str, Any]
    report: Report
    write: Callable[[str], None]

    @property
    def seeds(self) -> list[int]:
        return list(self.options["seeds"] or SEEDS)

    def data(self) -> RatingData:
        """The data set in use."""
        return read_observed_ratings()

    def all_data(self) -> list[RatingData]:
        """The releases that were named, or else the data set in use."""
        releases: list[Path] | None = self.options["release"]
        if releases:
            return [read_release(release) for release in releases]
        return [self.data()]

    def served(self) -> ModelRun:
        """The live run, or a new one if there is none; for releases always what a new one has,
        so that no database is needed."""
        live = None if self.options["release"] else ModelRun.objects.live()
        return live or ModelRun()

    def weights(self) -> Weights:
        """Of `served`."""
        return self.served().weights

    def lines(self, lines: Sequence[str]) -> None:
        self.write("\n".join(lines))

    def save(self, figures: dict[str, Any]) -> None:
        """As the JSON file, if one was asked for."""
        path: Path | None = self.options["json"]
        if path:
            path.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")

    def save_of(self, data: RatingData, weights: Weights, figures: dict[str, Any]) -> None:
        """The same for figures of one data set and of one set of weights."""
        self.save({"data": data.name, "weights": asdict(weights), **figures})

    def save_part(self, name: str, body: str) -> None:
        """Between the markers `name` of the Markdown file, if one was asked for."""
        path: Path | None = self.options["markdown"]
        if path:
            write_part(path, name, body)


@dataclass(frozen=True)
class Mode:
    """`flag`: of the option that asks for it, "" for what is done without; `uses`: what else it
    understands. `run` gives back the summary line. `arguments`: of `add_argument`."""

    flag: str
    help: str
    run: Callable[[Context], str]
    uses: frozenset[str]
    arguments: dict[str, Any]

    @property
    def option(self) -> str:
        return self.flag.removeprefix("--").replace("-", "_")


def folder_to_write(text: str) -> Path:
    """A folder that is there, or can be made in one that is there."""
    path = Path(text)
    if path.exists() and not path.is_dir():
        raise ArgumentTypeError(f"{text} is a file; name a folder")
    if not path.exists() and not path.parent.is_dir():
        raise ArgumentTypeError(f"there is no folder {path.parent}; create it first")
    return path
