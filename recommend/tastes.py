"""A respondent's answers and the taste that they tell of, by what a run stores. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from common.arrays import Floats, Ints
from django.db import connection
from django.db.models import FilteredRelation, Q

from common.errors import DataError, NotReadyError
from matching.models import Method
from movies.demographics import GROUPS, group_of
from movies.models import Movie
from recommend.models import ModelRun
from recommend.scoring import FACTORS
from recommend.taste import FoldIn, answer_codes, shrunk

# Big-endian, as PostgreSQL sends them: a vector's first four bytes say how long it is.
PACKED_FACTORS = """
    SELECT string_agg(
        int4send(movie_id) || substring(vector_send(factors) FROM 5)
            || substring(vector_send(encoder) FROM 5)
            || substring(vector_send(decoder) FROM 5),
        '' ORDER BY movie_id)
    FROM recommend_moviefactors WHERE run_id = %s
"""
PACKED_FILM = np.dtype(
    [
        ("movie_id", ">i4"),
        ("factors", ">f4", (FACTORS,)),
        ("encoder", ">f4", (FACTORS,)),
        ("decoder", ">f4", (FACTORS,)),
    ]
)


@dataclass(frozen=True)
class Answers:
    """What the recommendation needs of a survey: "" and None where no answer was given.

    `seen` and `not_interested` are films that are not to be recommended any more; the latter
    count against the taste too. `unknown` are films that the person was asked about and can say
    nothing of.
    """

    gender: str
    age: int | None
    liked: Sequence[int]
    strategy: str = "blend"
    method: str = Method.JACCARD
    seen: Sequence[int] = ()
    not_interested: Sequence[int] = ()
    unknown: Sequence[int] = ()


@dataclass(frozen=True)
class OwnTaste:
    """A respondent's taste (f,) and the `code` (f,) of their answers, and what both are made of.

    `bits` are the places of the liked films in the fingerprint; `fold_in` is that of the films
    `picks` (k), which are the liked ones with factors; `group` (f,) is the taste of their gender
    and age group. `encoders` (k, f) are what the picks add to the code, and `group_code` (f,) what
    gender and age do.
    """

    vector: Floats
    code: Floats
    liked: list[int]
    bits: list[int]
    picks: list[int]
    fold_in: FoldIn
    group: Floats
    encoders: Floats
    group_code: Floats

    def with_picks(self, own: Floats, picks: int) -> Floats:
        """The taste for a fold-in `own` (f,) of so many picks; of many (n, f), that of each."""
        return shrunk(own, self.group, picks=picks)

    def codes_without_pick(self) -> Floats:
        """(k, f): the code without each of the picks."""
        others = self.encoders.sum(axis=0) - self.encoders
        return answer_codes(others, len(self.picks) - 1, self.group_code)

    def codes_with_film(self, encoders: Floats) -> Floats:
        """(n, f): the code with one more pick, for each of the films with `encoders` (n, f)."""
        return answer_codes(
            self.encoders.sum(axis=0) + encoders, len(self.picks) + 1, self.group_code
        )


def own_taste(run: ModelRun, answers: Answers) -> OwnTaste:
    liked, others = sorted(set(answers.liked)), list(answers.not_interested)
    of_run = FilteredRelation("movie_factors", condition=Q(movie_factors__run=run))
    rows = (
        Movie.objects.filter(movie_id__in=[*liked, *others])
        .annotate(of_run=of_run)
        .order_by("movie_id")
        .values_list("movie_id", "fingerprint_bit", "of_run__factors", "of_run__encoder")
    )
    if missing := sorted(set(liked) - {row[0] for row in rows}):
        raise DataError(f"liked: no such movie: {', '.join(map(str, missing[:10]))}")
    vectors = {movie_id: factors for movie_id, _, factors, _ in rows if factors is not None}
    encoded = {movie_id: encoder for movie_id, _, _, encoder in rows if encoder is not None}
    picks = [movie_id for movie_id in liked if movie_id in vectors]
    arrays = run_arrays(run.pk)
    fold_in = FoldIn.of(
        arrays.gram,
        matrix([vectors[movie_id] for movie_id in picks]),
        not_interested=matrix([vectors[one] for one in others if one in vectors]),
        confidence=run.confidence,
        regularization=run.regularization,
    )
    chosen = set(liked)
    encoders = matrix([encoded[movie_id] for movie_id in picks])
    group = group_of(answers.gender, answers.age)
    taste = OwnTaste(
        vector=fold_in.taste,
        code=answer_codes(encoders.sum(axis=0), len(picks), arrays.answer_groups[group]),
        liked=liked,
        bits=[bit for movie_id, bit, *_ in rows if bit is not None and movie_id in chosen],
        picks=picks,
        fold_in=fold_in,
        group=arrays.group_tastes[group],
        encoders=encoders,
        group_code=arrays.answer_groups[group],
    )
    return replace(taste, vector=taste.with_picks(taste.vector, len(picks)))


def matrix(vectors: Sequence[Any]) -> Floats:
    return np.asarray(vectors, np.float64).reshape(-1, FACTORS)


@dataclass(frozen=True)
class RunArrays:
    """What a run stores in arrays: the Gram matrix (f, f), and of every demographic group the
    mean taste and the code (3, 8, f)."""

    gram: Floats
    group_tastes: Floats
    answer_groups: Floats


@lru_cache(maxsize=4)
def run_arrays(run: int) -> RunArrays:
    """Never changes once a run is stored, so each process keeps it."""
    columns = ("gram", "group_tastes", "answer_groups")
    stored = ModelRun.objects.values_list(*columns).filter(pk=run).first()
    if stored is None:
        raise NotReadyError("The data are being replaced. Try again in a few minutes.")
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
    """The vectors (n, f) of all films of a run, by ascending `movie_ids` (n,), as stored."""

    movie_ids: Ints
    factors: npt.NDArray[np.float32]
    encoders: npt.NDArray[np.float32]
    decoders: npt.NDArray[np.float32]

    def of(self, movie_ids: Ints) -> FilmVectors:
        """Those of these films, in their order; zeros for a film without."""
        places = np.minimum(np.searchsorted(self.movie_ids, movie_ids), len(self.movie_ids) - 1)
        found = (self.movie_ids[places] == movie_ids)[:, None].astype(np.float64)
        return FilmVectors(
            self.factors[places] * found,
            self.encoders[places] * found,
            self.decoders[places] * found,
        )


@lru_cache(maxsize=2)
def run_factors(run: int) -> RunFactors:
    """Never changes once a run is stored, so each process keeps it."""
    with connection.cursor() as cursor:
        cursor.execute(PACKED_FACTORS, [run])
        (packed,) = cursor.fetchone()
    if packed is None:
        raise NotReadyError("The data are being replaced. Try again in a few minutes.")
    films = np.frombuffer(bytes(packed), dtype=PACKED_FILM)
    return RunFactors(
        films["movie_id"].astype(np.int64),
        *(films[name].astype(np.float32) for name in ("factors", "encoder", "decoder")),
    )
