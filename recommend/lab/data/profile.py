"""What the loaded data look like: how likes are spread, what is missing, what is covered. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from common.arrays import Ints

BANDS = (0, 1, 5, 10, 20, 50, 100, 200, 500, 1_000)  # where each band of numbers begins
TOPS = tuple(range(0, 101, 5))  # percent of the most liked films, or of those who like most
RANKS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000)


@dataclass(frozen=True)
class Spread:
    """How likes are spread over people, or over films.

    `bands`: how many have so many likes, by `BANDS`. `top_shares`: percent of all likes that the
    first `TOPS` percent have (a Lorenz curve from above). `by_rank`: likes of the one at each rank.
    `gini`: 0 if all have equally many, towards 1 if one has them all.
    """

    bands: Sequence[int]
    top_shares: Sequence[float]
    by_rank: Mapping[int, int]
    gini: float
    mean: float
    median: float
    most: int


@dataclass(frozen=True)
class Missing:
    """A column that is empty in `empty` of the rows of its table."""

    column: str
    empty: int
    rows: int


@dataclass(frozen=True)
class Covered:
    """Films that have something, and how many ratings these films have."""

    what: str
    films: int
    ratings: int


@dataclass(frozen=True)
class DataProfile:
    """`genres`: films and likes by genre, most likes first. `months`: rows by month and source.
    `timeless`: sources that have no times, and why."""

    name: str
    digest: str
    people: int
    films: int
    ratings: int
    likes: int
    of_people: Spread
    of_films: Spread
    genres: Mapping[str, tuple[int, int]]
    months: Mapping[str, Mapping[str, int]]
    timeless: Mapping[str, str]
    missing_of_films: Sequence[Missing]
    missing_of_people: Sequence[Missing]
    covered: Sequence[Covered]


def band_names() -> list[str]:
    """0, 1 to 4, …, 1,000 and more."""
    names = [
        f"{low:,}" if high == low + 1 else f"{low:,} to {high - 1:,}"
        for low, high in zip(BANDS, BANDS[1:], strict=False)
    ]
    return [*names, f"{BANDS[-1]:,} and more"]


def spread_of(likes: Ints) -> Spread:
    """`likes`: of each person or film, those without any included; at least one number."""
    falling = -np.sort(-likes)
    total = int(falling.sum())
    number = len(falling)
    up_to = np.concatenate([[0], np.cumsum(falling)]) / max(total, 1)
    places = np.rint(np.array(TOPS) / 100 * number).astype(int)
    bands = np.histogram(likes, bins=[*BANDS, max(int(falling[0]), BANDS[-1]) + 1])[0]
    # Half the mean absolute difference of two of them, by their mean.
    ranks = np.arange(1, number + 1)
    weighed = float(((number + 1 - 2 * ranks) * falling).sum())
    return Spread(
        bands=bands.tolist(),
        top_shares=[round(100 * float(share), 4) for share in up_to[places]],
        by_rank={rank: int(falling[rank - 1]) for rank in RANKS if rank <= number},
        gini=round(weighed / (number * total), 4) if total else 0.0,
        mean=round(total / number, 4),
        median=float(np.median(falling)),
        most=int(falling[0]),
    )
