"""The vectors and arrays of a run: how they are packed, and how a process keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from django.db import connection

from common.arrays import Floats, Floats32, Ints
from common.errors import BeingReplacedError
from movies.demographics import GROUPS
from recommend.models import ModelRun, MovieFactors
from recommend.scoring.weights import FACTORS

# Big-endian, as PostgreSQL sends them: a vector's first four bytes say how long it is.
PACKED_FACTORS = """
    SELECT string_agg(
        int4send(movie_id) || substring(vector_send(factors) FROM 5)
            || substring(vector_send(encoder) FROM 5)
            || substring(vector_send(decoder) FROM 5)
            || float8send(bias) || float8send(log_ratings),
        '' ORDER BY movie_id), bool_or(length(links) > 0)
    FROM recommend_moviefactors WHERE run_id = %s
"""

PACKED_FILM = np.dtype(
    [
        ("movie_id", ">i4"),
        ("factors", ">f4", (FACTORS,)),
        ("encoder", ">f4", (FACTORS,)),
        ("decoder", ">f4", (FACTORS,)),
        ("bias", ">f8"),
        ("log_ratings", ">f8"),
    ]
)


def matrix(vectors: Sequence[Any]) -> Floats:
    return np.asarray(vectors, np.float64).reshape(-1, FACTORS)


@dataclass(frozen=True)
class RunArrays:
    """The arrays of a run: the Gram matrix (f, f), and the mean taste and the code of each
    demographic group (3, 8, f)."""

    gram: Floats
    group_tastes: Floats
    answer_groups: Floats


@lru_cache(maxsize=4)
def run_arrays(run: int) -> RunArrays:
    """Cached by each process: a stored run never changes."""
    columns = ("gram", "group_tastes", "answer_groups")
    stored = ModelRun.objects.values_list(*columns).filter(pk=run).first()
    if stored is None:
        raise BeingReplacedError
    gram, groups, codes = (np.frombuffer(bytes(part), np.float64) for part in stored)
    shape = (*GROUPS, FACTORS)
    return RunArrays(gram.reshape(FACTORS, FACTORS), groups.reshape(shape), codes.reshape(shape))


@dataclass(frozen=True)
class FilmVectors:
    """The vectors (n, f) of some films of a run."""

    factors: Floats
    encoders: Floats
    decoders: Floats


@dataclass(frozen=True)
class RunFactors:
    """The vectors (n, f) of all films of a run, by ascending `movie_ids` (n,), as stored, with
    their `biases` (n,) and `log_ratings` (n,). `has_links`: whether some film has links to
    others."""

    movie_ids: Ints
    factors: Floats32
    encoders: Floats32
    decoders: Floats32
    biases: Floats
    log_ratings: Floats
    has_links: bool

    def lacking(self, movie_ids: Ints) -> Ints:
        """Those of the films that have no vectors here."""
        return np.setdiff1d(movie_ids, self.movie_ids)

    def of(self, movie_ids: Ints) -> FilmVectors:
        """The vectors of these films, in this order; zeros for a film without vectors."""
        places = np.minimum(np.searchsorted(self.movie_ids, movie_ids), len(self.movie_ids) - 1)
        found = (self.movie_ids[places] == movie_ids)[:, None].astype(np.float64)
        return FilmVectors(
            self.factors[places] * found,
            self.encoders[places] * found,
            self.decoders[places] * found,
        )


@lru_cache(maxsize=2)
def run_factors(run: int) -> RunFactors:
    """Cached by each process: the vectors of a film never change. `factors_of` also finds those of
    films that entered the catalogue since."""
    with connection.cursor() as cursor:
        cursor.execute(PACKED_FACTORS, [run])
        packed, has_links = cursor.fetchone()
    if packed is None:
        raise BeingReplacedError
    films = np.frombuffer(bytes(packed), dtype=PACKED_FILM)
    factors, encoders, decoders = (
        films[name].astype(np.float32) for name in ("factors", "encoder", "decoder")
    )
    return RunFactors(
        films["movie_id"].astype(np.int64),
        factors,
        encoders,
        decoders,
        films["bias"].astype(np.float64),
        films["log_ratings"].astype(np.float64),
        bool(has_links),
    )


def factors_of(run: int, movie_ids: Ints) -> FilmVectors:
    """The vectors of these films of a run, in this order; zeros for a film without vectors."""
    known = run_factors(run)
    lacking = known.lacking(movie_ids).tolist()
    if lacking and MovieFactors.objects.filter(run=run, movie__in=lacking).exists():
        run_factors.cache_clear()
        known = run_factors(run)
    return known.of(movie_ids)
