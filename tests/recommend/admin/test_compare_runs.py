"""Two runs side by side: numbers, parameters, and what they would recommend to the same people."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from recommend.lab.recommenders.blend import Blend
from recommend.lab.recommenders.encoder import SurveyEncoder
from recommend.lab.training.train import TrainingPlan, train_model
from recommend.models import RUN_ARRAYS, ModelRun
from recommend.ranking.answers import Answers
from recommend.ranking.side_by_side import SAMPLE, SHOWN, compare_lists
from recommend.results.recommendation import recommend
from tests.recommend.admin.lab_rows import shadow

PAGE = "admin:recommend_modelrun_compare"


@pytest.fixture
def other(live_model: ModelRun) -> ModelRun:
    """Another seed, and an encoder that has hardly learned anything."""
    quick = Blend(encoder=SurveyEncoder(passes=1, fewest_steps=5))
    return train_model(plan=TrainingPlan(3, "BaselineOnly", quick))


@pytest.fixture
def boss(admin_client: Client) -> Client:
    admin_client.cookies["django_language"] = "en"
    return admin_client


def compared(client: Client, first: ModelRun, second: ModelRun) -> str:
    page = client.get(reverse(PAGE), {"a": first.pk, "b": second.pk})
    assert page.status_code == 200
    return page.content.decode()


def test_a_run_recommends_the_same_as_itself(live_model: ModelRun) -> None:
    people = compare_lists(live_model, live_model)
    assert [(one.gender, one.age) for one in people] == [*SAMPLE, ("", None)]
    for one in people:
        assert one.overlap == 100
        assert [film.movie for film in one.first] == [film.movie for film in one.second]
        assert all(film.is_shared for film in one.first)
        assert len(one.first) == SHOWN
        picks = {movie.pk for movie in one.picks}
        assert picks
        assert not picks & {film.movie.pk for film in one.first}


def test_the_lists_are_those_that_readers_would_get(live_model: ModelRun) -> None:
    for one in compare_lists(live_model, live_model):
        answers = Answers(gender=one.gender, age=one.age, liked=[movie.pk for movie in one.picks])
        served = [film.movie.movie_id for film in recommend(answers).films[:SHOWN]]
        assert [film.movie.pk for film in one.first] == served


def test_films_that_only_one_list_has_are_told_apart(live_model: ModelRun, other: ModelRun) -> None:
    people = compare_lists(other, live_model)
    turned = compare_lists(live_model, other)
    assert [one.overlap for one in people] == [one.overlap for one in turned]
    assert [one.picks for one in people] == [one.picks for one in turned]
    assert any(one.overlap < 100 for one in people)
    own = [film for one in people for film in one.first if not film.is_shared]
    assert own
    for one in people:
        both = {film.movie.pk for film in one.first} & {film.movie.pk for film in one.second}
        assert all(film.is_shared for film in one.first if film.movie.pk in both)


def test_the_page_shows_what_differs(boss: Client, live_model: ModelRun, other: ModelRun) -> None:
    text = compared(boss, other, live_model)
    assert "Encoder of answers" in text
    rows = text.split("<tr")
    passes = next(row for row in rows if ">encoder.passes<" in row)
    assert 'class="differs"' in passes
    assert ">−39<" in passes
    assert 'class="differs"' not in next(row for row in rows if ">als.factors<" in row)
    assert "of the 50 films are the same" in text
    assert "this run was not judged" in text
    job = shadow("worse", other, live_model)
    assert "Worse than the live run" in compared(boss, other, live_model)
    turned = compared(boss, live_model, other)
    assert reverse("admin:recommend_labjob_change", args=[job.pk]) in turned


def test_without_a_choice_the_newest_run_is_held_against_the_live_one(
    boss: Client, live_model: ModelRun, other: ModelRun
) -> None:
    page = boss.get(reverse(PAGE))
    assert (page.context["first"], page.context["second"]) == (other, live_model)
    for number, pair in ((live_model.pk, (live_model, other)), (other.pk, (other, live_model))):
        page = boss.get(reverse(PAGE), {"a": number})
        assert (page.context["first"], page.context["second"]) == pair


@pytest.mark.django_db
@pytest.mark.parametrize("pair", [{"a": "1", "b": "1"}, {"a": "x", "b": "-1"}, {"a": "", "b": ""}])
def test_a_pair_that_is_none_is_said(pair: dict[str, str], boss: Client) -> None:
    page = boss.get(reverse(PAGE), pair)
    assert page.status_code == 200
    assert page.context["form"].errors
    assert "first" not in page.context


def test_a_run_is_not_held_against_itself(boss: Client, live_model: ModelRun) -> None:
    page = boss.get(reverse(PAGE), {"a": live_model.pk, "b": live_model.pk})
    assert "Choose two different runs." in page.content.decode()


@pytest.mark.django_db
def test_without_runs_there_is_nothing_to_compare(boss: Client) -> None:
    assert "There are fewer than two runs." in boss.get(reverse(PAGE)).content.decode()


def test_the_page_reads_arrays_once_and_asks_so_many_times(
    boss: Client, live_model: ModelRun, other: ModelRun
) -> None:
    compared(boss, other, live_model)  # what each process keeps
    with CaptureQueriesContext(connection) as queries:
        compared(boss, other, live_model)
    asked = [query["sql"] for query in queries]
    assert not any(f'"{array}"' in sql for array in RUN_ARRAYS for sql in asked)
    assert len(asked) <= 85, "\n".join(asked)
