"""Reads what a respondent may show to others: the platform and how the platforms compare.

Nothing but a `SharedResult` leaves this module. It reads neither the respondent's id nor their
answers, nor the stored usage figures, which tell gender and age.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils import timezone

from common.selectors import sample_in_use
from movies.models import Platform
from ottstats.models import PlatformRecommendation
from recommend.models import RecommendedMovie
from recommend.results.parts import scores_from_json
from recommend.results.whereabouts import FilmsThere, whereabouts_of_ids


@dataclass(frozen=True)
class SharedBar:
    """A platform, and how many films there the person would like, in whole films.

    Of the films of their list: `sure` are surely there, `likely` is what is expected beyond them,
    and `unknown` are the others of which nobody knows.
    """

    platform: Platform
    sure: int
    likely: int
    unknown: int

    @property
    def at_least_likely(self) -> int:
        return self.sure + self.likely

    @property
    def at_most(self) -> int:
        return self.sure + self.likely + self.unknown


@dataclass(frozen=True)
class SharedResult:
    """`bars` has the recommended platform first, then the others by score.

    `films` is the length of the person's list.
    `unheard_of` are the platforms without evidence; only a recommended one has a bar.
    """

    films: int
    made_on: date
    bars: Sequence[SharedBar]
    unheard_of: Sequence[Platform]
    is_sample: bool

    @property
    def best(self) -> SharedBar:
        return self.bars[0]


def shared_result(share_id: UUID) -> SharedResult | None:
    """What is shared, in 6 queries; None if there is none, or its retention period is over."""
    stored = (
        PlatformRecommendation.objects.filter(
            share_id=share_id, user__retain_until__gt=timezone.now()
        )
        .values("user", "platform", "parts__platforms", "parts__computed_on")
        .first()
    )
    if stored is None:
        return None
    best, scores = stored["platform"], scores_from_json(stored["parts__platforms"])
    platforms = Platform.objects.in_bulk([score.platform for score in scores])
    if best not in platforms:
        return None
    known = [score for score in scores if score.platform in platforms]
    known.sort(key=lambda score: score.platform != best)
    shown = [score for score in known if score.platform == best or score.evidence]
    listed = RecommendedMovie.objects.filter(user=stored["user"]).values_list("movie", flat=True)
    whereabouts = whereabouts_of_ids(list(listed), timezone.localdate())
    bars = [_bar(platforms[score.platform], whereabouts.on([score.platform])) for score in shown]
    return SharedResult(
        films=max(1, len(whereabouts.movies)),
        made_on=date.fromisoformat(stored["parts__computed_on"]),
        bars=bars,
        unheard_of=[platforms[score.platform] for score in known if score not in shown],
        is_sample=sample_in_use(),
    )


def _bar(platform: Platform, figure: FilmsThere) -> SharedBar:
    return SharedBar(platform, figure.surely, figure.probably, figure.unknown)
