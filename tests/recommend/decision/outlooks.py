"""Outlooks of a few groups of films, written down as one reads them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from recommend.decision.outlook import ABSENT, STATE_NAMES, THERE, UNKNOWN, Outlook


def outlook_with(
    platforms: str,
    groups: Mapping[str, float],
    *,
    prior: float = 0.5,
    evidence: Collection[str] | None = None,
    rate: tuple[float, float] = (100.0, 0.5),
    noise: float = 0.0,
    spread: float = 0.6,
) -> Outlook:
    """Platforms of one letter each; expected films by state, such as `{"1?": 3.0, "01": 2.0}`.

    `prior` is the P(there) of all that is unknown, `rate` that of every platform; each group has
    ten films. All platforms have evidence unless `evidence` names those that do.
    """
    size = (len(groups), len(platforms))
    letters = [STATE_NAMES.index(letter) for states in groups for letter in states]
    states = np.array(letters, np.int64).reshape(size)
    worth = {ABSENT: 0.0, UNKNOWN: prior, THERE: 1.0}
    return Outlook(
        platforms=list(platforms),
        films=np.full(size[0], 10, np.int64),
        expected=np.array(list(groups.values()), np.float64),
        noise=np.full(size[0], noise),
        states=states,
        carried=np.array([worth[state] for state in letters], np.float64).reshape(size),
        spread=spread,
        evidence=frozenset(platforms if evidence is None else evidence),
        rates=dict.fromkeys(platforms, rate),
    )
