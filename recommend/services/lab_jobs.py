"""The work of the model lab: who asks for what, whose turn it is, how it ended, what to publish.

The web process is here too, so nothing here imports training; `recommend.lab.jobs` does the
work itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from time import monotonic
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from common.commands.progress import Report, silent
from common.errors import DataError
from common.locks import Lock
from common.selectors import data_set_in_use
from movies.models import Notice
from movies.services.notices import put_notice
from recommend.models import LabJob, ModelRun
from recommend.scoring.weights import RANKING
from recommend.services import model_runs

IN_A_REQUEST = 200_000  # ratings that a page may train on while somebody waits
SECONDS_BETWEEN_WORDS = 1.0
# Search spaces of training that the pages offer, by name (`recommend.lab.tuning.spaces`).
SPACES = {
    "blend_weights": _("the weights of the blend (quick)"),
    "encoder": _("the encoder of answers (slow)"),
    "blend": _("all that ranks: tastes, encoder and weights (slow)"),
}
USUAL_SPACE = "blend_weights"  # it needs few trials


# --- asking for work -----------------------------------------------------------------------------


def ask_for(
    *,
    kind: str,
    parameters: Mapping[str, Any],
    run: ModelRun | None = None,
    user: AbstractBaseUser | AnonymousUser | None = None,
) -> LabJob:
    """A job in the queue. Raises `DataError` if it can not be done as things are."""
    live = ModelRun.objects.live()
    if data_set_in_use() is None:
        raise DataError("no data set is loaded; run `manage.py load_movielens SOURCE` first")
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
    """As `ask_for`, but one that is waiting or running already is not asked for twice."""
    there = LabJob.objects.open().filter(kind=LabJob.Kind.RETRAIN).first()
    if there is not None and not (there.state == LabJob.State.RUNNING and not somebody_works()):
        raise DataError(f"job {there.pk} of the lab retrains already")
    return ask_for(kind=LabJob.Kind.RETRAIN, parameters=parameters, user=user)


def ratings_in_use() -> int:
    """Of the data set in use, as its ledger says; 0 without one."""
    data_set = data_set_in_use()
    return int(data_set.counts.get("ratings", 0)) if data_set else 0


def cancel(*, job: LabJob) -> None:
    """Take a job that nobody has begun out of the queue. Raises `DataError` if somebody has."""
    waiting = LabJob.objects.waiting().filter(pk=job.pk)
    if not waiting.update(
        state=LabJob.State.FAILED, error="cancelled before it began", ended_at=timezone.now()
    ):
        raise DataError(f"job {job.pk} is not waiting any more")


# --- doing it, one job at a time -----------------------------------------------------------------


@contextmanager
def alone() -> Iterator[bool]:
    """Whether this process is the only one to work in the lab, until the block ends.

    A lock of the database session: PostgreSQL gives it back when the process ends, however it
    ends, so a lock that is held means that somebody is alive.
    """
    taken = Lock.LAB.attempt_in_session()
    try:
        yield taken
    finally:
        # Not on a broken transaction or connection: with the session the lock goes as well.
        if taken and connection.is_usable():
            Lock.LAB.release()


def somebody_works() -> bool:
    """Whether any process holds the lock of `alone` now."""
    return Lock.LAB.is_held()


def begin_next(*, only: LabJob | None = None) -> LabJob | None:
    """Take the next job that waits, or `only` this one; None without any. For who is `alone`.

    A job that is still running then had a worker that died: it has failed.
    """
    for dead in LabJob.objects.filter(state=LabJob.State.RUNNING):
        fail(job=dead, error="its worker ended without a word; start it again")
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
    """A `Report` that puts into the job's row what it is told, and tells `report` too.

    At most once a second, but for a new stage.
    """
    last: tuple[str, float] = ("", 0.0)

    def tell(stage: str, done: int, total: int | None) -> None:
        nonlocal last
        report(stage, done, total)
        if stage == last[0] and monotonic() - last[1] < SECONDS_BETWEEN_WORDS:
            return
        last = stage, monotonic()
        text = f"{stage}: {done:,} of {total:,}" if total else stage
        LabJob.objects.filter(pk=job.pk).update(progress=text[:200], told_at=timezone.now())

    return tell


def finish(
    *,
    job: LabJob,
    result: Mapping[str, Any],
    run: ModelRun | None = None,
    against: ModelRun | None = None,
) -> None:
    """It is done. A retraining puts up a notice if it published nothing, else takes it down."""
    job.state, job.ended_at, job.progress = LabJob.State.DONE, timezone.now(), ""
    job.result = dict(result)
    job.run, job.against = run or job.run, against
    with transaction.atomic():
        job.save(update_fields=["state", "ended_at", "progress", "result", "run", "against"])
        if job.kind == LabJob.Kind.RETRAIN:
            _tell_staff("" if result.get("published") else refusal(job))


def fail(*, job: LabJob, error: str) -> None:
    """It has failed; of a retraining staff are told, for nobody waits for it."""
    job.state, job.ended_at, job.error = LabJob.State.FAILED, timezone.now(), error
    with transaction.atomic():
        job.save(update_fields=["state", "ended_at", "error"])
        if job.kind == LabJob.Kind.RETRAIN:
            _tell_staff(f"{job.progress}: {error}" if job.progress else error)


def _tell_staff(detail: str) -> None:
    put_notice(Notice.Key.RETRAIN, detail)


def dismiss_notice() -> None:
    """Staff have seen why the retraining published nothing."""
    _tell_staff("")


# --- what comes of it ----------------------------------------------------------------------------


def settings_of(run: ModelRun) -> dict[str, float]:
    """What staff may have changed since a run was judged."""
    return {name: getattr(run, name) for name in RANKING}


def reasons_against(shadow: Mapping[str, Any]) -> list[str]:
    """Why the schedule does not publish a run with this shadow evaluation; empty: it does.

    `worse` and `unclear` are verdicts of `recommend.lab.evaluation.shadow`; `popularity`: the
    lists are no better than the same favourites for everybody.
    """
    reasons = [shadow["verdict"]] if shadow["verdict"] in ("worse", "unclear") else []
    return reasons if shadow["beats_popularity"] else [*reasons, "popularity"]


def publish_after_retraining(*, run: ModelRun, live: ModelRun, judged: Mapping[str, float]) -> bool:
    """Publish `run` unless another run is live by now, or staff have changed the weights of `live`
    since it was `judged`; returns whether it was published."""
    with transaction.atomic():
        now = (
            ModelRun.objects.select_for_update()
            .only("pk", "state", *RANKING)
            .filter(state=ModelRun.State.LIVE)
            .first()
        )
        if now is None or now.pk != live.pk or settings_of(now) != dict(judged):
            return False
        model_runs.publish_run(run=run)
    return True


def refusal(job: LabJob) -> str:
    """Why a retraining published nothing, for the notice: in the language of the site."""
    with override(settings.LANGUAGE_CODE):
        return " ".join(why_not_published(job))


def why_not_published(job: LabJob) -> list[str]:
    """Sentences in the reader's language; empty if nothing was held back."""
    shadow = job.result.get("shadow")
    sentences = [REASONS[reason]() for reason in job.result.get("refused", []) if reason in REASONS]
    if not sentences:
        return []
    named = gettext("Run %(run)s was not published.") % {"run": job.run or "?"}
    figures = [_figures(one) for one in shadow["compared"]] if shadow else []
    return [named, *sentences, *figures]


def _figures(compared: Mapping[str, Any]) -> str:
    ratio = compared["ratio"]
    return gettext(
        "%(picks)s picks: NDCG@50 %(candidate)s against %(live)s of the live run, %(value)s "
        "(95 %% interval: %(low)s to %(high)s)."
    ) % {
        "picks": compared["picks"],
        "candidate": f"{compared['candidate']:.4f}",
        "live": f"{compared['live']:.4f}",
        **{name: percent(ratio[name]) for name in ("value", "low", "high")},
    }


def percent(ratio: float | None) -> str:
    """A ratio as a difference: 0.983 as -1.7 %."""
    if ratio is None:
        return "–"
    return f"{100 * (ratio - 1):+.1f} %".replace("-", "−")


REASONS = {
    "worse": lambda: gettext("It ranks worse than the live run."),
    "unclear": lambda: gettext(
        "There are too few people to show that it is not worse than the live run."
    ),
    "popularity": lambda: gettext(
        "Its lists are no better than the same favourites for everybody: look at the data."
    ),
    "changed": lambda: gettext(
        "The live run was changed, or another one published, while this one was trained."
    ),
}
