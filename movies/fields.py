"""Database expressions that the models of several apps share."""

from __future__ import annotations

from typing import Any

from django.db import models

from movies.demographics import AGE_BANDS


class JSONMerge(models.Func):
    """`a || b` of two jsonb objects: the keys of `b` win."""

    template = "(%(expressions)s)"
    arg_joiner = " || "
    output_field = models.JSONField()


class OnlyBooleans(models.Func):
    """True if every value of a jsonb object is true or false; null is neither."""

    template = (
        "(jsonb_typeof(%(expressions)s) = 'object' AND NOT "
        "jsonb_path_exists(%(expressions)s, '$.* ? (@.type() != \"boolean\")'))"
    )
    output_field = models.BooleanField()
    conditional = True


def age_band_case(column: str) -> models.Case:
    """SQL for `demographics.age_band`: the band of an age column, NULL where the age is NULL."""
    whens: list[Any] = [
        models.When(**{f"{column}__gte": band}, then=models.Value(band)) for band in AGE_BANDS[::-1]
    ]
    return models.Case(*whens, default=None, output_field=models.PositiveSmallIntegerField())
