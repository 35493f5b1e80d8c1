"""Staff of the model lab: what each page shows, starts and refuses, and to whom."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from common.models import DataLoad
from movies.models import Notice
from recommend import tasks
from recommend.admin.lab_forms import TrainForm
from recommend.lab.stars.surprise import SURPRISE
from recommend.lab.tuning.spaces import SPACES
from recommend.models import RUN_ARRAYS, LabJob, ModelRun
from recommend.services import lab_jobs
from recommend.services.model_runs import publish_run
from tests.operators import staff_with
from tests.recommend.admin.lab_rows import job_page, page, said, shadow
from tests.recommend.services.test_model_runs import new_run
from tests.sites import free_port
from tests.worlds import bare_run

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> Client:
    """May view runs and jobs, and nothing else."""
    return staff_with("view_modelrun", "view_labjob")


@pytest.fixture
def boss(admin_client: Client) -> Client:
    admin_client.cookies["django_language"] = "en"
    return admin_client


@pytest.fixture
def runs(db: None) -> tuple[ModelRun, ModelRun]:
    """A live one, and one after it."""
    metrics = {
        "rmse": 0.87, "blend_ndcg_at_50": 0.4, "popularity_ndcg_at_50": 0.28, "cases": 840,
        "picks_curve": {"0": 0.2, "3": 0.3, "10": 0.36}, "picks_curve_popularity": 0.25,
    }  # fmt: skip
    live, other = (new_run(data_name=name, metrics=metrics) for name in ("first", "second"))
    publish_run(run=live)
    DataLoad.objects.create(
        kind="movielens", name="tiny", digest="0" * 64, counts={"ratings": 9}, seconds=1
    )
    return live, other


@pytest.fixture
def no_worker(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The task is called and does nothing."""
    calls: list[int] = []
    monkeypatch.setattr(tasks.work_in_lab, "delay", lambda: calls.append(1))
    return calls


# --- what is offered -----------------------------------------------------------------------------


def test_the_forms_know_what_training_knows() -> None:
    offered = dict(TrainForm().fields["rating_algorithm"].choices)
    assert list(offered) == ["", *sorted(["StarBlend", *SURPRISE])]
    assert set(lab_jobs.SPACES) <= {name for name, space in SPACES.items() if space.plan_part}


def test_a_run_shows_its_figures_in_words_and_plots(
    boss: Client, runs: tuple[ModelRun, ModelRun]
) -> None:
    live, other = runs
    shadow("worse", other, live)
    text = boss.get(page("change", other.pk)).content.decode()
    assert "NDCG@50 to that of popularity</th>" in text
    assert ">1.429</td>" in text
    assert "NDCG@50 by number of picks" in text
    assert text.count("<figure") >= 1
    assert "Worse than the live run" in text
    assert "−6.5 %" in text
    for name in ("compare", "shadow", "publish"):
        assert page(name, *([] if name == "compare" else [other.pk])) in text
    assert "picks_curve" not in text
    assert "NDCG@10 at home" not in text


def test_a_run_that_learned_at_home_shows_what_it_gained_there(
    boss: Client, runs: tuple[ModelRun, ModelRun]
) -> None:
    run = runs[1]
    run.metrics |= {
        "home_people": 7425, "home_films": 264, "home_likes": 20_111, "home_cases": 2000,
        "home_ndcg_at_10": 0.38, "home_movielens_ndcg_at_10": 0.19,
    }  # fmt: skip
    run.save(update_fields=["metrics"])
    address = page("change", run.pk)

    def row(label: str, value: str) -> str:
        return f'<th scope="row">{label}</th><td class="number">{value}</td>'

    text = boss.get(address).content.decode()
    for label, value in (
        ("People at home learned from", "7,425"),
        ("Films that people at home were asked about", "264"),
        ("Likes of people at home", "20,111"),
        ("Held-out people at home", "2,000"),
        ("NDCG@10 at home, 3 to 5 picks", "0.3800"),
        ("NDCG@10 at home of MovieLens alone", "0.1900"),
    ):
        assert row(label, value) in text
    assert "home_" not in text.split("metrics", 1)[1].split("parameters", 1)[0]
    boss.cookies["django_language"] = "ko"
    assert row("학습한 국내 이용자 수", "7,425") in boss.get(address).content.decode()


def test_weights_that_changed_since_make_a_judgement_old(
    boss: Client, runs: tuple[ModelRun, ModelRun]
) -> None:
    live, other = runs
    shadow("not_worse", other, live, low=0.995, high=1.01)
    assert "Out of date" not in boss.get(page("change", other.pk)).content.decode()
    ModelRun.objects.filter(pk=live.pk).update(diversity=0.9)
    assert "Out of date" in boss.get(page("change", other.pk)).content.decode()


@pytest.mark.parametrize("name", ["train", "tune", "retrain", "roll_back", "shadow", "publish"])
def test_staff_who_may_only_view_can_start_nothing(
    name: str, staff: Client, runs: tuple[ModelRun, ModelRun]
) -> None:
    address = page(name, *([runs[1].pk] if name in ("shadow", "publish") else []))
    assert staff.get(address).status_code == 403
    assert staff.post(address).status_code == 403
    assert not LabJob.objects.exists()
    text = staff.get(page("changelist")).content.decode()
    assert address not in text
    assert page("compare") in text
    assert address not in staff.get(page("change", runs[1].pk)).content.decode()


def test_staff_who_may_only_view_can_neither_cancel_nor_dismiss(staff: Client) -> None:
    job = LabJob.objects.create(kind="train")
    for name in ("cancel", "seen"):
        assert staff.post(job_page(name, job)).status_code == 403
    assert "Cancel this job" not in staff.get(job_page("change", job)).content.decode()
    job.refresh_from_db()
    assert job.state == "queued"


# --- what is begun -------------------------------------------------------------------------------


def test_training_takes_what_the_form_says(
    boss: Client, runs: tuple[ModelRun, ModelRun], no_worker: list[int]
) -> None:
    data = {"base": "live", "seed": "7", "rating_algorithm": "SVD", "factors": "32", "passes": "9"}
    page_of_job = boss.post(page("train"), data, follow=True)
    job = LabJob.objects.get()
    assert page_of_job.redirect_chain == [(job_page("change", job), 302)]
    assert job.parameters == {
        "base": "live", "seed": 7, "rating_algorithm": "SVD",
        "blend": {"als.factors": 32, "encoder.passes": 9},
    }  # fmt: skip
    assert (job.kind, job.started_by.username, no_worker) == ("train", "admin", [1])  # type: ignore[union-attr]
    assert "als.factors" in page_of_job.content.decode()


def test_tuning_takes_what_the_form_says(
    boss: Client, runs: tuple[ModelRun, ModelRun], no_worker: list[int]
) -> None:
    data = {"base": "defaults", "space": "blend_weights", "trials": "4", "minutes": "2"}
    boss.post(page("tune"), data)
    assert LabJob.objects.get().parameters == {
        "base": "defaults", "space": "blend_weights", "trials": 4, "timeout": 120.0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("train", "seed", "-1"),
        ("train", "factors", "65"),
        ("train", "rating_algorithm", "Guess"),
        ("train", "base", "nothing"),
        ("tune", "trials", "0"),
        ("tune", "trials", "201"),
        ("tune", "minutes", "61"),
        ("tune", "space", "als"),
    ],
)
def test_a_form_refuses_what_makes_no_sense(
    name: str, field: str, value: str, boss: Client, runs: tuple[ModelRun, ModelRun]
) -> None:
    data = {"base": "live", "space": "blend", "trials": "2", "minutes": "1"} | {field: value}
    refused = boss.post(page(name), data)
    assert field in refused.context["form"].errors
    assert not LabJob.objects.exists()


def test_many_trials_may_be_asked_for(
    boss: Client, runs: tuple[ModelRun, ModelRun], no_worker: list[int]
) -> None:
    data = {"base": "live", "space": "blend", "trials": "200", "minutes": "60"}
    done = boss.post(page("tune"), data, follow=True)
    assert LabJob.objects.get().parameters["trials"] == 200
    assert "its page shows how it goes" in said(done)[0][1]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("train", {"base": "live", "seed": "3"}),
        ("tune", {"base": "live", "space": "encoder", "trials": "5", "minutes": "2"}),
        ("retrain", {}),
        ("shadow", {}),
    ],
)
def test_without_redis_no_page_waits_for_large_data(
    name: str,
    data: dict[str, str],
    boss: Client,
    runs: tuple[ModelRun, ModelRun],
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun: list[str] = []
    monkeypatch.setattr("common.backends.beside.in_process", begun.append)
    settings.JOBS_IN_OWN_PROCESS = True
    DataLoad.objects.update(counts={"ratings": 200_001})
    shown = boss.post(page(name, *([runs[1].pk] if name == "shadow" else [])), data, follow=True)
    job = LabJob.objects.get()
    assert (begun, job.state) == (["work_in_lab"], "queued")
    assert shown.redirect_chain[-1][0] == reverse("admin:recommend_labjob_change", args=[job.pk])


def test_redis_that_does_not_answer_leaves_no_job_waiting(
    boss: Client, runs: tuple[ModelRun, ModelRun], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kombu.exceptions import OperationalError

    def refuse() -> None:
        raise OperationalError(f"127.0.0.1:{free_port()} refuses")

    settings.REDIS_URL = "redis://nobody"
    monkeypatch.setattr(tasks.work_in_lab, "delay", refuse)
    refused = boss.post(page("shadow", runs[1].pk))
    assert "Redis cannot be reached" in said(refused)[0][1]
    assert LabJob.objects.get().state == "failed"


def test_what_fails_in_the_request_is_said_on_the_page(
    boss: Client, runs: tuple[ModelRun, ModelRun]
) -> None:
    """These runs have no ratings to train on."""
    refused = boss.post(page("shadow", runs[1].pk))
    ((level, text),) = said(refused)
    job = LabJob.objects.get()
    assert (level, job.state) == ("error", "failed")
    assert job.error in text


# --- jobs ----------------------------------------------------------------------------------------


def test_a_job_that_waits_is_shown_and_can_be_cancelled(
    boss: Client, runs: tuple[ModelRun, ModelRun]
) -> None:
    job = LabJob.objects.create(kind="train")
    assert f"#{job.pk} Train" in boss.get(page("changelist")).content.decode()
    assert "Cancel this job" in boss.get(job_page("change", job)).content.decode()
    boss.post(job_page("cancel", job))
    job.refresh_from_db()
    assert job.state == "failed"
    again = boss.post(job_page("cancel", job), follow=True)
    assert "not waiting any more" in said(again)[0][1]


def test_progress_is_shown_and_a_dead_worker_too(boss: Client) -> None:
    job = LabJob.objects.create(
        kind="tune", state="running", started_at=timezone.now(), progress="trials: 3 of 9"
    )
    with lab_jobs.alone():
        text = boss.get(job_page("change", job)).content.decode()
    assert "Running" in text
    assert "trials: 3 of 9" in text
    assert "Its worker died" in boss.get(job_page("change", job)).content.decode()


def test_a_refused_retraining_says_why_and_its_notice_is_taken_down(
    boss: Client, runs: tuple[ModelRun, ModelRun]
) -> None:
    live, other = runs
    job = shadow("worse", other, live)
    LabJob.objects.filter(pk=job.pk).update(
        kind="retrain", result=job.result | {"refused": ["worse"], "published": False}
    )
    Notice.objects.create(key="retrain", detail="why")
    text = boss.get(job_page("change", job)).content.decode()
    assert "It ranks worse than the live run." in text
    assert "−6.5 %" in text
    assert "NDCG@50 by gender and age" in text
    boss.post(job_page("seen", job))
    assert not Notice.objects.exists()
    assert "Take the notice down" not in boss.get(job_page("change", job)).content.decode()


# --- publishing ----------------------------------------------------------------------------------


def test_a_run_that_nobody_judged_is_published_when_confirmed(
    boss: Client, runs: tuple[ModelRun, ModelRun]
) -> None:
    live, other = runs
    assert "it was not judged" in boss.get(page("publish", other.pk)).content.decode()
    refused = boss.post(page("publish", other.pk))
    assert said(refused) == [("error", "Tick the box to publish it all the same.")]
    assert ModelRun.objects.live() == live
    boss.post(page("publish", other.pk), {"sure": "on"})
    assert ModelRun.objects.live() == other


def test_a_good_run_is_published_at_once(boss: Client, runs: tuple[ModelRun, ModelRun]) -> None:
    live, other = runs
    shadow("better", other, live, low=1.01, high=1.1)
    assert 'name="sure"' not in boss.get(page("publish", other.pk)).content.decode()
    done = boss.post(page("publish", other.pk), follow=True)
    assert said(done)[0][0] == "success"
    assert ModelRun.objects.live() == other


def test_the_action_of_the_list_asks_about_a_worse_run(
    boss: Client, runs: tuple[ModelRun, ModelRun]
) -> None:
    live, other = runs
    shadow("worse", other, live)
    data = {"action": "publish", "_selected_action": [other.pk], "index": "0"}
    asked = boss.post(page("changelist"), data, follow=True)
    assert asked.redirect_chain == [(page("publish", other.pk), 302)]
    assert "Worse than the live run" in asked.content.decode()
    assert ModelRun.objects.live() == live
    assert "Worse than the live run" in boss.get(page("changelist")).content.decode()


def test_a_verdict_on_other_weights_is_no_reason_to_publish(
    boss: Client, runs: tuple[ModelRun, ModelRun]
) -> None:
    live, other = runs
    shadow("better", other, live, low=1.01, high=1.1)
    ModelRun.objects.filter(pk=other.pk).update(answers_weight=0.25)
    assert 'name="sure"' in boss.get(page("publish", other.pk)).content.decode()
    data = {"action": "publish", "_selected_action": [other.pk], "index": "0"}
    asked = boss.post(page("changelist"), data, follow=True)
    assert asked.redirect_chain == [(page("publish", other.pk), 302)]
    assert ModelRun.objects.live() == live


def test_rolling_back_names_where_to(boss: Client, runs: tuple[ModelRun, ModelRun]) -> None:
    live, other = runs
    assert "nothing to go back to" in boss.get(page("roll_back")).content.decode()
    publish_run(run=other)
    assert str(live) in boss.get(page("roll_back")).content.decode()
    boss.post(page("roll_back"))
    assert ModelRun.objects.live() == live


# --- queries -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "most"), [("changelist", 6), ("change", 7), ("publish", 6), ("train", 4), ("tune", 4)]
)
def test_pages_ask_little_and_read_no_arrays(
    name: str, most: int, boss: Client, runs: tuple[ModelRun, ModelRun]
) -> None:
    live, other = runs
    for _ in range(3):
        shadow("worse", other, live)
        bare_run()
        LabJob.objects.create(kind="train")
    address = page(name, *([other.pk] if name in ("change", "publish") else []))
    with CaptureQueriesContext(connection) as queries:
        assert boss.get(address).status_code == 200
    asked = [query["sql"] for query in queries]
    assert len(asked) <= most, "\n".join(asked)
    assert not any(f'"{array}"' in sql for array in RUN_ARRAYS for sql in asked)
