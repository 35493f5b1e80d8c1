"""Retraining and shadow evaluation in the database, with people at home who decide."""

from __future__ import annotations

from dataclasses import asdict
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from movies.models import Notice
from recommend.lab import jobs as work
from recommend.lab.evaluation.shadow import judging
from recommend.models import LabJob, ModelRun
from recommend.scoring.weights import Weights
from recommend.services.home.ratings import load_home_ratings
from tests.recommend.lab.home_people import QUICK_AT_HOME, likes_of_one_genre
from tests.recommend.services.home_files import write
from tests.worlds import make_recipe_quick

BACKWARDS = Weights(answers=0.0, novelty=100.0)


def learned_at_home(run: ModelRun, movielens: Weights, home: Weights) -> None:
    """As if training had found these weights."""
    for name, value in home.stored().items():
        setattr(run, name, value)
    weights = {"movielens": movielens.stored(), "home": home.stored()}
    run.parameters |= {"home": asdict(QUICK_AT_HOME), "weights": weights}
    run.save()


@pytest.fixture
def live(live_model: ModelRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModelRun:
    """It has learned at home; retraining gives a run that is worse there and equal elsewhere."""
    monkeypatch.setattr(judging, "ENOUGH_AT_HOME", 20)
    monkeypatch.setattr(judging, "CASES_AT_HOME", 20)
    liked = enumerate(likes_of_one_genre(24))
    rows = [f"{person},{film},5," for person, films in liked for film in films]
    load_home_ratings(path=write(tmp_path / "home.csv", *rows))
    make_recipe_quick(live_model)
    usual = live_model.weights
    learned_at_home(live_model, usual, usual)
    train = work.train_model

    def trained(**named: Any) -> ModelRun:
        run = train(**named)
        learned_at_home(run, usual, BACKWARDS)
        return run

    monkeypatch.setattr(work, "train_model", trained)
    monkeypatch.setattr(work, "_with_next_seed", lambda plan, live: plan)
    return live_model


def test_a_run_that_is_worse_at_home_is_not_published(live: ModelRun, staff: Client) -> None:
    out = StringIO()
    call_command("retrain", stdout=out)
    said = out.getvalue()
    job = LabJob.objects.get(kind=LabJob.Kind.RETRAIN)
    assert ModelRun.objects.live() == live
    assert "worse" in job.result["refused"]
    shadow = job.result["shadow"]
    assert (shadow["decides"], shadow["verdict"], shadow["home"]["people"]) == ("home", "worse", 24)
    assert [one["ratio"]["value"] for one in shadow["compared"]] == [1.0, 1.0]
    # The command and the notice say both, those who decide first.
    figure = f"{shadow['home']['compared'][0]['candidate']:.4f}"
    at_home = f"People at home decide. 3 picks: NDCG@10 {figure}"
    movielens = "People of MovieLens do not decide. 10 picks: NDCG@50"
    assert said.index("was not published") < said.index(at_home) < said.index(movielens)
    assert "NDCG@10" in Notice.objects.get(key="retrain").detail
    page = staff.get(reverse("admin:recommend_labjob_change", args=[job.pk])).content.decode()
    titles = "People at home decide</h3>", "People of MovieLens do not decide</h3>"
    assert page.index(titles[0]) < page.index(titles[1])
    assert figure in page

    out = StringIO()
    call_command("shadow_evaluate", run=job.run_id, stdout=out)
    assert f"Run {job.run_id} against run {live.pk}: worse. {at_home}" in out.getvalue()
    assert movielens in out.getvalue()


def test_with_fewer_people_movielens_decides_and_it_is_published(
    live: ModelRun, monkeypatch: pytest.MonkeyPatch, staff: Client
) -> None:
    monkeypatch.setattr(judging, "ENOUGH_AT_HOME", 25)
    out = StringIO()
    call_command("retrain", stdout=out)
    job = LabJob.objects.get(kind=LabJob.Kind.RETRAIN)
    assert ModelRun.objects.live() == job.run != live
    assert f"before it was run {live.pk}. 10 picks: NDCG@50" in out.getvalue()
    assert "at home decide" not in out.getvalue()
    page = staff.get(reverse("admin:recommend_labjob_change", args=[job.pk])).content.decode()
    assert "People of MovieLens decide</h3>" in page
    assert "as soon as 25 of them can be held out; there are 24." in page
