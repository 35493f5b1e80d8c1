"""Finding the taste twin: one SQL statement for each method, relaxation included.

Candidates are narrowed by gender and age band; where that leaves nobody, step by step less. The
steps are the parts of one UNION ALL, each guarded by "no earlier step has anybody", so that
PostgreSQL evaluates only the first step that has candidates. Similarities: docs/algorithms.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db.models import Exists, F, FloatField, Func, IntegerField, Q, QuerySet, Value
from django.db.models.functions import Abs
from pgvector.django import CosineDistance, HammingDistance, JaccardDistance

from matching.models import Method, Relaxation
from movies.demographics import age_band, neighbouring_bands
from movies.fingerprints import SIMHASH_BITS, bit_text, simhash, watched_bits
from movies.models import MovieLensUser


@dataclass(frozen=True)
class Question:
    """What is known of a respondent: "" and None where they gave no answer.

    `fingerprint_bits` are the places of the liked films that have one; `taste` (f,) is needed
    for the method `taste` only.
    """

    gender: str
    age: int | None
    liked: Sequence[int]
    fingerprint_bits: Sequence[int]
    taste: npt.NDArray[np.float64] | None = None


@dataclass(frozen=True)
class Twin:
    """The most similar MovieLens user; `similarity` is within [0, 1], for `taste` [-1, 1]."""

    ml_user_id: int
    similarity: float
    method: str
    relaxation: str


def find_twin(
    question: Question, *, method: str = Method.JACCARD, vectors: QuerySet[Any] | None = None
) -> Twin | None:
    """The twin, or None if nobody is loaded.

    `vectors`: rows with `ml_user` and `taste` of one model run, for the method `taste`. Ties go
    to more overlap in the fingerprint, then the nearer age, then the lower id. Raises
    `ValueError` for an unknown method or where what a method needs is missing.
    """
    people, prefix = _people(method, vectors)
    overlap, similarity = _measures(question, method, prefix)
    by_age = (
        Abs(F(f"{prefix}age") - question.age, output_field=IntegerField())
        if question.age is not None
        else Value(0)
    )
    parts: list[QuerySet[Any, Any]] = []
    earlier: list[Q] = []
    for relaxation, condition in _steps(question, prefix):
        part = people.filter(condition)
        for empty in earlier:
            part = part.filter(~Exists(people.filter(empty)))
        earlier.append(condition)
        parts.append(
            part.annotate(similarity=similarity, relaxation=Value(relaxation))
            .order_by(F("similarity").desc(), overlap.desc(), by_age.asc(), f"{prefix}ml_user_id")
            .values_list(f"{prefix}ml_user_id", "similarity", "relaxation")[:1]
        )
    found = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    row = found.first() if len(parts) == 1 else next(iter(found), None)
    return Twin(row[0], row[1], str(method), row[2]) if row is not None else None


def _people(method: str, vectors: QuerySet[Any] | None) -> tuple[QuerySet[Any], str]:
    """The rows to search, and the path from such a row to the user's columns."""
    if method not in Method.values:
        raise ValueError(f"unknown method {method!r}; known: {', '.join(Method.values)}")
    if method != Method.TASTE:
        return MovieLensUser.objects.all(), ""
    if vectors is None:
        raise ValueError("the method taste needs the taste vectors of a model run")
    return vectors, "ml_user__"


def _measures(question: Question, method: str, prefix: str) -> tuple[Func, Any]:
    """SQL for the overlap of the fingerprints, and for the similarity."""
    fingerprint = bit_text(watched_bits(question.fingerprint_bits))
    overlap = Func(
        F(f"{prefix}watched"),
        Value(fingerprint),
        template=f"bit_count(%(expressions)s::bit({len(fingerprint)}))",
        arg_joiner=" & ",
        output_field=IntegerField(),
    )
    similarity: Any
    match method:
        case Method.JACCARD:
            similarity = 1.0 - JaccardDistance("watched", fingerprint)
        case Method.SIMHASH:
            hashed = bit_text(simhash(question.liked))
            similarity = 1.0 - HammingDistance("simhash", hashed) / float(SIMHASH_BITS)
        case _:
            if question.taste is None:
                raise ValueError("the method taste needs the respondent's taste vector")
            similarity = 1.0 - CosineDistance("taste", question.taste.tolist())
    similarity.output_field = FloatField()
    return overlap, similarity


def _steps(question: Question, prefix: str) -> list[tuple[Relaxation, Q]]:
    """The steps of the search, narrowest first, by what the respondent answered."""
    gender = Q(**{f"{prefix}gender": question.gender})
    everyone = (Relaxation.EVERYONE, Q())
    if question.age is None:
        return [(Relaxation.GENDER, gender), everyone] if question.gender else [everyone]
    band = age_band(question.age)
    same_band = Q(**{f"{prefix}age_band": band})
    if not question.gender:
        return [(Relaxation.AGE_BAND, same_band), everyone]
    near = Q(**{f"{prefix}age_band__in": neighbouring_bands(band)})
    return [
        (Relaxation.NONE, gender & same_band),
        (Relaxation.NEIGHBOURING_BAND, gender & near),
        (Relaxation.GENDER, gender),
        everyone,
    ]
