"""A recommendation as it is stored with its respondent, the first time and after a reaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.utils import timezone

from common.errors import NotReadyError
from recommend.decision.platform import PlatformScore
from recommend.models import RecommendedMovie
from recommend.results.recommendation import Recommendation
from survey.models import Respondent


def best_platform(recommendation: Recommendation) -> PlatformScore:
    """The first one; `NotReadyError` where no platform is compared at all."""
    if not recommendation.platforms:
        raise NotReadyError(
            "No platform is known. The operator has to run `manage.py load_reference_data`."
        )
    return recommendation.platforms[0]


def record_films(respondent: Respondent, recommendation: Recommendation) -> None:
    """Store the films in place of those before. Needs a transaction."""
    RecommendedMovie.objects.filter(user=respondent).delete()
    RecommendedMovie.objects.bulk_create(
        RecommendedMovie(
            user=respondent,
            movie_id=film.movie.movie_id,
            rank=film.rank,
            score=film.score,
            predicted_rating=film.predicted_rating,
            rating_source=film.rating_source,
            because=list(film.because),
        )
        for film in recommendation.films
    )


def parts_of(recommendation: Recommendation, *, unknown: Sequence[int] = ()) -> dict[str, Any]:
    """What `PlatformRecommendation.parts` keeps: every factor of all scores, and how they came.

    `unknown` are the films that the person was asked about and does not know.
    """
    return {
        "run": recommendation.run.pk,
        "strategy": recommendation.strategy,
        "computed_on": timezone.localdate().isoformat(),
        "exponent": recommendation.run.usage_exponent,
        "platforms": [asdict(row) for row in recommendation.platforms],
        "outlook": recommendation.outlook.to_json(),
        "what_if": asdict(recommendation.what_if),
        "likely": [[movie, round(chance, 4)] for movie, chance in recommendation.likely.items()],
        "unknown": list(unknown),
        "usage": {
            slug: [asdict(ratio) | {"ratio": ratio.ratio} for ratio in ratios]
            for slug, ratios in recommendation.usage.items()
        },
    }
