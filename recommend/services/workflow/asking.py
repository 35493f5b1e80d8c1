"""Asking for a workflow: a new one, or going on with one that stopped.

The web process imports this module. `recommend.lab.workflow` does the steps themselves.
"""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import IntegrityError, transaction
from django.utils import timezone

from common.errors import DataError
from common.locks import Lock
from recommend.models import MOST_TRIALS, StepName, Workflow, WorkflowStep
from recommend.services.workflow.steps import DEAD, LEFT_OUT

# So long after its last sign of life, a workflow between two steps is given up: a worker may be
# busy with a job of the lab for three hours.
QUIET_AFTER = timedelta(hours=4)

State = WorkflowStep.State


def is_busy() -> bool:
    """Whether a process does a step now."""
    return Lock.WORKFLOW.is_held()


def remaining(workflow: Workflow) -> list[str]:
    """The names of its steps that are still to do, in order."""
    left = workflow.steps.exclude(state__in=WorkflowStep.ENDED)
    return list(left.values_list("name", flat=True))


def unfinished() -> Workflow | None:
    """The newest workflow, if it has not come to its end."""
    newest = Workflow.objects.newest()
    return None if newest is None or newest.state == Workflow.State.DONE else newest


def waiting_for(name: str) -> Workflow | None:
    """The unfinished workflow, if it still has to do this step."""
    workflow = unfinished()
    return workflow if workflow and name in remaining(workflow) else None


def start(
    *,
    first: str = "",
    trials: int = 0,
    user: AbstractBaseUser | AnonymousUser | None = None,
) -> Workflow:
    """A new workflow, whose steps before `first` are skipped.

    Raises `DataError` while another one goes on, and for a number of trials that is out of range
    (the schedule may say anything). One that stopped is left as it is; one whose
    worker died is marked as failed.
    """
    if trials not in range(MOST_TRIALS + 1):
        raise DataError(f"{trials!r} trials: expected 0 to {MOST_TRIALS:,}")
    try:
        with transaction.atomic():
            for other in Workflow.objects.select_for_update().filter(state=Workflow.State.RUNNING):
                _give_up_dead(other)
            workflow = Workflow.objects.create(
                trials=trials, started_by_id=user.pk if user else None
            )
            WorkflowStep.objects.bulk_create(
                WorkflowStep(workflow=workflow, name=name, place=place)
                for place, name in enumerate(StepName.values)
            )
            _leave_out(workflow, first)
    except IntegrityError as error:
        raise DataError("another workflow was started at the same moment") from error
    return workflow


def go_on(*, workflow: Workflow | None = None, first: str = "") -> Workflow:
    """Let a workflow that stopped go on with its first step that is not done, or with `first`.

    By default the unfinished one. Raises `DataError` if there is none, if it is not the newest, or
    while a process does one of its steps.
    """
    newest = unfinished()
    if newest is None or (workflow is not None and workflow.pk != newest.pk):
        raise DataError("there is no workflow to go on with; start a new one")
    with transaction.atomic():
        locked = Workflow.objects.select_for_update().get(pk=newest.pk)
        if is_busy():
            raise DataError(f"workflow {locked} goes on already")
        locked.state, locked.ended_at, locked.told_at = Workflow.State.RUNNING, None, timezone.now()
        locked.save(update_fields=["state", "ended_at", "told_at"])
        _leave_out(locked, first)
    return locked


def begin_from(*, first: str, trials: int = 0) -> Workflow:
    """Go on with the workflow that still has to do `first`; otherwise start one that begins there.

    Raises what `start` and `go_on` do.
    """
    if waiting := waiting_for(first):
        return go_on(workflow=waiting, first=first)
    return start(first=first, trials=trials)


def take_up(*, name: str) -> Workflow | None:
    """The workflow that is to do just this step next; a new one for the first step of all.

    None if the newest workflow did it already: of the first step, if that workflow still runs and
    has begun nothing after it. Raises `DataError` if no workflow has come so far, or if the
    unfinished one has another step to do first; that one stays as it is.
    """
    if waiting := waiting_for(name):
        first = remaining(waiting)[0]
        if first != name:
            raise DataError(f"{name!r} cannot begin before {first!r} is done")
        return go_on(workflow=waiting)
    if name == StepName.values[0]:
        return None if _has_just_begun() else start()
    if Workflow.objects.exists():
        return None
    raise DataError(f"no workflow has come to {name!r}; begin with {StepName.values[0]!r}")


def _has_just_begun() -> bool:
    """Whether the newest workflow runs, has just done its first step, and has begun no other one.

    One that was quiet for long is given up by the next one (`start`).
    """
    newest = Workflow.objects.newest()
    if newest is None or newest.state != Workflow.State.RUNNING:
        return False
    if newest.told_at <= timezone.now() - QUIET_AFTER:
        return False
    first, *others = newest.steps.order_by("place")
    did_it = first.state in WorkflowStep.ENDED and first.why != LEFT_OUT
    return did_it and all(step.state == State.WAITING for step in others)


def give_up(*, workflow: Workflow) -> None:
    """Nothing could be handed over to a worker: it is as if it had stopped."""
    _end(workflow, timezone.now())


def _give_up_dead(workflow: Workflow) -> None:
    """Raises `DataError` if it is alive."""
    now = timezone.now()
    dead = workflow.steps.filter(state=State.RUNNING)
    if is_busy() or (not dead.exists() and workflow.told_at > now - QUIET_AFTER):
        raise DataError(
            f"workflow {workflow} is not done; `manage.py run_workflow --go-on` goes on with it"
        )
    dead.update(state=State.FAILED, why=DEAD, ended_at=now)
    _end(workflow, now)


def _end(workflow: Workflow, now: object) -> None:
    Workflow.objects.filter(pk=workflow.pk).update(state=Workflow.State.FAILED, ended_at=now)


def _leave_out(workflow: Workflow, first: str) -> None:
    """Skip the steps before `first` that are not done."""
    if first:
        before = workflow.steps.filter(place__lt=StepName.values.index(first))
        before.exclude(state__in=WorkflowStep.ENDED).update(
            state=State.SKIPPED, why=LEFT_OUT, ended_at=timezone.now()
        )
