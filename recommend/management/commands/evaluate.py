"""`manage.py evaluate`"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from common.commands.arguments import LARGEST_SEED, file_to_write, whole_number
from common.commands.base import DataCommand
from recommend.lab.evaluation.bench import PICKS
from recommend.lab.reports.generated import check_parts
from recommend.lab.simulation.survey import SEEDS
from recommend.management.evaluate_modes import (
    cold,
    comparing,
    curves,
    decisions,
    genres,
    home,
    onboarding,
    stars,
    varying,
)
from recommend.management.evaluate_modes.comparing import model_name
from recommend.management.evaluate_modes.context import Context, Mode, folder_to_write

# Each is a module of `recommend.management.evaluate_modes`; the first one has no flag.
MODES: tuple[Mode, ...] = (
    comparing.MODE,
    curves.MODE,
    decisions.MODE,
    stars.MODE,
    cold.MODE,
    varying.MODE,
    onboarding.MODE,
    home.MODE,
    genres.MODE,
)
SHARED = sorted({name for mode in MODES for name in mode.uses})


class Command(DataCommand):
    help = (
        "Measure the recommenders by a simulated survey on held-out users (docs/evaluation.md), "
        "or something else, see below."
    )
    kept = "nothing was stored"

    def add_arguments(self, parser: ArgumentParser) -> None:
        modes = parser.add_argument_group("instead of the comparison of recommenders")
        for mode in MODES:
            if mode.flag:
                modes.add_argument(mode.flag, help=mode.help, **mode.arguments)
        seeds = " ".join(map(str, SEEDS))
        parser.add_argument(
            "--seeds",
            type=whole_number(0, LARGEST_SEED),
            nargs="+",
            metavar="SEED",
            help=f"of the splits (default: {seeds})",
        )
        parser.add_argument(
            "--invented",
            action="store_true",
            help="with --decisions: on invented platforms of equal size instead of the real ones",
        )
        parser.add_argument(
            "--run",
            type=whole_number(1, LARGEST_SEED),
            metavar="N",
            help="with --home: this run and not the live one",
        )
        self._add_comparison(parser)
        self._add_files(parser)

    def _add_comparison(self, parser: ArgumentParser) -> None:
        for option, meaning in (
            ("--models", "recommenders to compare, or all (default: the main ones)"),
            ("--against", "test every recommender against these too, by the paired bootstrap"),
        ):
            parser.add_argument(option, type=model_name, nargs="+", metavar="NAME", help=meaning)
        parser.add_argument(
            "--picks",
            type=whole_number(1, 100),
            nargs="+",
            metavar="N",
            help=f"films a respondent picks (default: {' '.join(map(str, PICKS))})",
        )
        for option, most, meaning in (
            ("--slow-splits", 1_000, "on how many splits slow recommenders are measured"),
            ("--processes", 64, "how many fits run at the same time; changes no figure"),
        ):
            parser.add_argument(
                option, type=whole_number(1, most), metavar="N", help=f"{meaning} (default: 1)"
            )
        parser.add_argument(
            "--folds",
            type=whole_number(2, 20),
            metavar="K",
            help="K folds over the users instead of 15 %% held out; with --stars: over the ratings",
        )

    def _add_files(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--release",
            type=Path,
            nargs="+",
            metavar="SOURCE",
            help="MovieLens releases (zip or folder) in place of the data set in use; nothing is "
            "loaded",
        )
        parser.add_argument(
            "--json", type=file_to_write, metavar="FILE", help="also write the figures"
        )
        parser.add_argument(
            "--markdown",
            type=file_to_write,
            metavar="FILE",
            help="also write tables, between the markers of this file or at its end",
        )
        parser.add_argument(
            "--plots", type=folder_to_write, metavar="FOLDER", help="also draw plots, SVG and PNG"
        )

    def run(self, **options: Any) -> str:
        mode = self._mode(options)
        if options["invented"] and mode is not decisions.MODE:
            raise CommandError("--invented says on which platforms --decisions is measured")
        for name in SHARED:
            if options[name] and name not in mode.uses:
                option = "--" + name.replace("_", "-")
                what = mode.flag or "the comparison of recommenders"
                raise CommandError(f"{option} means nothing to {what}; leave it out")
        if options["markdown"]:
            check_parts(options["markdown"])
            check_parts(comparing.times_file(options["markdown"]))
        return mode.run(Context(options, self.report, self._write))

    def _mode(self, options: dict[str, Any]) -> Mode:
        """`--stars` without names is an empty list, and asks for that mode too."""
        asked = [one for one in MODES if one.flag and options[one.option] not in (None, False)]
        if len(asked) > 1:
            flags = " and ".join(mode.flag for mode in asked)
            raise CommandError(f"{flags} are measured one at a time; leave out all but one")
        return asked[0] if asked else comparing.MODE

    def _write(self, text: str) -> None:
        self._close_bar()
        self.stdout.write(text)
