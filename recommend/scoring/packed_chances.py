"""P(like) of some thousand films as one short text, for a JSON column. Pure.

As pairs of numbers in jsonb they were more than half of what a result takes. Packed: the films in
ascending order, as differences of 4 bytes; then P(like) in ten-thousandths, of 2 bytes; the bytes
of equal place together, which zlib compresses best; then base 85.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping

import numpy as np

from common.arrays import Ints

SCALE = 10_000
BYTES_EACH = 6


def packed(chances: Mapping[int, float]) -> str:
    """P(like), from 0 to 1, by film, a positive number below 2**32."""
    films = np.array(sorted(chances), np.int64)
    scaled = np.rint(np.array([chances[film] for film in films.tolist()]) * SCALE)
    parts = (np.diff(films, prepend=0).astype("<u4"), scaled.astype("<u2"))
    planes = b"".join(
        part.view(np.uint8).reshape(len(films), part.itemsize).T.tobytes() for part in parts
    )
    return base64.b85encode(zlib.compress(planes, 9)).decode()


def unpacked(text: str) -> dict[int, float]:
    """What `packed` was given, rounded, in ascending order of films."""
    films, scaled = _read(text)
    return dict(zip(films.tolist(), (scaled / SCALE).tolist(), strict=True))


def chance_of(text: str, film: int) -> float | None:
    """P(like) of one film; None if it is not among them."""
    films, scaled = _read(text)
    place = int(np.searchsorted(films, film))
    found = place < len(films) and films[place] == film
    return float(scaled[place]) / SCALE if found else None


def _read(text: str) -> tuple[Ints, Ints]:
    planes = np.frombuffer(zlib.decompress(base64.b85decode(text)), np.uint8)
    size = len(planes) // BYTES_EACH
    differences = _joined(planes[: 4 * size], size, "<u4")
    return np.cumsum(differences), _joined(planes[4 * size :], size, "<u2")


def _joined(planes: np.ndarray, size: int, kind: str) -> Ints:
    rows = planes.reshape(np.dtype(kind).itemsize, size).T
    joined: Ints = np.ascontiguousarray(rows).view(kind).ravel().astype(np.int64)
    return joined
