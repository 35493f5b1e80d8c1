"""What the files of the living data say, in one shape whichever files they were. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import pandas as pd

from ottstats.living.figures import SERVICES

CELLS = ("district", "gender", "age", "month", "population", "dongs", *SERVICES)
DONGS = ("district", "number", "gender", "age", *SERVICES)
POPULATIONS = ("district", "gender", "age", "population", "single_households")


@dataclass(frozen=True)
class Expected:
    """What the files may name: the `districts` by Korean name, and months up to `latest`."""

    districts: Collection[str]
    latest: str  # such as "2026-11"


@dataclass(frozen=True, eq=False)
class LivingFrames:
    """Checked rows with the columns `CELLS`, `DONGS` and `POPULATIONS`; districts by Korean name,
    months as "2023-01".

    `weighting`: how dongs were averaged, a name of `adding_up.WEIGHTINGS`. `notes`: what the
    operator should know, one line each.
    """

    cells: pd.DataFrame
    dongs: pd.DataFrame
    populations: pd.DataFrame
    weighting: str
    notes: Sequence[str]

    @property
    def months(self) -> list[str]:
        return sorted(self.cells["month"].unique())
