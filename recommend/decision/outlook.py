"""What one person can expect of the whole catalogue: expected liked films by where they are. Pure.

Films that were last seen in the same state (there, absent, or never seen) on every platform, about
equally long ago, form a group g:

    expected_g = sum over its films of P(like)
    carried_gp = mean of the films' P(there today), weighted by P(like)

(`recommend.decision.availability` has P(there today).) The coverage of each platform and of every
set of platforms, and how sure that is, are computed from these few groups. They are stored with a
result.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from common.arrays import Floats, Ints

ABSENT, UNKNOWN, THERE = 0, 1, 2
STATE_OF = {False: ABSENT, None: UNKNOWN, True: THERE}  # by what films store; a missing key is None
STATE_NAMES = "0?1"
DIGITS = 5  # that are stored
STEPS = 4  # films whose P(there) differs by less than a quarter belong together
NEXT_TO_NOTHING = 0.01  # of the expected films of the platform with the most


@dataclass(frozen=True)
class Outlook:
    """Groups of films; (g,) arrays, and (g, p) with a column for each of `platforms`.

    `states`, as last seen, are ABSENT, UNKNOWN or THERE; `carried` is P(there today). `noise` is
    the relative standard deviation of `expected` over other draws of neighbours and of the
    calibration; `spread` is that of how many films of a group a person likes, beyond chance.
    `evidence` are the platforms of which enough is known to compare them; `rates` has how many
    films are behind a platform's prior, and the rate.
    """

    platforms: Sequence[str]
    films: Ints
    expected: Floats
    noise: Floats
    states: Ints
    carried: Floats
    spread: float
    evidence: frozenset[str]
    rates: Mapping[str, tuple[float, float]]

    def columns(self) -> dict[str, Floats]:
        """P(there) (g,) by platform with evidence; without it a platform is no reason to pay.

        0 where next to nothing is expected: the best set within a budget would spend what is left
        of it on a chance of a hundredth of a film.
        """
        expected = self.expected @ self.carried
        compared = [slug in self.evidence for slug in self.platforms]
        least = NEXT_TO_NOTHING * expected[compared].max(initial=0.0)
        counted = np.where(expected < least, 0.0, self.carried)
        return {
            slug: counted[:, column]
            for column, slug in enumerate(self.platforms)
            if compared[column]
        }

    def to_json(self) -> dict[str, Any]:
        """For a JSON column; `from_json` reads it back, except for rounding."""
        return {
            "platforms": list(self.platforms),
            "spread": self.spread,
            "evidence": sorted(self.evidence),
            "rates": {slug: _rounded(rate) for slug, rate in self.rates.items()},
            "groups": [
                [
                    "".join(STATE_NAMES[state] for state in states),
                    int(films),
                    *_rounded((expected, noise)),
                    _rounded(carried),
                ]
                for states, films, expected, noise, carried in zip(
                    self.states, self.films, self.expected, self.noise, self.carried, strict=True
                )
            ],
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Outlook:
        """Raises `ValueError` for unknown or missing keys."""
        if wrong := stored.keys() ^ {"platforms", "spread", "evidence", "rates", "groups"}:
            raise ValueError(f"stored Outlook: unknown or missing: {', '.join(sorted(wrong))}")
        platforms, groups = stored["platforms"], stored["groups"]
        letters, films, expected, noise, carried = zip(*groups, strict=True) if groups else [()] * 5
        states = np.array([[STATE_NAMES.index(letter) for letter in row] for row in letters])
        shape = len(groups), len(platforms)
        return cls(
            platforms=platforms,
            films=np.array(films, np.int64),
            expected=np.array(expected, np.float64),
            noise=np.array(noise, np.float64),
            states=states.reshape(shape).astype(np.int64),
            carried=np.array(carried, np.float64).reshape(shape),
            spread=stored["spread"],
            evidence=frozenset(stored["evidence"]),
            rates={slug: (films, rate) for slug, (films, rate) in stored["rates"].items()},
        )


def outlook_of(
    liked: Floats,
    kinds: Ints,
    states: Ints,
    carried: Floats,
    *,
    platforms: Sequence[str],
    evidence: frozenset[str],
    rates: Mapping[str, tuple[float, float]],
    resampled: Floats | None = None,
    spread: float,
) -> Outlook:
    """Group films of all kinds by their states and by how likely they still hold.

    `liked` (n,) is P(like) of each film and `kinds` (n,) its kind; `states` and `carried`, P(there
    today), (k, p) are those of the kinds. `resampled` (r, n) has P(like) of other draws.
    """
    steps = np.where(states == UNKNOWN, 0, np.round(carried * STEPS).astype(np.int64))
    found, group_of_kind = np.unique(np.hstack([states, steps]), axis=0, return_inverse=True)
    found = found[:, : len(platforms)]
    groups = group_of_kind.ravel()[kinds]
    size = len(found)
    expected = np.bincount(groups, liked, minlength=size)
    draws = np.empty((0, size))
    if resampled is not None and len(resampled) > 1:
        draws = np.stack([np.bincount(groups, draw, minlength=size) for draw in resampled])
    by_kind = np.bincount(kinds, liked, minlength=len(states)).astype(np.float64)
    safe = np.where(expected > 0, expected, 1.0)
    return Outlook(
        platforms=platforms,
        films=np.bincount(groups, minlength=size),
        expected=expected.astype(np.float64),
        noise=draws.std(axis=0) / safe if len(draws) else np.zeros(size),
        states=found,
        carried=_means(carried, by_kind, group_of_kind.ravel(), size),
        spread=spread,
        evidence=evidence,
        rates=rates,
    )


def _means(values: Floats, weights: Floats, groups: Ints, size: int) -> Floats:
    """Weighted means (size, p) of the rows of `values` (k, p); plain ones where nothing weighs."""
    weights = np.maximum(weights, 1e-12)
    sums = np.zeros((size, values.shape[1]))
    np.add.at(sums, groups, values * weights[:, None])
    totals = np.bincount(groups, weights, minlength=size)
    means: Floats = sums / np.where(totals > 0, totals, 1.0)[:, None]
    return means


def _rounded(numbers: Any) -> list[float]:
    return [round(float(number), DIGITS) for number in numbers]
