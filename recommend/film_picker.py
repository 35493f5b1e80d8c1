"""Stand-in until the film picker is there; its author replaces this file."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from movies.models import Movie


@dataclass(frozen=True)
class PicksGain:
    picks: int
    percent: int


def films_to_show(*, liked: Collection[int], shown: Collection[int], size: int = 24) -> list[Movie]:
    return list(Movie.objects.exclude(pk__in=[*liked, *shown]).best_known_first()[:size])


def picks_gain() -> list[PicksGain]:
    return [PicksGain(5, 8), PicksGain(10, 21)]
