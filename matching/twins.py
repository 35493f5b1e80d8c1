"""Finds the taste twin: one SQL statement for each method, relaxation included.

Candidates have the respondent's gender and age band; if there are none, the filter is relaxed step
by step. The steps are the parts of one UNION ALL, each guarded by "no earlier step has candidates",
so PostgreSQL evaluates only the first step that has some. Similarities: docs/algorithms.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from pgvector import Vector

from common.arrays import Floats
from matching.models import Method, Relaxation
from movies.demographics import age_band, neighbouring_bands
from movies.fingerprints import FINGERPRINT_BITS, SIMHASH_BITS, bit_text, simhash, watched_bits


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
    *,
    liked: Sequence[int],
    fingerprint_bits: Sequence[int],
    gender: str = "",
    age: int | None = None,
    taste: Floats | None = None,
    method: str = Method.JACCARD,
    vectors: QuerySet[Any] | None = None,
) -> Twin | None:
    """The twin of a person, or None if no MovieLens user is loaded.

    `fingerprint_bits` are the places of the `liked` films that have one; `gender` "" and `age`
    None mean no answer. The method `taste` compares the person's `taste` (f,) with `vectors`: rows
    with `ml_user_id` and `taste` of one model run. Ties go to more overlap in the fingerprint,
    then to the nearer age, then to the lower id. Raises `ValueError` for an unknown method or if
    what a method needs is missing.
    """
    if method not in Method.values:
        raise ValueError(f"unknown method {method!r}; known: {', '.join(Method.values)}")
    people = "movies_movielensuser u"
    parameters = _demographics(gender, age) | {
        "watched": bit_text(watched_bits(fingerprint_bits)),
        "simhash": bit_text(simhash(liked)),
    }
    if method == Method.TASTE:
        if vectors is None or taste is None:
            raise ValueError("the method taste needs a taste vector and those of a model run")
        of_run, of_run_parameters = _named(vectors.values("ml_user_id", "taste"))
        people += f" JOIN ({of_run}) v USING (ml_user_id)"
        parameters |= of_run_parameters | {"taste": Vector(taste).to_text()}
    statement = _statement(people, SIMILARITY[Method(method)], gender, age)
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        row = cursor.fetchone()
    return Twin(row[0], float(row[1]), str(method), row[2]) if row is not None else None


def _demographics(gender: str, age: int | None) -> dict[str, Any]:
    band = age_band(age) if age is not None else None
    near = list(neighbouring_bands(band)) if band is not None else None
    return {"gender": gender, "age": age, "age_band": band, "near": near}


def _named(vectors: QuerySet[Any]) -> tuple[str, dict[str, Any]]:
    """A queryset as SQL with named parameters, for use inside our statement."""
    query, values = vectors.query.sql_with_params()
    names = [f"vectors_{number}" for number in range(len(values))]
    named = query % tuple(f"%({name})s" for name in names)
    return named, dict(zip(names, values, strict=True))


def _statement(people: str, similarity: str, gender: str, age: int | None) -> str:
    """The UNION ALL of all steps, built only from the constants above.

    The overlap is counted only for ties: it costs more than the similarity itself.
    """
    by_age = "abs(age - %(age)s), " if age is not None else ""
    parts, earlier = [], ""
    for relaxation, condition in _steps(gender, age):
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


def _steps(gender: str, age: int | None) -> list[tuple[Relaxation, str]]:
    """The steps of the search, narrowest first, depending on the respondent's answers."""
    everyone = (Relaxation.EVERYONE, ANYBODY)
    if age is None:
        return [(Relaxation.GENDER, OF_GENDER), everyone] if gender else [everyone]
    if not gender:
        return [(Relaxation.AGE_BAND, IN_AGE_BAND), everyone]
    return [
        (Relaxation.NONE, IN_CELL),
        (Relaxation.NEIGHBOURING_BAND, IN_NEIGHBOURING_BAND),
        (Relaxation.GENDER, OF_GENDER),
        everyone,
    ]
