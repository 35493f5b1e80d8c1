"""Writes of drafts and respondents."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from survey.models import DRAFT_LIFETIME, MOST_PICKS, AnsweredWishes, Draft, Respondent


def save_films(
    *,
    draft: Draft | None,
    liked: Sequence[int],
    disliked: Sequence[int] = (),
    shown: Collection[int] = (),
    also_shown: Collection[int] = (),
) -> Draft:
    """Store the films judged in step 1, in a new draft if there is none.

    `shown` are films that were offered and must not be offered again; `also_shown` may be.
    """
    kept = draft or Draft()
    films = {
        "liked": list(liked),
        "disliked": list(disliked),
        "shown": _added(kept.shown, shown),
        "also_shown": _added(kept.also_shown, also_shown),
    }
    if draft is None:
        expires_at = timezone.now() + DRAFT_LIFETIME
        return Draft.objects.create(expires_at=expires_at, **films)
    return _saved(draft, **films)


def _added(before: Sequence[int], films: Collection[int]) -> list[int]:
    """All of them, each once; of too many the newest."""
    return list(dict.fromkeys([*before, *films]))[-MOST_PICKS:]


def save_ott(
    *,
    draft: Draft,
    subscribed: Sequence[str],
    monthly_budget: int | None,
    wishes: AnsweredWishes | None = None,
) -> Draft:
    """Store the answers of step 2; without `wishes` those of the draft stay."""
    columns: dict[str, Any] = {} if wishes is None else asdict(wishes)
    for name in ("must_have", "owned"):
        if name in columns:
            columns[name] = list(columns[name])
    return _saved(draft, subscribed=list(subscribed), monthly_budget=monthly_budget, **columns)


def reach_step(*, draft: Draft, step: int) -> Draft:
    """Store the furthest step reached; going back does not lower it."""
    return _saved(draft, step=max(draft.step, step))


def _saved(draft: Draft, **values: Any) -> Draft:
    """Write only these columns, and let the draft expire seven days from now.

    Raises `Draft.DoesNotExist` if the draft was deleted meanwhile, and never restores it.
    """
    values["expires_at"] = timezone.now() + DRAFT_LIFETIME
    if not Draft.objects.filter(pk=draft.pk).update(**values):
        raise Draft.DoesNotExist
    for name, value in values.items():
        setattr(draft, name, value)
    return draft


def purge_expired_respondents(*, most: int | None = None) -> int:
    """Delete respondents whose retention period is over, with their results; return how many.

    Also deletes expired drafts. Beat runs this every night, and every survey runs it for the `most`
    oldest, so that installations without a worker keep the promise too.
    """
    _purge_expired_drafts()
    expired = Respondent.objects.expired().order_by("retain_until").values_list("pk", flat=True)
    return sum(_purge(user_id) for user_id in list(expired[:most]))


@transaction.atomic
def _purge_expired_drafts() -> None:
    """Delete those that no other purge is deleting: each locks them in an order of its own."""
    expired = Draft.objects.expired().select_for_update(skip_locked=True)
    Draft.objects.filter(pk__in=[draft.pk for draft in expired.only("pk")]).delete()


def locked(respondents: QuerySet[Respondent]) -> list[Respondent]:
    """These rows, locked by id for the rest of the transaction, so that any two callers agree."""
    return list(respondents.order_by("pk").select_for_update())


@transaction.atomic
def _purge(user_id: UUID) -> bool:
    """Delete one respondent, unless another purge or a reaction has locked it.

    One per transaction, locked first: a deletion locks rows that others need too.
    """
    held = Respondent.objects.expired().select_for_update(skip_locked=True)
    respondent = held.filter(pk=user_id).first()
    if respondent is not None:
        respondent.delete()
    return respondent is not None
