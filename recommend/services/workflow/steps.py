"""What is written of the steps of a workflow, and in which words staff read it.

1. Whoever does a step holds a lock of the database session, which PostgreSQL releases however the
   process ends. So a step that is `running` while the lock is free had a worker that died.
2. A step begins only in a workflow that goes on, after all steps before it have ended. One that has
   ended is not begun again.
3. A step that fails ends its workflow; `asking.go_on` lets it go on there.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from common.commands.progress import Report, once_a_second, silent
from common.errors import DataError
from common.locks import Lock
from movies.models import Notice
from movies.services.notices import put_notice
from recommend.models import Workflow, WorkflowStep
from recommend.services import lab_jobs

State = WorkflowStep.State

DEAD, LEFT_OUT, NO_KEY, NO_FILE, NOTHING_NEW = "dead", "left_out", "no_key", "no_file", "no_run"
REASONS = lab_jobs.REASONS | {
    DEAD: _("Its worker ended without a word."),
    LEFT_OUT: _("The workflow was to begin with a later step."),
    NO_KEY: _("No key of TMDB is set (TMDB_API_KEY)."),
    NO_FILE: _("No file of film texts is set (FILM_TEXTS_FILE)."),
    NOTHING_NEW: _("There is no run newer than the live one."),
}
COUNTS = {
    "lists": _("lists taken over"),
    "refused": _("lists refused"),
    "entered": _("new films"),
    "placed": _("new films that can be ranked"),
    "films": _("films fetched"),
    "failed_tries": _("failed tries"),
    "texts": _("film texts"),
    "run": _("number of the run"),
    "results": _("results computed again"),
    "left": _("results that could not be computed"),
}


def alone() -> AbstractContextManager[bool]:
    """Try to be the one process that does steps until the block ends; yields whether it is."""
    return Lock.WORKFLOW.attempted()


@transaction.atomic
def begin(*, workflow_id: int, name: str) -> WorkflowStep | None:
    """Mark a step as running, inside `alone`; None if it has ended before.

    Raises `DataError` if the workflow has stopped, or if an earlier step has to be done first.
    """
    workflow = Workflow.objects.select_for_update().filter(pk=workflow_id).first()
    if workflow is None or workflow.state != Workflow.State.RUNNING:
        raise DataError(f"workflow #{workflow_id} has stopped")
    now = timezone.now()
    WorkflowStep.objects.filter(state=State.RUNNING).update(
        state=State.FAILED, why=DEAD, ended_at=now
    )
    step = workflow.steps.select_related("job").get(name=name)
    if step.state in WorkflowStep.ENDED:
        return None
    before = workflow.steps.filter(place__lt=step.place).exclude(state__in=WorkflowStep.ENDED)
    if first := before.first():
        raise DataError(f"{name!r} cannot begin before {first.name!r} is done")
    step.state, step.started_at, step.ended_at = State.RUNNING, now, None
    step.why, step.line, step.counts = "", "", {}
    step.save(update_fields=["state", "started_at", "ended_at", "why", "line", "counts"])
    _told(workflow_id)
    return step


def tells(*, step: WorkflowStep, report: Report = silent) -> Report:
    """A `Report` that writes the progress into the step's row, and passes it on to `report`."""

    def write(text: str) -> None:
        WorkflowStep.objects.filter(pk=step.pk).update(line=text[:300])
        _told(step.workflow_id)

    return once_a_second(write, report)


def finish(*, step: WorkflowStep, counts: Mapping[str, int]) -> None:
    """Record success; the workflow is done with its last step."""
    step.counts = dict(counts)
    _end(step, State.DONE, "")


def skip(*, step: WorkflowStep, why: str) -> None:
    """Record that there was nothing to do; `why` is a key of `REASONS`, or several with commas."""
    _end(step, State.SKIPPED, why)


@transaction.atomic
def fail(*, step: WorkflowStep, error: str) -> None:
    """Record failure, which stops the workflow, and tell staff."""
    _end(step, State.FAILED, error)
    now = timezone.now()
    Workflow.objects.filter(pk=step.workflow_id).update(state=Workflow.State.FAILED, ended_at=now)
    with override(settings.LANGUAGE_CODE):  # staff read it in the language of the site
        put_notice(Notice.Key.WORKFLOW, f"{step.get_name_display()}: {why_of(step)}")


@transaction.atomic
def _end(step: WorkflowStep, state: str, why: str) -> None:
    step.state, step.why, step.line, step.ended_at = state, why, "", timezone.now()
    step.save(update_fields=["state", "why", "line", "counts", "ended_at"])
    _told(step.workflow_id)
    left = WorkflowStep.objects.filter(workflow=step.workflow_id)
    if not left.exclude(state__in=WorkflowStep.ENDED).exists():
        done = Workflow.objects.filter(pk=step.workflow_id)
        done.update(state=Workflow.State.DONE, ended_at=step.ended_at)
        put_notice(Notice.Key.WORKFLOW, "")


def _told(workflow_id: int) -> None:
    Workflow.objects.filter(pk=workflow_id).update(told_at=timezone.now())


def why_of(step: WorkflowStep) -> str:
    """Why it failed or was skipped, in the reader's language; errors are as they were raised."""
    parts = step.why.split(",")
    if all(part in REASONS for part in parts):
        return " ".join(str(REASONS[part]) for part in parts)
    return step.why


def line_of(step: WorkflowStep) -> str:
    """What it does now, or what came of it, in one line."""
    if step.line:
        return step.line
    return ", ".join(f"{COUNTS[name]} {number:,}" for name, number in step.counts.items())
