"""What ranking needs to know of a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matching.models import Method


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
