"""Reactions of a respondent to a recommended film: seen, or not for them.

The film leaves the list, another one takes its place, and the platform is chosen again. The twin
and the link of the result stay. The film that the result asks about can also be liked or skipped.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from common.errors import DataError
from common.loading import hold_the_data_set
from common.locks import retried_after_deadlock
from matching.models import Similarity
from matching.twins import Twin
from movies.models import Platform
from ottstats.models import PlatformRecommendation
from recommend.models import Reaction, RecommendedMovie
from recommend.ranking.answers import Answers
from recommend.results.recommendation import recommend_again
from recommend.services.recording import best_platform, parts_of, record_films
from survey.models import Draft, Respondent


@retried_after_deadlock
@transaction.atomic
def react(*, respondent: Respondent, movie_id: int, kind: str) -> Platform | None:
    """Store the reaction and recommend again. Idempotent.

    Returns the platform if it has changed.
    Raises `DataError` for a film that is not in the list or if no film would be left in it,
    `NotReadyError` without a live run or while the data are being replaced, and
    `Respondent.DoesNotExist` for a result that is deleted or expired.
    """
    hold(respondent)
    stored = Reaction.objects.filter(user=respondent, movie=movie_id).first()
    if stored is not None and stored.kind == kind:
        return None
    listed = RecommendedMovie.objects.filter(user=respondent, movie=movie_id)
    if stored is None and not listed.exists() and movie_id != _stored(respondent).asked:
        raise DataError(f"not in the list: {movie_id}")
    Reaction.objects.update_or_create(
        user=respondent,
        movie_id=movie_id,
        defaults={"kind": kind, "created_at": timezone.now(), "from_account": False},
    )
    return recommend_anew(respondent)


@retried_after_deadlock
@transaction.atomic
def take_back(*, respondent: Respondent, movie_id: int) -> Platform | None:
    """Delete the reaction and recommend again; without a reaction do nothing.

    Returns and raises what `react` does.
    """
    hold(respondent)
    deleted, _models = Reaction.objects.filter(user=respondent, movie=movie_id).delete()
    return recommend_anew(respondent) if deleted else None


@retried_after_deadlock
@transaction.atomic
def like(*, respondent: Respondent, movie_id: int) -> Platform | None:
    """Make the film that the result asks about a pick, in the survey's draft too. Idempotent.

    Returns and raises what `react` does; `DataError` for any other film.
    """
    hold(respondent)
    if respondent.preferred_movies.filter(pk=movie_id).exists():
        return None
    if movie_id != _stored(respondent).asked:
        raise DataError(f"not asked about: {movie_id}")
    respondent.preferred_movies.add(movie_id)
    for draft in Draft.objects.select_for_update().filter(respondent=respondent):
        draft.liked = [*draft.liked, movie_id]
        draft.save(update_fields=["liked"])
    return recommend_anew(respondent)


@retried_after_deadlock
@transaction.atomic
def skip(*, respondent: Respondent, movie_id: int) -> Platform | None:
    """Ask about another film: the person does not know this one.

    Returns and raises what `like` does.
    """
    hold(respondent)
    stored = _stored(respondent)
    if movie_id in stored.unknown:
        return None
    if movie_id != stored.asked:
        raise DataError(f"not asked about: {movie_id}")
    return recommend_anew(respondent, unknown=[*stored.unknown, movie_id])


def _stored(respondent: Respondent) -> PlatformRecommendation:
    return PlatformRecommendation.objects.get(user=respondent)


def hold(respondent: Respondent) -> None:
    """Keep loads from replacing the data; a second tap waits, then sees what the first stored.

    Needs a transaction. Raises `BeingReplacedError`, and `Respondent.DoesNotExist` for a result
    that is deleted or expired.
    """
    hold_the_data_set()
    locked = Respondent.objects.select_for_update(no_key=True)
    locked.get(pk=respondent.pk, retain_until__gt=timezone.now())


def recommend_anew(respondent: Respondent, unknown: Sequence[int] | None = None) -> Platform | None:
    """Store what the live run recommends for the stored answers, which the caller holds.

    `unknown` in place of the stored films that the person was asked about and does not know.
    Returns the platform if it has changed, and raises what `react` does.
    """
    kinds = dict(Reaction.objects.filter(user=respondent).values_list("movie_id", "kind"))
    stored = _stored(respondent)
    unknown = stored.unknown if unknown is None else unknown
    answers = Answers(
        gender=respondent.gender,
        age=respondent.age,
        region=respondent.region,
        district=respondent.district,
        liked=list(respondent.preferred_movies.values_list("pk", flat=True)),
        strategy=stored.parts["strategy"],
        seen=[movie for movie, kind in kinds.items() if kind == Reaction.Kind.SEEN],
        not_interested=[
            movie for movie, kind in kinds.items() if kind == Reaction.Kind.NOT_INTERESTED
        ],
        unknown=unknown,
    )
    recommendation = recommend_again(answers, _twin(respondent))
    best = best_platform(recommendation)
    record_films(respondent, recommendation)
    row = PlatformRecommendation.objects.filter(user=respondent)
    row.update(score=best.score, parts=parts_of(recommendation, unknown=unknown))
    if best.platform == stored.platform_id:
        return None
    row.update(platform_id=best.platform)
    return Platform.objects.get(pk=best.platform)


def _twin(respondent: Respondent) -> Twin | None:
    """The stored twin; None if another data set replaced the twin's."""
    stored = Similarity.objects.filter(user=respondent, ml_user__isnull=False).first()
    if stored is None or stored.ml_user_id is None:
        return None
    return Twin(stored.ml_user_id, stored.score, stored.method, stored.relaxation)
