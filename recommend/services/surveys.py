"""A respondent's survey: stored, answered, and deleted on request."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from django.db import transaction
from django.utils import timezone

from common.errors import NotReadyError
from common.loading import hold_the_data_set
from matching.services import record_twin
from movies.models import Platform
from ottstats.services import record_platform
from recommend.models import RecommendedMovie
from recommend.selectors import Answers, Recommendation, recommend
from survey.models import RETENTION, Respondent
from survey.services import purge_expired_respondents


@dataclass(frozen=True)
class Survey:
    """A validated form: "" and None where the respondent gave no answer."""

    liked: Sequence[int]
    gender: str = ""
    age: int | None = None
    education: str = ""
    income: str = ""
    ott_frequency: str = ""
    subscribed: Sequence[str] = field(default_factory=tuple)
    monthly_budget: int | None = None

    def digest(self, token: str) -> str:
        """The same for the same answers under the same token (one for each form given out)."""
        answers = asdict(self) | {
            "liked": sorted(set(self.liked)),
            "subscribed": sorted(set(self.subscribed)),
        }
        text = json.dumps([token, answers], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def submit_survey(*, survey: Survey, token: str, strategy: str = "blend") -> Respondent:
    """Store the respondent with twin, films and platform, all in one transaction.

    The same survey under the same token gives the respondent that is stored already, also if
    both arrive at once: the second waits for the first at the unique `submission`.
    Raises `DataError` for an unknown film, `NotReadyError` without a live model run.
    """
    digest = survey.digest(token)
    if stored := Respondent.objects.filter(submission=digest).first():
        return stored
    with transaction.atomic():
        hold_the_data_set()
        recommendation = recommend(Answers(survey.gender, survey.age, survey.liked, strategy))
        if not recommendation.platforms:
            raise NotReadyError(
                "No platform is known. The operator has to run `manage.py load_reference_data`."
            )
        respondent, created = _store_answers(survey, digest)
        if created:
            _record(respondent, recommendation)
    purge_expired_respondents()
    return respondent


def _store_answers(survey: Survey, digest: str) -> tuple[Respondent, bool]:
    """The respondent, and whether they are new: the same submission may be stored already."""
    now = timezone.now()
    respondent, created = Respondent.objects.get_or_create(
        submission=digest,
        defaults={
            "gender": survey.gender,
            "age": survey.age,
            "education": survey.education,
            "income": survey.income,
            "ott_frequency": survey.ott_frequency,
            "monthly_budget": survey.monthly_budget,
            "consented_at": now,
            "retain_until": now + RETENTION,
        },
    )
    if created:
        respondent.preferred_movies.set(survey.liked)
        platforms = Platform.objects.filter(slug__in=survey.subscribed)
        respondent.subscribed_platforms.set(platforms)
    return respondent, created


def _record(respondent: Respondent, recommendation: Recommendation) -> None:
    if recommendation.twin is not None:
        record_twin(
            respondent=respondent,
            twin=recommendation.twin,
            overlapped=recommendation.overlapped,
            run=recommendation.run.pk,
        )
    RecommendedMovie.objects.bulk_create(
        RecommendedMovie(
            user=respondent,
            movie_id=film.movie.movie_id,
            rank=film.rank,
            score=film.score,
            predicted_rating=film.predicted_rating,
            rating_source=film.rating_source,
        )
        for film in recommendation.films
    )
    best = recommendation.platforms[0]
    record_platform(
        respondent=respondent,
        platform=best.platform,
        score=best.score,
        parts={
            "exponent": recommendation.run.usage_exponent,
            "platforms": [asdict(row) for row in recommendation.platforms],
            "usage": {
                slug: [asdict(ratio) | {"ratio": ratio.ratio} for ratio in ratios]
                for slug, ratios in recommendation.usage.items()
            },
        },
    )


def delete_result(*, respondent: Respondent) -> None:
    """Everything that is stored of a respondent; the tally follows by its trigger."""
    respondent.delete()
