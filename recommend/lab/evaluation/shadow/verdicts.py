"""What a shadow evaluation found, and the verdict on it. Pure.

The verdict is on the mean NDCG of the candidate divided by that of the live recipe, with the 95 %
interval of a paired bootstrap over people (`recommend.lab.simulation.bootstrap`):

- better: the whole interval is above 1;
- not worse: its lower end is above 1 - `MARGIN` (a non-inferiority test as in the US FDA's guidance
  "Non-inferiority clinical trials", 2016: it shows that no more than the margin can have been lost,
  not merely that no loss was found);
- worse: it does not reach 1, and goes below 1 - `MARGIN`;
- unclear: the interval reaches from a loss that matters to a gain, so there are too few people to
  tell. Automatic publishing treats it as worse.

The margin is 1 %: about what another seed of the training changes (docs/adr 0026), and a fifteenth
of what the blend gains over ALS alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from common.arrays import Floats, Ints
from recommend.lab.simulation.bootstrap import Interval, resampled_means

MARGIN = 0.01

BETTER, NOT_WORSE, UNCLEAR, WORSE = "better", "not_worse", "unclear", "worse"


@dataclass(frozen=True)
class Compared:
    """Mean NDCG with this number of picks; ratios of the candidate to live and to popularity."""

    picks: int
    candidate: float
    live: float
    popularity: float
    ratio: Interval
    p_value: float
    over_popularity: Interval

    @property
    def verdict(self) -> str:
        if self.ratio.low > 1.0:
            return BETTER
        if self.ratio.low > 1.0 - MARGIN:
            return NOT_WORSE
        return WORSE if self.ratio.high < 1.0 else UNCLEAR


def compared(picks: int, quality: Floats, people: Ints) -> Compared:
    """`quality` (n_cases, 3): NDCG of the candidate, of the live recipe and of popularity, for the
    `people` (n_cases,)."""
    means = resampled_means(quality, people, seed=1)
    paired = means.against(0, 1)
    candidate, live, popularity = means.observed.tolist()
    over_popularity = means.ratio(0, 2)
    return Compared(
        picks, candidate, live, popularity, paired.ratio, paired.p_value, over_popularity
    )


@dataclass(frozen=True)
class OfGroup:
    """Mean NDCG of the people of one group: gender "female", age band "25"."""

    kind: str
    group: str
    cases: int
    candidate: float
    live: float


@dataclass(frozen=True)
class Shadow:
    """`cases` by number of picks, of `people` different people; `groups` of these people."""

    seeds: Sequence[int]
    cases: int
    people: int
    compared: Sequence[Compared]
    groups: Sequence[OfGroup] = ()

    @property
    def verdict(self) -> str:
        """The worst of the verdicts; better if one is better and none is worse or unclear."""
        verdicts = {one.verdict for one in self.compared}
        return next((one for one in (WORSE, UNCLEAR, BETTER) if one in verdicts), NOT_WORSE)

    @property
    def beats_popularity(self) -> bool:
        """Lists that do not beat the most popular films mean that the data are broken."""
        return all(one.over_popularity.low > 1.0 for one in self.compared)

    def stored(self) -> dict[str, Any]:
        """As JSON, with the verdicts; None for a ratio to a mean of 0."""
        compared = [
            asdict(one)
            | {
                "verdict": one.verdict,
                "ratio": _ends(one.ratio),
                "over_popularity": _ends(one.over_popularity),
            }
            for one in self.compared
        ]
        return asdict(self) | {
            "margin": MARGIN,
            "verdict": self.verdict,
            "beats_popularity": self.beats_popularity,
            "compared": compared,
        }


def _ends(interval: Interval) -> dict[str, float | None]:
    return {name: value if np.isfinite(value) else None for name, value in asdict(interval).items()}
