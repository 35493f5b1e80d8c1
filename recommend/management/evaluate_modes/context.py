"""What the modes of `manage.py evaluate` share: options, data, and where results go."""

from __future__ import annotations

import json
from argparse import ArgumentTypeError
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from common.commands.progress import Report
from recommend.lab.data.database import read_observed_ratings
from recommend.lab.data.ratings import RatingData
from recommend.lab.data.release import read_release
from recommend.lab.reports.generated import write_part
from recommend.lab.reports.tables import Section
from recommend.lab.simulation.survey import SEEDS
from recommend.models import ModelRun

Found = TypeVar("Found")


@dataclass(frozen=True)
class Context:
    """`options`: None for those not given. `write`: prints lines, after closing a progress bar."""

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
        """The releases named by `--release`, or else the data set in use."""
        releases: list[Path] | None = self.options["release"]
        if releases:
            return [read_release(release) for release in releases]
        return [self.data()]

    def served(self) -> ModelRun:
        """The live run, or a new one if there is none; always a new one for releases, so that no
        database is needed."""
        live = None if self.options["release"] else ModelRun.objects.live()
        return live or ModelRun()

    def lines(self, lines: Iterable[str]) -> None:
        self.write("\n".join(lines))

    def save(self, figures: dict[str, Any]) -> None:
        """Write the JSON file, if one was asked for."""
        path: Path | None = self.options["json"]
        if path:
            path.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")

    def save_part(self, name: str, body: str) -> None:
        """Write between the markers `name` of the Markdown file, if one was asked for."""
        path: Path | None = self.options["markdown"]
        if path:
            write_part(path, name, body)

    def measure_each(
        self,
        part: str,
        measure: Callable[[RatingData], Found],
        sections: Callable[[str, Found], Iterable[Section]],
        figures: Callable[[dict[str, Found]], dict[str, Any]],
    ) -> dict[str, Found]:
        """Measure all data sets, one after another; files are written after each of them.

        `part` and the name of the data set together name a part of the Markdown file.
        """
        found: dict[str, Found] = {}
        for data in self.all_data():
            one = found[data.name] = measure(data)
            tables = list(sections(data.name, one))
            self.lines(line for table in tables for line in table.lines())
            body = "\n".join(line for table in tables for line in table.markdown())
            self.save_part(f"{part} {data.name}", body)
            self.save(figures(found))
        return found

    def tell_splits(
        self,
        name: str,
        data: RatingData,
        found: Sequence[Any],
        mean: Any,
        lines: Callable[[str, Any], Iterable[str]],
        **more: Any,
    ) -> None:
        """Show and save dataclasses of figures, one for each seed, and their mean."""
        titles = [*(f"seed {seed}" for seed in self.seeds), f"mean of {len(found)}"]
        for title, one in zip(titles, [*found, mean], strict=True):
            self.lines(lines(title, one))
        splits = [
            {"seed": seed, **asdict(one)} for seed, one in zip(self.seeds, found, strict=True)
        ]
        figures = {"splits": splits, "mean": asdict(mean), **more}
        weights = asdict(self.served().weights)
        self.save({"data": data.name, "weights": weights, name: figures})


@dataclass(frozen=True)
class Mode:
    """`flag`: the option that asks for it, "" for the mode without one; `uses`: the other options
    that it understands. `run` returns the summary line. `arguments` go to `add_argument`."""

    flag: str
    help: str
    run: Callable[[Context], str]
    uses: frozenset[str]
    arguments: dict[str, Any] = field(default_factory=lambda: {"action": "store_true"})

    @property
    def option(self) -> str:
        return self.flag.removeprefix("--").replace("-", "_")


def rows_by_data(found: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    """Dataclasses as JSON."""
    return {name: [asdict(row) for row in rows] for name, rows in found.items()}


def folder_to_write(text: str) -> Path:
    """An existing folder, or a new one in an existing folder."""
    path = Path(text)
    if path.exists() and not path.is_dir():
        raise ArgumentTypeError(f"{text} is a file; name a folder")
    if not path.exists() and not path.parent.is_dir():
        raise ArgumentTypeError(f"there is no folder {path.parent}; create it first")
    return path
