"""What fits a person more than others, and whether taste decides at all. Reads only.

The average person is the mean of the personas of the run that answered: simulated people whose
answers nobody gave, so that no respondent shows through, and the same for everybody until they are
made again. With the expected films coverage_p of the platforms that are compared,

    share_p = coverage_p / sum over the platforms of coverage
    lift_p  = share_p of the person / mean of share_p of the personas

Without personas there is nothing to compare with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db import connection

from recommend.decision.platform import PlatformScore
from recommend.models import Persona

FEWEST_PERSONAS = 50
NOTICEABLE_LIFT = 1.05  # below, a platform fits the person like everybody else
NEARLY_ALWAYS = 0.95  # of the draws in which the first platform stays first, whatever the taste

# A persona's whole answer is large; only the shares leave the database.
AVERAGE_SHARES = """
    SELECT score->>'platform', sum((score->>'coverage')::float / nullif(total, 0)) / max(people)
    FROM (
        SELECT parts->'platforms' AS scores, count(*) OVER () AS people
        FROM recommend_persona WHERE run_id = %s
    ) persona,
    LATERAL (
        SELECT sum((one->>'coverage')::float) FILTER (WHERE (one->>'evidence')::boolean) AS total
        FROM jsonb_array_elements(scores) one
    ) together,
    jsonb_array_elements(scores) score
    WHERE (score->>'evidence')::boolean GROUP BY 1
"""


@dataclass(frozen=True)
class Lift:
    """How much larger a platform's share of the person's films is than of the average person's."""

    platform: str
    share: float
    average: float

    @property
    def ratio(self) -> float:
        return self.share / self.average


@dataclass(frozen=True)
class Fit:
    """`more_than_others`: the platform with the largest lift, None if that is not noticeable.

    `whatever_the_taste`: the order is the average person's, and the first platform nearly always
    stays first.
    """

    more_than_others: Lift | None
    whatever_the_taste: bool


def fit_of(run: int, scores: Sequence[PlatformScore], sureness: float) -> Fit | None:
    """The fit of `scores`, best first; `sureness`: how often the first platform stays first.

    None without enough personas, or if fewer than two platforms are compared. One query, and
    another one after the personas have changed.
    """
    made = Persona.objects.filter(run=run).order_by("number").values_list("made_at", flat=True)
    made_at = made.first()
    if made_at is None:
        return None
    return fit(scores, average_shares(run, made_at), sureness)


def fit(
    scores: Sequence[PlatformScore], average: Mapping[str, float], sureness: float
) -> Fit | None:
    """Compares with the average shares, by platform. Pure."""
    compared = [row for row in scores if row.evidence and average.get(row.platform, 0.0) > 0]
    total = sum(row.coverage for row in compared)
    if len(compared) < 2 or not total:
        return None
    usual = sum(average[row.platform] for row in compared)
    lifts = [
        Lift(row.platform, row.coverage / total, average[row.platform] / usual) for row in compared
    ]
    most = max(lifts, key=lambda lift: lift.ratio)
    by_share = sorted(lifts, key=lambda lift: -lift.share)
    by_average = sorted(lifts, key=lambda lift: -lift.average)
    same_order = [one.platform for one in by_share] == [one.platform for one in by_average]
    return Fit(
        more_than_others=most if most.ratio >= NOTICEABLE_LIFT else None,
        whatever_the_taste=same_order
        and by_share[0].platform == scores[0].platform
        and sureness >= NEARLY_ALWAYS,
    )


@lru_cache(maxsize=8)
def average_shares(run: int, made_at: datetime) -> dict[str, float]:
    """The mean share of each platform over the personas that were made then; empty if too few."""
    if Persona.objects.filter(run=run).count() < FEWEST_PERSONAS:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(AVERAGE_SHARES, [run])
        return {slug: share for slug, share in cursor.fetchall() if share is not None}
