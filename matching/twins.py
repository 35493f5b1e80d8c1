"""Finds the taste twin: one SQL statement for each method, relaxation included.

Candidates have the respondent's gender and age band; if there are none, the filter is relaxed step
by step. The steps are the parts of one UNION ALL, each guarded by "no earlier step has candidates",
so PostgreSQL evaluates only the first step that has some. Similarities: docs/algorithms.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection
from django.db.models import QuerySet
from pgvector import Vector

from matching.models import Method, Relaxation
from movies.demographics import age_band, neighbouring_bands
from movies.fingerprints import FINGERPRINT_BITS, SIMHASH_BITS, bit_text, simhash, watched_bits


@dataclass(frozen=True)
class Question:
    """What is known about a respondent: "" and None where they gave no answer.

    `fingerprint_bits` are the bit numbers of the liked films that have one; `taste` (f,) is needed
    only for the method `taste`.
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


SIMILARITY = {
    Method.JACCARD: "1 - (u.watched <%%> (SELECT watched FROM asked))",
    Method.SIMHASH: f"1 - (u.simhash <~> %(simhash)s::bit({SIMHASH_BITS})) / {SIMHASH_BITS}.0",
    Method.TASTE: "1 - (v.taste <=> %(taste)s::vector)",
}
IN_CELL = "u.gender = %(gender)s AND u.age_band = %(age_band)s"
IN_NEIGHBOURING_BAND = "u.gender = %(gender)s AND u.age_band = ANY(%(near)s)"
OF_GENDER = "u.gender = %(gender)s"
IN_AGE_BAND = "u.age_band = %(age_band)s"
ANYBODY = "TRUE"


def find_twin(
    question: Question, *, method: str = Method.JACCARD, vectors: QuerySet[Any] | None = None
) -> Twin | None:
    """The twin, or None if no users are loaded.

    `vectors`: rows with `ml_user_id` and `taste` of one model run, for the method `taste`. Ties
    go to more overlap in the fingerprint, then the nearer age, then the lower id. Raises
    `ValueError` for an unknown method, or if an input that the method needs is missing.
    """
    if method not in Method.values:
        raise ValueError(f"unknown method {method!r}; known: {', '.join(Method.values)}")
    people, parameters = "movies_movielensuser u", _parameters(question)
    if method == Method.TASTE:
        if vectors is None or question.taste is None:
            raise ValueError("the method taste needs a taste vector and those of a model run")
        of_run, of_run_parameters = _named(vectors.values("ml_user_id", "taste"))
        people += f" JOIN ({of_run}) v USING (ml_user_id)"
        parameters |= of_run_parameters | {"taste": Vector(question.taste).to_text()}
    with connection.cursor() as cursor:
        cursor.execute(_statement(people, SIMILARITY[Method(method)], question), parameters)
        row = cursor.fetchone()
    return Twin(row[0], float(row[1]), str(method), row[2]) if row is not None else None


def _named(vectors: QuerySet[Any]) -> tuple[str, dict[str, Any]]:
    """A queryset as SQL with named parameters, for use inside our statement."""
    query, values = vectors.query.sql_with_params()
    names = [f"vectors_{number}" for number in range(len(values))]
    named = query % tuple(f"%({name})s" for name in names)
    return named, dict(zip(names, values, strict=True))


def _parameters(question: Question) -> dict[str, Any]:
    band = age_band(question.age) if question.age is not None else None
    return {
        "gender": question.gender,
        "age": question.age,
        "age_band": band,
        "near": list(neighbouring_bands(band)) if band is not None else None,
        "watched": bit_text(watched_bits(question.fingerprint_bits)),
        "simhash": bit_text(simhash(question.liked)),
    }


def _statement(people: str, similarity: str, question: Question) -> str:
    """The UNION ALL of all steps, built only from the constants above.

    The overlap is counted only for ties: it costs more than the similarity itself.
    """
    by_age = "abs(age - %(age)s), " if question.age is not None else ""
    parts, earlier = [], ""
    for relaxation, condition in _steps(question):
        parts.append(
            f"(SELECT ml_user_id, similarity, '{relaxation}' FROM ("  # noqa: S608
            f"SELECT u.ml_user_id, u.age, u.watched, {similarity} AS similarity "
            f"FROM {people} WHERE {condition}{earlier} "
            "ORDER BY similarity DESC FETCH FIRST 1 ROW WITH TIES) AS best "
            "ORDER BY bit_count(watched & (SELECT watched FROM asked)) DESC, "
            f"{by_age}ml_user_id LIMIT 1)"
        )
        earlier += f" AND NOT EXISTS (SELECT FROM {people} WHERE {condition})"  # noqa: S608
    asked = f"WITH asked AS (SELECT %(watched)s::bit({FINGERPRINT_BITS}) AS watched) "
    return asked + " UNION ALL ".join(parts)


def _steps(question: Question) -> list[tuple[Relaxation, str]]:
    """The steps of the search, narrowest first, depending on the respondent's answers."""
    everyone = (Relaxation.EVERYONE, ANYBODY)
    if question.age is None:
        return [(Relaxation.GENDER, OF_GENDER), everyone] if question.gender else [everyone]
    if not question.gender:
        return [(Relaxation.AGE_BAND, IN_AGE_BAND), everyone]
    return [
        (Relaxation.NONE, IN_CELL),
        (Relaxation.NEIGHBOURING_BAND, IN_NEIGHBOURING_BAND),
        (Relaxation.GENDER, OF_GENDER),
        everyone,
    ]
