"""A respondent's survey: stored, answered, and deleted on request."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any, cast
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from common.loading import hold_the_data_set
from common.locks import retried_after_deadlock
from matching.models import Similarity
from movies.models import Platform
from ottstats.services.recommended import record_platform
from recommend.models import Reaction
from recommend.ranking.answers import Answers
from recommend.results.recommendation import Recommendation, recommend
from recommend.services.home.learning import agree, known_films, withdraw
from recommend.services.members.keeping import hold_replaced, pass_on
from recommend.services.recording import best_platform, parts_of, record_films
from survey.models import RETENTION, AnsweredWishes, Draft, Respondent
from survey.services import locked, purge_expired_respondents

logger = logging.getLogger(__name__)

PURGED_WITH_A_SURVEY = 20  # each costs the person some milliseconds


class IdTakenError(Exception):
    """Other answers were sent under this `submission_id`."""


@dataclass(frozen=True)
class Survey:
    """What a person answered, validated; "" and None mean no answer."""

    liked: Sequence[int]
    gender: str = ""
    age: int | None = None
    education: str = ""
    income: str = ""
    ott_frequency: str = ""
    subscribed: Sequence[str] = field(default_factory=tuple)
    monthly_budget: int | None = None
    statistics_consent: bool = False
    learning_consent: bool = False
    shown: Collection[int] = ()  # films that were offered; kept only with consent to learning
    wishes: AnsweredWishes = field(default_factory=AnsweredWishes)
    region: str = ""
    district: str = ""  # of Seoul, by its Korean name
    disliked: Sequence[int] = ()  # films that are not for the person; counted against the taste

    def digest(self, token: str, strategy: str) -> str:
        """Equal for equal answers under the same token; every served form has its own token.

        Learning changes no answer: with and without that consent the result is the same one.
        """
        answers = asdict(self) | {
            "liked": sorted(set(self.liked)),
            "subscribed": sorted(set(self.subscribed)),
            "wishes": {
                name: sorted(set(value)) if isinstance(value, tuple) else value
                for name, value in asdict(self.wishes).items()
            },
        }
        del answers["learning_consent"], answers["shown"]
        answers["disliked"] = sorted(set(self.disliked))
        for name in ("disliked", "region", "district"):
            if not answers[name]:  # as before it was asked: equal answers are one result
                del answers[name]
        text = json.dumps([token, strategy, answers], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def submit_survey(
    *,
    survey: Survey,
    token: str,
    strategy: str = "blend",
    is_only: bool = False,
    draft: Draft | None = None,
    replaces: UUID | None = None,
) -> Respondent:
    """Store the respondent with twin, films and platform, all in one transaction.

    Idempotent: the same survey under the same token returns the stored respondent, whose consent to
    learning is what was sent last. If both arrive at once, the second waits for the first at the
    unique `submission`. The respondent takes over the draft that the answers come from, unless
    another respondent has it. `replaces`: the person's result from before they changed an answer;
    it is deleted, and an account that kept it keeps the new one, where its likes count if they did
    before. It is locked before anything else, as a reaction does, so that the two cannot deadlock.
    Raises `DataError` for an unknown film, `NotReadyError` without a live model run, and, if this
    survey is to be the only one under its token, `IdTakenError` for another one.
    """
    digest = survey.digest(token, strategy)
    if stored := Respondent.objects.filter(submission=digest).first():
        _learn_or_not(stored, survey)
        return stored
    only = hashlib.sha256(token.encode()).hexdigest() if is_only else None
    if only and Respondent.objects.filter(submission_id=only).exists():
        raise IdTakenError
    respondent = _store(survey, digest, only, strategy, draft, replaces)
    try:
        purge_expired_respondents(most=PURGED_WITH_A_SURVEY)
    except DatabaseError:  # must not fail the submission
        logger.exception("Expired respondents were not purged")
    return respondent


def _learn_or_not(respondent: Respondent, survey: Survey) -> None:
    """What the person said now, perhaps after they had said otherwise on the page of the result."""
    with suppress(Respondent.DoesNotExist):  # deleted meanwhile, or expired: that page says so
        if survey.learning_consent:
            agree(respondent=respondent, shown=survey.shown)
        elif respondent.learning_consent:
            withdraw(respondent=respondent)
        respondent.refresh_from_db()


@retried_after_deadlock
@transaction.atomic
def _store(
    survey: Survey,
    digest: str,
    only: str | None,
    strategy: str,
    draft: Draft | None,
    replaces: UUID | None,
) -> Respondent:
    hold_the_data_set()
    old = hold_replaced(replaces) if replaces else []
    disliked = known_films(set(survey.disliked) - set(survey.liked))
    recommendation = recommend(
        Answers(
            gender=survey.gender,
            age=survey.age,
            region=survey.region,
            district=survey.district,
            liked=survey.liked,
            strategy=strategy,
            not_interested=disliked,
        )
    )
    respondent, created = _store_answers(survey, digest, only)
    if created:
        kind = Reaction.Kind.NOT_INTERESTED
        Reaction.objects.bulk_create(
            Reaction(user=respondent, movie_id=movie, kind=kind) for movie in disliked
        )
        _record(respondent, recommendation)
    if draft is not None:
        free = Q(respondent=None) | Q(respondent=replaces)
        Draft.objects.filter(free, pk=draft.pk).update(respondent=respondent)
    for one in old:
        if one.pk != respondent.pk:
            pass_on(before=one, after=respondent)
            one.delete()
    return respondent


def _store_answers(survey: Survey, digest: str, only: str | None) -> tuple[Respondent, bool]:
    """The respondent, and whether the row is new: the submission may be stored already."""
    now = timezone.now()
    answers = {
        "gender": survey.gender,
        "age": survey.age,
        "education": survey.education,
        "income": survey.income,
        "ott_frequency": survey.ott_frequency,
        "region": survey.region,
        "district": survey.district,
        "monthly_budget": survey.monthly_budget,
        "statistics_consent": survey.statistics_consent,
        "learning_consent": survey.learning_consent,
        "shown": known_films(survey.shown) if survey.learning_consent else [],
        **_columns(survey.wishes),
    }
    dates = {"consented_at": now, "retain_until": now + RETENTION}
    try:
        respondent, created = Respondent.objects.get_or_create(
            submission=digest, defaults=answers | dates | {"submission_id": only}
        )
    except IntegrityError as error:
        # Stored meanwhile by a request that came at once, with other answers.
        if only and Respondent.objects.filter(submission_id=only).exists():
            raise IdTakenError from error
        raise
    if created:
        respondent.preferred_movies.set(survey.liked)
        platforms = Platform.objects.filter(slug__in=survey.subscribed)
        respondent.subscribed_platforms.set(platforms)
    return respondent, created


def _columns(wishes: AnsweredWishes) -> dict[str, Any]:
    """The columns of a respondent, each slug once."""
    given = asdict(wishes)
    slugs = {name: list(dict.fromkeys(given[name])) for name in ("must_have", "owned")}
    return given | slugs


def _record(respondent: Respondent, recommendation: Recommendation) -> None:
    if recommendation.twin is not None:
        Similarity.objects.create(
            user=respondent,
            ml_user_id=recommendation.twin.ml_user_id,
            overlapped_movies=list(recommendation.overlapped),
            score=recommendation.twin.similarity,
            method=recommendation.twin.method,
            relaxation=recommendation.twin.relaxation,
            run=recommendation.run.pk,
        )
    record_films(respondent, recommendation)
    best = best_platform(recommendation)
    record_platform(
        respondent=respondent,
        platform=best.platform,
        score=best.score,
        parts=parts_of(recommendation),
    )


def may_delete_results(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Respondents delete their own result by its id; staff need the permission for any."""
    is_staff = getattr(user, "is_staff", False)
    return not is_staff or cast("User", user).has_perm("survey.delete_respondent")


def delete_result(*, respondent: Respondent) -> None:
    """Delete a respondent with everything stored about them; a trigger keeps the tally."""
    delete_results(respondents=Respondent.objects.filter(pk=respondent.pk))


@retried_after_deadlock
@transaction.atomic
def delete_results(*, respondents: QuerySet[Respondent]) -> None:
    """Delete all of them or none, with everything stored about them.

    The respondents are locked first, as a reaction does, so that the two cannot deadlock.
    """
    for respondent in locked(respondents):
        respondent.delete()
