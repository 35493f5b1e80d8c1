"""Writes of recommended platforms."""

from __future__ import annotations

from typing import Any

from common.errors import DataError
from movies.models import Platform
from ottstats.models import PlatformRecommendation
from survey.models import Respondent


def record_platform(
    *, respondent: Respondent, platform: str, score: float, parts: dict[str, Any]
) -> PlatformRecommendation:
    """Store the recommendation; a trigger updates the tally when the transaction commits."""
    if not Platform.objects.filter(pk=platform).exists():
        raise DataError(f"not a platform: {platform}")
    return PlatformRecommendation.objects.create(
        user=respondent, platform_id=platform, score=score, parts=parts
    )
