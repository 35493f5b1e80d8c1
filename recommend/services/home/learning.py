"""A respondent's consent that OTTwin learns from their answers: given, and withdrawn at any time.

Training reads the answers where they are. What is kept for learning alone are the films that were
offered (`Respondent.shown`) and the person's rows in the runs (`HomeMember`).
"""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from common.locks import retried_after_deadlock
from movies.models import Movie
from survey.models import Respondent
from survey.services import locked


def known_films(shown: Collection[int]) -> list[int]:
    """Those of the films that exist, each once, by id: browsers send what they like."""
    films = Movie.objects.filter(pk__in=shown).order_by("pk")
    return list(films.values_list("pk", flat=True))


@retried_after_deadlock
@transaction.atomic
def agree(*, respondent: Respondent, shown: Collection[int] = ()) -> None:
    """From now on their answers are learned from. Idempotent.

    `shown` are films that were offered to them, besides those that are stored already.
    Raises `Respondent.DoesNotExist` for a result that is deleted or expired.
    """
    person = _hold(respondent)
    person.learning_consent, person.shown = True, known_films({*person.shown, *shown})
    person.save(update_fields=["learning_consent", "shown"])


@retried_after_deadlock
@transaction.atomic
def withdraw(*, respondent: Respondent) -> None:
    """Nothing is learned from them any more, and they are nobody's neighbour. Idempotent.

    With a `HomeMember` a trigger deletes its `HomeTaste`. Raises what `agree` does.
    """
    person = _hold(respondent)
    person.learning_consent, person.shown = False, []
    person.save(update_fields=["learning_consent", "shown"])
    person.home_members.all().delete()


def _hold(respondent: Respondent) -> Respondent:
    """The row, locked as reactions and deletions lock it.

    Who adds a `HomeMember` has to lock `to_learn_from` in the same way and transaction: the foreign
    key alone is checked at commit, and keeps nobody waiting.
    """
    rows = Respondent.objects.filter(pk=respondent.pk, retain_until__gt=timezone.now())
    if not (held := locked(rows)):
        raise Respondent.DoesNotExist
    return held[0]
