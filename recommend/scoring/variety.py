"""A list of films that are not all alike. Pure.

Maximal marginal relevance (J. Carbonell, J. Goldstein, SIGIR 1998) takes one film after another,
each time the one with the highest

    (1 - d) relevance(m) - d max over the chosen films c of cos(v_m, v_c)

d: diversity, 0 to 1; relevance: the score, scaled so that the best film has 1 and the last
candidate 0; v: the films' vectors (`film_vectors`), whose cosine is the mean of those of the ALS
factors and of the genres. With d = 0 the films keep the order of their scores. The number of films
of one series is limited. Ties: the film that was ranked first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from common.arrays import Bools, Floats, Ints

CANDIDATES = 4  # times the size of the list


@dataclass(frozen=True)
class Variety:
    """`diversity`: d above; `series_limit`: the most films of one series."""

    diversity: float = 0.0
    series_limit: int = 50


def genre_table(genres: Sequence[Sequence[str]]) -> Bools:
    """(n, g): which of all their genres each of the n films has."""
    names = sorted({name for own in genres for name in own})
    table = np.array([[name in own for name in names] for own in genres], np.bool_)
    return table.reshape(len(genres), -1)


def film_vectors(factors: Floats, genres: Bools) -> Floats:
    """Vectors (n, f + g) of films: directions of ALS factors (n, f) and of `genres` (n, g)."""
    return np.hstack([directions(factors), directions(genres.astype(np.float64))])


def directions(vectors: Floats) -> Floats:
    """Each row (n, f) divided by its length; rows of zeros stay zeros."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    units: Floats = vectors / np.where(lengths > 0, lengths, 1.0)
    return units


def varied(
    scores: Floats, vectors: Floats, series: Sequence[str], variety: Variety, *, size: int
) -> Ints:
    """Places of the `size` films to show, in order; fewer if the limit of series leaves fewer.

    The candidates come in the order of their `scores` (n,), with `vectors` (n, f) and the name of
    each one's `series`, "" for none.
    """
    count = len(scores)
    spread = float(scores[0] - scores[-1]) if count else 0.0
    relevance = (scores - scores[-1]) / spread if spread > 0 else np.zeros(count)
    units = directions(vectors)
    nearest = np.zeros(count)  # largest cosine with a chosen film; below 0 counts as 0
    free = np.ones(count, dtype=np.bool_)
    taken: Counter[str] = Counter()
    chosen: list[int] = []
    while len(chosen) < size and free.any():
        value = (1.0 - variety.diversity) * relevance - variety.diversity * nearest
        place = int(np.argmax(np.where(free, value, -np.inf)))
        free[place] = False
        if series[place] and taken[series[place]] >= variety.series_limit:
            continue
        taken[series[place]] += 1
        chosen.append(place)
        nearest = np.maximum(nearest, units @ units[place])
    return np.array(chosen, dtype=np.int64)
