"""The queue of the model lab: asking for jobs, taking turns, recording the end, publishing.

`recommend.lab.jobs` does the work itself. The web process imports this module, so it must not
import training.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from common.commands.progress import Report, once_a_second, silent
from common.errors import DataError
from common.locks import Lock
from common.selectors import data_set_in_use
from movies.models import Notice
from movies.services.notices import put_notice
from recommend.models import LabJob, ModelRun
from recommend.scoring.weights import RANKING
from recommend.services import model_runs
from recommend.services.personas import COUNT

# Search spaces of training that the pages offer, by name (`recommend.lab.tuning.spaces`).
SPACES = {
    "blend_weights": _("the weights of the blend (quick)"),
    "encoder": _("the encoder of answers (slow)"),
    "blend": _("all that ranks: tastes, encoder and weights (slow)"),
}
USUAL_SPACE = "blend_weights"  # it needs few trials


def ask_for(
    *,
    kind: str,
    parameters: Mapping[str, Any],
    run: ModelRun | None = None,
    user: AbstractBaseUser | AnonymousUser | None = None,
) -> LabJob:
    """Add a job to the queue. Raises `DataError` if it cannot be done now."""
    live = ModelRun.objects.live()
    if kind != LabJob.Kind.PERSONAS and data_set_in_use() is None:
        raise DataError("no data set is loaded; run `manage.py load_movielens SOURCE` first")
    if kind in (LabJob.Kind.PERSONAS, LabJob.Kind.GENRES) and live is None:
        raise DataError(gettext("No model run is live: publish one first."))
    if kind in (LabJob.Kind.SHADOW, LabJob.Kind.RETRAIN) and live is None:
        raise DataError("no model run is live to be judged against; publish one first")
    if kind == LabJob.Kind.SHADOW and (run is None or run == live):
        raise DataError("choose a run that is not live, to be judged against the live one")
    return LabJob.objects.create(
        kind=kind, parameters=dict(parameters), run=run, started_by_id=user.pk if user else None
    )


def ask_to_retrain(
    *, parameters: Mapping[str, Any], user: AbstractBaseUser | AnonymousUser | None = None
) -> LabJob:
    """Like `ask_for`; also raises `DataError` if a retraining waits or runs already.

    A job that is marked as running while the lab is free had a worker that died.
    """
    there = LabJob.objects.open().filter(kind=LabJob.Kind.RETRAIN).first()
    if there and (there.state != LabJob.State.RUNNING or is_busy()):
        raise DataError(f"job {there.pk} of the lab retrains already")
    return ask_for(kind=LabJob.Kind.RETRAIN, parameters=parameters, user=user)


def ask_for_personas(*, count: int, user: AbstractBaseUser | AnonymousUser | None = None) -> LabJob:
    """A job that makes personas of the live run: the one that waits already, or a new one.

    Raises `DataError` if no run is live or no data set is loaded.
    """
    there = LabJob.objects.waiting().filter(kind=LabJob.Kind.PERSONAS).first()
    return there or ask_for(kind=LabJob.Kind.PERSONAS, parameters={"count": count}, user=user)


def cancel(*, job: LabJob) -> None:
    """Take a waiting job out of the queue. Raises `DataError` if it no longer waits."""
    waiting = LabJob.objects.waiting().filter(pk=job.pk)
    if not waiting.update(
        state=LabJob.State.FAILED, error="cancelled before it began", ended_at=timezone.now()
    ):
        raise DataError(f"job {job.pk} is not waiting any more")


def alone() -> AbstractContextManager[bool]:
    """Try to occupy the lab until the block ends; yields whether this process does.

    A lock of the database session: PostgreSQL releases it when the process ends in any way, so a
    held lock means a living process.
    """
    return Lock.LAB.attempted()


def is_busy() -> bool:
    """Whether a process occupies the lab now."""
    return Lock.LAB.is_held()


def begin_next(*, only: LabJob | None = None) -> LabJob | None:
    """Start the next waiting job, or `only` this one, if there is one. Call it inside `alone`.

    So a job that is marked as running now had a worker that died, and has failed.
    """
    for dead in LabJob.objects.filter(state=LabJob.State.RUNNING):
        fail(job=dead, error="Its worker ended without a word.")
    now = timezone.now()
    with transaction.atomic():
        waiting = LabJob.objects.waiting().select_for_update(skip_locked=True, of=("self",))
        job = (waiting.filter(pk=only.pk) if only else waiting).first()
        if job is None:
            return None
        job.state, job.started_at, job.told_at = LabJob.State.RUNNING, now, now
        job.save(update_fields=["state", "started_at", "told_at"])
    return job


def tells(*, job: LabJob, report: Report = silent) -> Report:
    """A `Report` that writes the progress into the job's row, and passes it on to `report`."""

    def write(text: str) -> None:
        LabJob.objects.filter(pk=job.pk).update(progress=text[:200], told_at=timezone.now())

    return once_a_second(write, report)


def finish(
    *,
    job: LabJob,
    result: Mapping[str, Any],
    run: ModelRun | None = None,
    against: ModelRun | None = None,
) -> None:
    """Record success. A retraining that published nothing puts up a notice, else takes it down."""
    job.state, job.ended_at, job.progress = LabJob.State.DONE, timezone.now(), ""
    job.result = dict(result)
    job.run, job.against = run or job.run, against
    with transaction.atomic():
        job.save(update_fields=["state", "ended_at", "progress", "result", "run", "against"])
        if job.kind == LabJob.Kind.RETRAIN:
            with override(settings.LANGUAGE_CODE):  # staff read it in the language of the site
                refusal = " ".join(why_not_published(job))
            put_notice(Notice.Key.RETRAIN, "" if result.get("published") else refusal)


def fail(*, job: LabJob, error: str) -> None:
    """Record failure. A retraining tells staff with a notice, because no one waits for it."""
    job.state, job.ended_at, job.error = LabJob.State.FAILED, timezone.now(), error
    with transaction.atomic():
        job.save(update_fields=["state", "ended_at", "error"])
        if job.kind == LabJob.Kind.RETRAIN:
            put_notice(Notice.Key.RETRAIN, f"{job.progress}: {error}" if job.progress else error)


def dismiss_notice() -> None:
    """Take down the notice: staff have read why a retraining published nothing."""
    put_notice(Notice.Key.RETRAIN, "")


def settings_of(run: ModelRun) -> dict[str, float]:
    """The settings that staff may have changed since the run was judged."""
    return {name: getattr(run, name) for name in RANKING}


def reasons_against(shadow: Mapping[str, Any]) -> list[str]:
    """Why the schedule does not publish a run with this shadow evaluation; empty if it does.

    `worse` and `unclear` are verdicts of `recommend.lab.evaluation.shadow`, of the people who
    decide; `popularity`: the lists are no better than the same favourites for all people.
    """
    reasons = [shadow["verdict"]] if shadow["verdict"] in ("worse", "unclear") else []
    return reasons if shadow["beats_popularity"] else [*reasons, "popularity"]


def publish_after_retraining(*, run: ModelRun, live: ModelRun, judged: Mapping[str, float]) -> bool:
    """Publish `run`, unless another run is live by now or staff have changed the settings of
    `live` since it was `judged`; returns whether it was published."""
    with transaction.atomic():
        still_live = ModelRun.objects.filter(pk=live.pk, state=ModelRun.State.LIVE)
        now = still_live.select_for_update().only("pk", "state", *RANKING).first()
        if now is None or settings_of(now) != dict(judged):
            return False
        model_runs.publish_run(run=run)
        ask_for_personas(count=COUNT)  # the worker goes on with it
    return True


def why_not_published(job: LabJob) -> list[str]:
    """Sentences in the reader's language; empty if nothing was held back."""
    if not job.result.get("refused"):
        return []
    return refusal(job.run, job.result["refused"], job.result["shadow"])


def refusal(run: ModelRun | None, refused: Sequence[str], shadow: Mapping[str, Any]) -> list[str]:
    """Why a run was not published, in sentences in the reader's language."""
    return [
        gettext("Run %(run)s was not published.") % {"run": run or "?"},
        *(str(REASONS[reason]) for reason in refused),
        *figures_of(shadow),
    ]


def figures_of(shadow: Mapping[str, Any]) -> list[str]:
    """Sentences in the reader's language, of the people who decide first."""
    of_movielens = [
        _figures(one, gettext("%(picks)s picks: NDCG@50") % one) for one in shadow["compared"]
    ]
    home = shadow.get("home")  # evaluations of earlier versions have none
    if home is None:
        return of_movielens
    return [
        gettext("People at home decide."),
        *(_figures(one, gettext("%(picks)s picks: NDCG@10") % one) for one in home["compared"]),
        gettext("People of MovieLens do not decide."),
        *of_movielens,
    ]


def _figures(compared: Mapping[str, Any], measure: str) -> str:
    ratio = compared["ratio"]
    return gettext(
        "%(measure)s %(candidate)s against %(live)s of the live run, %(value)s "
        "(95 %% interval: %(low)s to %(high)s)."
    ) % {
        "measure": measure,
        "candidate": f"{compared['candidate']:.4f}",
        "live": f"{compared['live']:.4f}",
        **{name: percent(ratio[name]) for name in ("value", "low", "high")},
    }


def percent(ratio: float | None) -> str:
    """A ratio as a difference: 0.983 as −1.7 %."""
    if ratio is None:
        return "–"
    return f"{100 * (ratio - 1):+.1f} %".replace("-", "−")


REASONS = {
    "worse": _("It ranks worse than the live run."),
    "unclear": _("There are too few people to show that it is not worse than the live run."),
    "popularity": _(
        "Its lists are no better than the same favourites for everybody: look at the data."
    ),
    "changed": _("The live run was changed, or another one published, while this one was trained."),
}
