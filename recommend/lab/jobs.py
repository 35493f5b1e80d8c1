"""Runs the jobs of the model lab in this process: train, tune, judge, retrain, genres, profile.

Pages queue jobs, a worker or a command runs them (`recommend.services.lab_jobs` keeps the queue).
Each kind of work returns what is stored about it. Errors are stored in the job and not raised."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from operator import attrgetter
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.utils import timezone

from common.commands.arguments import LARGEST_SEED
from common.commands.progress import Report, silent
from common.errors import DataError, NotReadyError
from recommend.lab.data.database import read_observed_ratings
from recommend.lab.data.home_database import read_home
from recommend.lab.data.profile_database import read_profile
from recommend.lab.evaluation.shadow.judging import judge
from recommend.lab.reports.profile import charts_of, files_of
from recommend.lab.training.genre_model.store import store_genres, train_genres
from recommend.lab.training.recipes import plan_of, read_films, recipe_of
from recommend.lab.training.train import TrainingPlan, train_model
from recommend.lab.tuning import search
from recommend.lab.tuning.best_run import make_ready, train_best
from recommend.lab.tuning.spaces import beginning_with, space_of, with_parameters
from recommend.lab.tuning.trials import Tuned
from recommend.models import LabJob, ModelRun
from recommend.scoring.weights import NOT_TRAINED, RANKING
from recommend.services import lab_jobs, personas

MOST_SECONDS = 3_600.0  # of tuning; training and judging come on top

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class JobOutcome:
    """What is stored about a finished job."""

    result: Mapping[str, Any]
    run: ModelRun | None = None
    against: ModelRun | None = None


def work_off_one(*, only: LabJob | None = None, report: Report = silent) -> LabJob | None:
    """Run the job that has waited longest, or `only` this one; its outcome is in the job.

    None if another process is working in the lab, or no job is waiting."""
    with lab_jobs.alone() as is_alone:
        job = lab_jobs.begin_next(only=only) if is_alone else None
        if job is not None:
            _do(job, lab_jobs.tells(job=job, report=report))
    return job


def finished(asked: LabJob, *, report: Report) -> LabJob:
    """Run this job now. Raises `DataError` if another one is running or if it fails."""
    job = work_off_one(only=asked, report=report)
    if job is None:
        lab_jobs.cancel(job=asked)
        raise DataError("another job of the lab is running; try again when it has ended")
    if job.state == LabJob.State.FAILED:
        raise DataError(job.error)
    return job


def _do(job: LabJob, report: Report) -> None:
    try:
        outcome = WORK[job.kind](job, report)
        # Inside `try`, because staff may have deleted the run while it was judged.
        lab_jobs.finish(job=job, result=outcome.result, run=outcome.run, against=outcome.against)
    except (DataError, NotReadyError) as error:
        failure = str(error)
    except SoftTimeLimitExceeded:
        failure = "it took longer than a task of the lab may take"
    except Exception as error:
        logger.exception("Job %s of the lab failed", job.pk)
        failure = f"{type(error).__name__}: {error}"
    else:
        return
    job.refresh_from_db(fields=["progress"])
    lab_jobs.fail(job=job, error=failure)


def train(job: LabJob, report: Report) -> JobOutcome:
    """Train by the live run's recipe or the defaults, with the parameters of the job."""
    run = train_model(plan=plan_asked_for(job.parameters), report=report)
    make_ready(run=run, report=report)
    return JobOutcome({}, run)


def tune(job: LabJob, report: Report) -> JobOutcome:
    """Search, then train with the best parameters that were found."""
    base = plan_asked_for(job.parameters)
    tuned = _tuned(job, base, report)
    run = train_best(study=tuned.study, base=base, report=report)
    make_ready(run=run, report=report)
    return JobOutcome({"tuned": _stored(tuned)}, run)


def shadow(job: LabJob, report: Report) -> JobOutcome:
    """Judge the job's run against the live one."""
    live = _live()
    if job.run is None:
        raise DataError("the run that was to be judged is gone")
    judged = _judged(job.run, live, report)
    return JobOutcome(result={"shadow": judged}, run=job.run, against=live)


def retrain(job: LabJob, report: Report) -> JobOutcome:
    """The live run's recipe on the data in use, published unless it may be worse.

    1. Train with the next seed. With `trials` the recipe is tuned first.
    2. Judge the run against the live run, both as they are served, in a shadow evaluation.
    3. Publish it if it is not worse and staff have published or changed nothing meanwhile. Else the
       run stays `ready`, and a notice tells staff, who may still publish it.
    """
    live = _live()
    plan = _with_next_seed(plan_of(live), live)
    result: dict[str, Any] = {}
    if job.parameters.get("trials"):
        tuned = _tuned(job, plan, report)
        result["tuned"] = _stored(tuned)
        run = train_best(study=tuned.study, base=plan, report=report)
    else:
        run = train_model(plan=plan, report=report)
    served_like(run, live)
    make_ready(run=run, report=report)
    judged = _judged(run, live, report)
    refused = lab_jobs.reasons_against(judged)
    if not refused and not lab_jobs.publish_after_retraining(
        run=run, live=live, judged=judged["live_settings"]
    ):
        refused = ["changed"]
    result |= {"shadow": judged, "refused": refused, "published": not refused}
    return JobOutcome(result, run, live)


def make_personas(job: LabJob, report: Report) -> JobOutcome:
    """Answer simulated people with the live run, for the previews of staff."""
    live = _live()
    made = personas.make_personas(
        run=live, count=int(job.parameters.get("count", personas.COUNT)), report=report
    )
    return JobOutcome({"personas": made}, live)


def profile(job: LabJob, report: Report) -> JobOutcome:
    """What the loaded data look like: charts for the page, and the files to download."""
    found = read_profile(report=report)
    charts = [asdict(chart) for chart in charts_of(found)]
    return JobOutcome({"profile": {"charts": charts, "files": files_of(found)}})


def learn_genres(job: LabJob, report: Report) -> JobOutcome:
    """Train the genre model of the job's run, or of the live one, from the texts there are now."""
    run = job.run or _live()
    fitted, metrics = train_genres(report=report)
    store_genres(run=run, fitted=fitted, metrics=metrics)
    return JobOutcome({"genres": metrics}, run)


WORK: Mapping[str, Callable[[LabJob, Report], JobOutcome]] = {
    LabJob.Kind.TRAIN: train,
    LabJob.Kind.TUNE: tune,
    LabJob.Kind.SHADOW: shadow,
    LabJob.Kind.RETRAIN: retrain,
    LabJob.Kind.PERSONAS: make_personas,
    LabJob.Kind.PROFILE: profile,
    LabJob.Kind.GENRES: learn_genres,
}


def plan_asked_for(asked: Mapping[str, Any]) -> TrainingPlan:
    """`base`: "live" for the recipe of the live run, else the defaults; the other parameters
    replace parts of it. Raises `DataError` for an unknown name or value."""
    live = ModelRun.objects.live() if asked.get("base") == "live" else None
    plan = plan_of(live) if live else TrainingPlan()
    changed = {name: asked[name] for name in ("seed", "rating_algorithm") if name in asked}
    plan = replace(plan, **changed)
    return replace(plan, blend=with_parameters(plan.blend, asked.get("blend", {})))


def _with_next_seed(plan: TrainingPlan, live: ModelRun) -> TrainingPlan:
    return replace(plan, seed=next_seed(live))


def next_seed(live: ModelRun) -> int:
    """The seed of the live run may have been a lucky one, which the same seed would hide."""
    return live.seed % LARGEST_SEED + 1


def served_like(run: ModelRun, live: ModelRun) -> None:
    """Training decides neither variety nor lambda: the new run takes what staff set."""
    for name in NOT_TRAINED:
        setattr(run, name, getattr(live, name))
    run.save(update_fields=NOT_TRAINED)


def _tuned(job: LabJob, plan: TrainingPlan, report: Report) -> Tuned:
    """Search from `plan`: what is best with the defaults is not the best with it."""
    asked = job.parameters
    space = space_of(asked.get("space", lab_jobs.USUAL_SPACE))
    return search.tune(
        data=read_observed_ratings(),
        space=beginning_with(space, attrgetter(space.plan_part)(plan)),
        study=f"lab-{job.pk}-{timezone.now():%Y%m%d%H%M%S}",
        trials=int(asked["trials"]),
        timeout=asked.get("timeout", MOST_SECONDS),
        report=report,
    )


def _stored(tuned: Tuned) -> dict[str, Any]:
    """As JSON: what a page shows of it. The study itself keeps everything."""
    trials = [[row.number, row.value, row.state] for row in tuned.trials]
    return {name: value for name, value in vars(tuned).items() if name != "data"} | {
        "trials": trials
    }


def _live() -> ModelRun:
    live = ModelRun.objects.live()
    if live is None:
        raise DataError("no model run is live; `manage.py publish_model` publishes one")
    return live


def _judged(run: ModelRun, live: ModelRun, report: Report) -> dict[str, Any]:
    """The figures of a shadow evaluation, and the settings that they hold for."""
    for one in (run, live):
        one.refresh_from_db(fields=RANKING)
    data = read_observed_ratings()
    found = judge(
        data,
        read_home(data.movie_ids),
        recipe_of(run),
        recipe_of(live),
        films=read_films(data),
        report=report,
    )
    return found.stored() | {
        "settings": lab_jobs.settings_of(run),
        "live_settings": lab_jobs.settings_of(live),
    }
