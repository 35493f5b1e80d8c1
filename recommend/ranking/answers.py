"""What ranking needs to know of a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matching.models import Method


@dataclass(frozen=True, kw_only=True)
class Answers:
    """The part of a survey that ranks films and weighs platforms; "" and None mean no answer.

    Region and district only weigh platforms.

    `seen` and `not_interested` films are not recommended any more; the latter also count against
    the taste. The person was asked about the `unknown` films and does not know them.
    """

    gender: str = ""
    age: int | None = None
    region: str = ""
    district: str = ""
    liked: Sequence[int]
    strategy: str = "blend"
    method: str = Method.JACCARD
    seen: Sequence[int] = ()
    not_interested: Sequence[int] = ()
    unknown: Sequence[int] = ()
