"""Links of a film to others, as a run stores them: pairs of a film and a weight. Pure.

Big-endian, 8 bytes each: the id of a film, and what a pick of the film that they belong to adds to
its score (`recommend.lab.recommenders.ease`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from common.arrays import Floats, Ints

LINK = np.dtype([("movie_id", ">i4"), ("weight", ">f4")])


def packed_links(movie_ids: Ints, weights: Floats) -> bytes:
    """The links to films `movie_ids` (n,) with `weights` (n,)."""
    links = np.empty(len(movie_ids), LINK)
    links["movie_id"], links["weight"] = movie_ids, weights
    return links.tobytes()


def unpacked_links(packed: Sequence[bytes]) -> tuple[Ints, Floats]:
    """Ids and weights (n,) of all links of some films; an id may stand there more than once."""
    links = np.frombuffer(b"".join(packed), LINK)
    return links["movie_id"].astype(np.int64), links["weight"].astype(np.float64)
