"""Writes about twins."""

from __future__ import annotations

from collections.abc import Sequence

from matching.models import Similarity
from matching.twins import Twin
from survey.models import Respondent


def record_twin(
    *, respondent: Respondent, twin: Twin, overlapped: Sequence[int], run: int
) -> Similarity:
    """Store the twin of a respondent, with the liked films that the twin has watched."""
    return Similarity.objects.create(
        user=respondent,
        ml_user_id=twin.ml_user_id,
        overlapped_movies=list(overlapped),
        score=twin.similarity,
        method=twin.method,
        relaxation=twin.relaxation,
        run=run,
    )
