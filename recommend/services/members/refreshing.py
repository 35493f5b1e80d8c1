"""Computes the results that members keep again, after films, prices or the model have changed."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from common.commands.progress import Report, silent
from common.errors import DataError
from common.locks import retried_after_deadlock
from recommend.ranking.runs import live_run
from recommend.services.reactions import hold, recommend_anew
from survey.models import Member, Respondent

PER_BATCH = 200

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Refreshed:
    """How many results were computed again, and how many could not be."""

    results: int
    failed: int


def refresh_results(*, report: Report = silent) -> Refreshed:
    """Compute the newest result of each member again, by the live run; links stay.

    Idempotent: leaves out what the live run has computed today, so a call that was killed goes on
    where it was. One that fails is logged and stops no other. Raises `NotReadyError` without a live
    run, and `DataError` if all of them fail.
    """
    run = live_run()
    total = Member.objects.filter(results__isnull=False).distinct().count()
    done = failed = 0
    report("members' results", 0, total)
    for result in _due(run.pk):
        try:
            _refresh(result)
            done += 1
        except Respondent.DoesNotExist:  # deleted meanwhile, or expired
            continue
        except SoftTimeLimitExceeded:  # of the whole task
            raise
        except Exception as error:
            logger.warning("Result %s is not computed again: %s", result, error)
            failed += 1
        report("members' results", done + failed, total)
    if failed and not done:
        raise DataError(f"none of {failed:,} results could be computed again; the log says why")
    return Refreshed(done, failed)


@retried_after_deadlock
@transaction.atomic
def _refresh(respondent: Respondent) -> None:
    hold(respondent)
    recommend_anew(respondent)


def _due(run: int) -> Iterator[Respondent]:
    """The newest result of each member, unless this run has computed it today."""
    today = timezone.localdate().isoformat()
    last = 0
    while members := list(_members_after(last)[:PER_BATCH]):
        last = members[-1]
        newest = (
            Respondent.objects.filter(member__in=members, retain_until__gt=timezone.now())
            .order_by("member", "-created_at", "-number")
            .distinct("member")
        )
        fresh: QuerySet[Respondent] = Respondent.objects.filter(
            platform_recommendation__parts__run=run,
            platform_recommendation__parts__computed_on=today,
        )
        ids: list[UUID] = list(newest.values_list("pk", flat=True))
        is_fresh = set(fresh.filter(pk__in=ids).values_list("pk", flat=True))
        yield from Respondent.objects.filter(pk__in=[one for one in ids if one not in is_fresh])


def _members_after(last: int) -> QuerySet[Member, int]:
    having = Member.objects.filter(pk__gt=last, results__isnull=False)
    return having.order_by("pk").distinct().values_list("pk", flat=True)
