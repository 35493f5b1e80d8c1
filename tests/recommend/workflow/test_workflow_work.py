"""What each step of a workflow does: films, texts, a model, and results of members."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.utils.translation import override

from common.errors import DataError
from movies.models import FetchAttempt, FilmText, Movie, Notice
from recommend.lab import jobs
from recommend.lab import workflow as work
from recommend.models import LabJob, ModelRun, Workflow, WorkflowStep
from recommend.services.workflow import asking, steps
from tests.movies.fetching.listing_world import listed_films, wrong_entered
from tests.movies.fetching.tmdb_world import add_movies, connected_stub
from tests.operators import run
from tests.recommend.workflow.kept_results import add_member, kept_result
from tests.worlds import bare_run

pytestmark = pytest.mark.django_db


def step(name: str) -> WorkflowStep:
    return WorkflowStep.objects.filter(name=name).order_by("-workflow").select_related("job")[0]


def live_run() -> ModelRun:
    found = ModelRun.objects.live()
    assert found is not None
    return found


def test_a_run_that_is_not_worse_is_served_and_results_of_members_follow(live: ModelRun) -> None:
    result = kept_result(add_member())
    run("run_workflow")
    new = live_run()
    assert (new != live, new.diversity) == (True, 0.3)  # what staff set goes on
    train, judge = step("train").job, step("judge").job
    assert train is not None
    assert judge is not None
    assert (train.kind, train.run, judge.kind, judge.against) == ("train", new, "shadow", live)
    assert step("publish").counts == {"run": new.pk}
    assert step("refresh").counts == {"results": 1, "left": 0}
    result.refresh_from_db()
    assert result.platform_recommendation.parts["run"] == new.pk
    assert LabJob.objects.get(kind="personas").state == "done"
    assert Workflow.objects.get().state == "done"


def test_a_worse_run_is_not_published_and_results_are_refreshed_by_the_live_one(
    live: ModelRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = kept_result(add_member())
    result.platform_recommendation.parts["computed_on"] = "2026-01-01"
    result.platform_recommendation.save()
    judged = jobs._judged

    def worse(*arguments: Any) -> dict[str, Any]:
        return judged(*arguments) | {"verdict": "worse"}

    monkeypatch.setattr(jobs, "_judged", worse)
    run("run_workflow")
    publish = step("publish")
    assert (live_run(), publish.state, publish.why) == (live, "skipped", "worse")
    with override("en"):
        assert steps.why_of(publish) == "It ranks worse than the live run."
    trained = step("train").job
    assert trained is not None
    assert f"#{trained.run_id}" in Notice.objects.get(key="retrain").detail
    assert (step("refresh").counts, Workflow.objects.get().state) == (
        {"results": 1, "left": 0}, "done",
    )  # fmt: skip


@pytest.mark.parametrize("name", ["train", "judge", "publish"])
def test_what_was_stored_before_the_process_ended_is_not_done_twice(
    name: str, live: ModelRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It ends after the work of the step, before that is written down."""

    def stop(**of: Any) -> None:
        raise SystemExit(143)

    workflow = asking.start()
    for before in asking.remaining(workflow):
        if before == name:
            break
        work.do_step(workflow_id=workflow.pk, name=before)
    with monkeypatch.context() as patch:
        patch.setattr(steps, "finish", stop)
        with pytest.raises(SystemExit):
            work.do_step(workflow_id=workflow.pk, name=name)
    assert step(name).state == "running"
    run("run_workflow", "--go-on")
    kinds = list(LabJob.objects.order_by("pk").values_list("kind", "state"))
    assert kinds == [("train", "done"), ("shadow", "done"), ("personas", "done")]
    assert ModelRun.objects.count() == 2
    assert (live_run() != live, Workflow.objects.get().state) == (True, "done")


def test_a_training_that_was_killed_is_done_again(live: ModelRun) -> None:
    """A killed process leaves the job as running, and nobody in the lab."""
    workflow = asking.start(first="train")
    dead = LabJob.objects.create(
        kind="train", state="running", started_at=workflow.created_at, parameters={"base": "live"}
    )
    workflow.steps.filter(name="train").update(
        state="running", started_at=workflow.created_at, job=dead
    )
    work.do_step(workflow_id=workflow.pk, name="train")
    dead.refresh_from_db()
    trained = step("train").job
    assert trained is not None
    assert (dead.state, trained.pk > dead.pk, trained.state) == ("failed", True, "done")


def test_while_the_lab_is_busy_the_step_waits_for_its_job(
    live: ModelRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever leaves the lab may do the job; then it is done."""
    naps: list[float] = []
    real = jobs.work_off_one

    def sleep(seconds: float) -> None:
        naps.append(seconds)
        monkeypatch.setattr(jobs, "work_off_one", real)
        assert real() is not None

    monkeypatch.setattr(jobs, "work_off_one", lambda **named: None)
    monkeypatch.setattr("recommend.lab.workflow.time.sleep", sleep)
    workflow = asking.start(first="train")
    assert work.do_step(workflow_id=workflow.pk, name="train").state == "done"
    assert (naps, LabJob.objects.get().state) == ([work.PAUSE_SECONDS], "done")


def test_trials_are_those_of_the_workflow(live: ModelRun, monkeypatch: pytest.MonkeyPatch) -> None:
    def tuned(job: LabJob, report: Any) -> None:
        raise DataError("enough")

    monkeypatch.setitem(jobs.WORK, "tune", tuned)
    workflow = asking.start(first="train", trials=7)
    assert work.do_step(workflow_id=workflow.pk, name="train").why == "enough"
    assert LabJob.objects.get(kind="tune").parameters == {
        "base": "live", "seed": live.seed, "trials": 7,
    }  # fmt: skip


def test_without_a_live_run_training_fails_with_what_to_do(world: str) -> None:
    workflow = asking.start(first="train")
    done = work.do_step(workflow_id=workflow.pk, name="train")
    assert (done.state, "manage.py publish_model" in done.why) == ("failed", True)
    assert not LabJob.objects.exists()


def test_from_judging_on_the_newest_run_is_judged_and_published(live: ModelRun) -> None:
    workflow = asking.start(first="judge")
    done = work.do_step(workflow_id=workflow.pk, name="judge")
    assert (done.state, done.why) == ("skipped", "no_run")
    assert work.do_step(workflow_id=workflow.pk, name="publish").state == "done"
    assert live_run() == live


def test_a_run_that_nobody_judged_is_not_published(live: ModelRun) -> None:
    asked = LabJob.objects.create(kind="train", parameters={"base": "live", "seed": live.seed})
    jobs.work_off_one(only=asked)
    workflow = asking.start(first="publish")
    done = work.do_step(workflow_id=workflow.pk, name="publish")
    assert (done.state, "begin with 'judge'" in done.why) == ("failed", True)
    assert live_run() == live


def test_a_run_that_staff_went_back_from_is_not_published_again(live: ModelRun) -> None:
    newer = bare_run(state="retired", published_at=live.published_at)
    workflow = asking.start(first="publish")
    done = work.do_step(workflow_id=workflow.pk, name="publish")
    assert (done.state, done.why, live_run()) == ("skipped", "changed", live)
    newer.refresh_from_db()
    assert newer.state == "retired"


# --- films ----------------------------------------------------------------------------------------


def test_without_key_and_file_the_films_stay_and_the_page_says_why(
    live: ModelRun, settings: Any
) -> None:
    settings.TMDB_API_KEY, settings.FILM_TEXTS_FILE = "", ""
    workflow = asking.start()
    for name in ("fetch", "details", "texts"):
        assert work.do_step(workflow_id=workflow.pk, name=name).state == "skipped"
    assert [step(name).why for name in ("fetch", "details", "texts")] == [
        "no_key", "no_key", "no_file",
    ]  # fmt: skip


def test_texts_are_read_from_the_file_of_the_operator(
    live: ModelRun, settings: Any, tmp_path: Path
) -> None:
    file = tmp_path / "texts.csv"
    file.write_text("movie_id,overview_ko\n1,첫 줄거리\n2,둘째\n", encoding="utf-8")
    settings.FILM_TEXTS_FILE = str(file)
    for _ in range(2):
        workflow = asking.start(first="texts")
        done = work.do_step(workflow_id=workflow.pk, name="texts")
        assert (done.state, done.counts) == ("done", {"texts": 2})
        Workflow.objects.update(state="failed", ended_at=workflow.created_at)
    assert FilmText.objects.get(movie=1).overview == "첫 줄거리"
    settings.FILM_TEXTS_FILE = str(tmp_path / "missing.csv")
    workflow = asking.start(first="texts")
    assert "missing.csv" in work.do_step(workflow_id=workflow.pk, name="texts").why


def test_lists_and_films_are_fetched_and_what_is_fresh_is_not_fetched_again(
    settings: Any,
) -> None:
    films = listed_films(20)
    with connected_stub(settings, films) as stub:
        add_movies(films[:5])
        workflow = asking.start()
        fetched = work.do_step(workflow_id=workflow.pk, name="fetch")
        assert (fetched.state, fetched.counts) == (
            "done", {"lists": 5, "refused": 2, "entered": 15, "placed": 0},
        )  # fmt: skip
        assert wrong_entered(films[5:]) == []
        detailed = work.do_step(workflow_id=workflow.pk, name="details")
        assert (detailed.state, detailed.counts) == ("done", {"films": 20, "failed_tries": 0})
        Workflow.objects.update(state="failed", ended_at=workflow.created_at)
        before = FetchAttempt.objects.count(), Movie.objects.count(), len(stub.requests)
        again = asking.start()
        counts = [
            work.do_step(workflow_id=again.pk, name=one).counts for one in ("fetch", "details")
        ]
        assert [sum(one.values()) for one in counts] == [0, 0]
        assert (FetchAttempt.objects.count(), Movie.objects.count(), len(stub.requests)) == before


def test_a_wrong_key_fails_the_step_and_tells_staff(settings: Any) -> None:
    with connected_stub(settings, listed_films(2)):
        settings.TMDB_API_KEY = "wrong"
        workflow = asking.start()
        failed = work.do_step(workflow_id=workflow.pk, name="fetch")
    assert (failed.state, "TMDB refuses the API key" in failed.why) == ("failed", True)
    assert set(Notice.objects.values_list("key", flat=True)) == {"invalid_key", "workflow"}
