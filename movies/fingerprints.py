"""Fixed-length fingerprints of a set of watched films. Pure: NumPy only, no Django import.

Watched fingerprint: one bit for each of the 4,096 most-watched films, so that the Jaccard
similarity |A & B| / |A | B| of two people is a bit operation inside PostgreSQL.

SimHash (M. Charikar, "Similarity estimation techniques from rounding algorithms", STOC 2002):
every film has 64 pseudo-random signs; bit b of a person is 1 if the signs b of their films sum
to more than 0. The Hamming distance of two SimHashes estimates the angle between two watch lists.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from common.arrays import Bools

FINGERPRINT_BITS = 4096
SIMHASH_BITS = 64


def bit_rank(
    counts: npt.NDArray[np.int64], movie_ids: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Movie ids in the order of their fingerprint bits: most watched first; ties: lower id.

    Films without ratings get no bit; at most `FINGERPRINT_BITS` ids are returned.
    """
    order = np.lexsort((movie_ids, -counts))
    ranked = movie_ids[order][counts[order] > 0]
    return ranked[:FINGERPRINT_BITS]


def movie_signs(movie_ids: Iterable[int]) -> npt.NDArray[np.int8]:
    """(n, 64) matrix of -1 and +1, the same for the same ids on every machine and version."""
    digests = b"".join(
        hashlib.blake2b(int(movie_id).to_bytes(8, "little"), digest_size=SIMHASH_BITS // 8).digest()
        for movie_id in movie_ids
    )
    bits = np.unpackbits(np.frombuffer(digests, dtype=np.uint8)).reshape(-1, SIMHASH_BITS)
    return (bits.astype(np.int8) * 2 - 1).astype(np.int8)


def simhash(movie_ids: Iterable[int]) -> Bools:
    """The (64,) SimHash of one set of films; all zeros for an empty set."""
    sums = movie_signs(movie_ids).sum(axis=0, dtype=np.int64)
    return np.asarray(sums > 0)


def bit_text(bits: Bools) -> str:
    """A bit vector as PostgreSQL writes it: a string of 0 and 1."""
    return (bits.astype(np.uint8) + ord("0")).tobytes().decode("ascii")


def watched_bits(places: Iterable[int]) -> Bools:
    """The (4096,) fingerprint with the bits at `places` set."""
    bits = np.zeros(FINGERPRINT_BITS, dtype=np.bool_)
    bits[np.fromiter(places, dtype=np.int64)] = True
    return bits
