"""Stores a recommendation with its respondent, the first time and after each reaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from common.errors import NotReadyError
from recommend.decision.platform import PlatformScore
from recommend.models import RecommendedMovie
from recommend.results.parts import StoredParts
from recommend.results.recommendation import Recommendation
from survey.models import Respondent


def best_platform(recommendation: Recommendation) -> PlatformScore:
    """The first one. Raises `NotReadyError` if there is none."""
    if not recommendation.platforms:
        raise NotReadyError(
            "No platform is known. The operator has to run `manage.py load_reference_data`."
        )
    return recommendation.platforms[0]


def record_films(respondent: Respondent, recommendation: Recommendation) -> None:
    """Replace the stored films. Needs a transaction."""
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
    """What `parts` keeps. `unknown`: films that the person was asked about and does not know."""
    return StoredParts(
        run=recommendation.run.pk,
        strategy=recommendation.strategy,
        computed_on=timezone.localdate(),
        exponent=recommendation.run.usage_exponent,
        platforms=recommendation.platforms,
        outlook=recommendation.outlook,
        what_if=recommendation.what_if,
        likely=recommendation.likely,
        unknown=unknown,
        usage=recommendation.usage,
    ).to_json()
