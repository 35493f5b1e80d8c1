"""Simulated people on whom staff try a change: drawn, answered and stored as one set."""

from __future__ import annotations

import uuid
from collections import Counter
from typing import Any

import pytest
from django.db import connection

from common.errors import DataError, NotReadyError
from movies.models import Gender, MovieLensUser, Platform
from recommend.models import ModelRun, Persona, Rating
from recommend.ranking.answers import Answers
from recommend.results.recommendation import Recommendation, recommend
from recommend.services import personas
from recommend.services.data_sets import load_movielens
from recommend.services.model_runs import publish_run
from recommend.services.personas import make_personas
from recommend.services.submission import Survey, submit_survey
from recommend.tasks import make_personas as task
from survey.models import MINIMUM_AGE
from tests.operators import refusal, run
from tests.worlds import bare_run

pytestmark = pytest.mark.django_db


def rows() -> list[tuple[Any, ...]]:
    return list(
        Persona.objects.order_by("run", "number").values_list(
            "number", "gender", "age", "monthly_budget", "subscribed", "parts"
        )
    )


def test_personas_are_people_who_could_have_answered(live_model: ModelRun) -> None:
    assert make_personas(run=live_model, count=40) == 40
    people = list(Persona.objects.order_by("number"))
    assert [person.number for person in people] == list(range(1, 41))
    assert {person.run_id for person in people} == {live_model.pk}
    assert len({person.made_at for person in people}) == 1
    assert {person.gender for person in people} == {*Gender.values}
    ages = [person.age for person in people if person.age is not None]
    assert len(ages) == 40
    assert min(ages) >= MINIMUM_AGE
    assert len(set(ages)) > 4  # not only the ages of MovieLens
    assert {person.monthly_budget for person in people} <= {*personas.BUDGETS}
    assert any(person.monthly_budget is None for person in people)
    offered = set(Platform.objects.offered().values_list("slug", flat=True))
    assert all(set(person.subscribed) <= offered for person in people)
    assert {len(person.subscribed) for person in people} == {0, 1, 2}


def test_their_picks_are_three_to_ten_films_that_one_user_likes(
    live_model: ModelRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Answers] = []

    def noted(answers: Answers) -> Recommendation:
        asked.append(answers)
        return recommend(answers)

    monkeypatch.setattr("recommend.services.personas.recommend", noted)
    make_personas(run=live_model, count=30)
    likes: dict[int, set[int]] = {}
    for user, movie in Rating.objects.liked().values_list("ml_user_id", "movie_id"):
        likes.setdefault(user, set()).add(movie)
    for answers in asked:
        assert 3 <= len(set(answers.liked)) == len(answers.liked) <= 10
        assert any(set(answers.liked) <= liked for liked in likes.values())
    assert {len(answers.liked) for answers in asked} >= {3, 10}


def test_their_answers_have_the_stored_shape_of_a_respondents(live_model: ModelRun) -> None:
    make_personas(run=live_model, count=1)
    respondent = submit_survey(survey=Survey(liked=[1, 2, 3]), token=uuid.uuid4().hex)
    stored = respondent.platform_recommendation.parts
    parts = Persona.objects.get().parts
    assert parts.keys() == stored.keys()
    assert [row.keys() for row in parts["platforms"]] == [row.keys() for row in stored["platforms"]]
    assert parts["outlook"].keys() == stored["outlook"].keys()
    assert (parts["run"], parts["exponent"]) == (live_model.pk, live_model.usage_exponent)


def test_the_same_seed_gives_the_same_and_another_one_others(live_model: ModelRun) -> None:
    make_personas(run=live_model, count=6)
    first = rows()
    make_personas(run=live_model, count=6)
    assert rows() == first
    make_personas(run=live_model, count=4)
    assert rows() == first[:4]
    make_personas(run=live_model, count=6, seed=2)
    assert [row[1:5] for row in rows()] != [row[1:5] for row in first]


def test_their_winners_are_the_first_platforms_of_their_answers(live_model: ModelRun) -> None:
    make_personas(run=live_model, count=6)
    first = Counter(one.parts["platforms"][0]["platform"] for one in Persona.objects.all())
    assert personas.winners(count=6) == first
    ModelRun.objects.update(state="retired")
    with pytest.raises(NotReadyError):
        personas.winners(count=6)


def test_a_band_of_ages_is_not_one_age_and_no_age_stays_none(live_model: ModelRun) -> None:
    MovieLensUser.objects.update(age=1)
    make_personas(run=live_model, count=12)
    ages = set(Persona.objects.values_list("age", flat=True))
    assert len(ages) > 1
    assert ages <= {14, 15, 16, 17}
    MovieLensUser.objects.update(age=56)
    make_personas(run=live_model, count=12)
    ages = set(Persona.objects.values_list("age", flat=True))
    assert all(56 <= (age or 0) <= personas.OLDEST for age in ages)
    MovieLensUser.objects.update(age=None, gender="")
    make_personas(run=live_model, count=3)
    assert set(Persona.objects.values_list("gender", "age")) == {("", None)}


def test_a_set_replaces_that_of_the_same_run_only(live_model: ModelRun) -> None:
    other = bare_run(data_name="other")
    Persona.objects.create(run=other, number=1, parts={})
    make_personas(run=live_model, count=5)
    make_personas(run=live_model, count=3)
    assert Persona.objects.filter(run=live_model).count() == 3
    assert Persona.objects.filter(run=other).count() == 1


def test_a_failure_on_the_way_leaves_what_was_there(
    live_model: ModelRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_personas(run=live_model, count=3)
    before = rows()
    calls = 0

    def fails(answers: Answers) -> Recommendation:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise NotReadyError("The data are being replaced.")
        return recommend(answers)

    monkeypatch.setattr("recommend.services.personas.recommend", fails)
    with pytest.raises(NotReadyError):
        make_personas(run=live_model, count=5, seed=2)
    assert rows() == before


def test_a_failure_while_storing_leaves_what_was_there(
    live_model: ModelRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_personas(run=live_model, count=3)
    before = rows()

    def breaks(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr(Persona.objects, "bulk_create", breaks)
    with pytest.raises(RuntimeError):
        make_personas(run=live_model, count=5, seed=2)
    assert rows() == before


def changed_after_the_first(
    live_model: ModelRun, monkeypatch: pytest.MonkeyPatch, **values: Any
) -> None:
    """Somebody changes the run while its personas are being answered."""

    def changed(answers: Answers) -> Recommendation:
        found = recommend(answers)
        ModelRun.objects.filter(pk=live_model.pk).update(**values)
        return found

    monkeypatch.setattr("recommend.services.personas.recommend", changed)


def test_nothing_is_stored_if_the_weights_change_meanwhile(
    live_model: ModelRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed_after_the_first(live_model, monkeypatch, neighbour_weight=0.7)
    with pytest.raises(DataError, match="weights were changed"):
        make_personas(run=live_model, count=3)
    assert rows() == []


def test_nothing_is_stored_if_another_run_is_published_meanwhile(
    live_model: ModelRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed_after_the_first(live_model, monkeypatch, state="retired")
    with pytest.raises(DataError, match="another run was published"):
        make_personas(run=live_model, count=1)
    assert rows() == []


def test_only_the_live_run_answers_personas(live_model: ModelRun) -> None:
    with pytest.raises(DataError, match="is not live"):
        make_personas(run=bare_run(data_name="other"), count=1)


def test_the_command_makes_them_and_says_so_in_one_line(live_model: ModelRun) -> None:
    out, err = run("make_personas", "--count", 7, "--seed", 3)
    assert out.splitlines()[0] == "personas …"
    assert out.splitlines()[-1].startswith(
        f"7 personas of run {live_model.pk} for the previews in the admin ("
    )
    assert err == ""
    assert Persona.objects.count() == 7


def test_the_command_refuses_without_a_live_run_and_without_people(
    live_model: ModelRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    Rating.objects.observed().delete()
    assert "load_movielens" in refusal("make_personas", "--count", 2)
    ModelRun.objects.update(state="retired")
    assert "No model is live" in refusal("make_personas", "--count", 2)


@pytest.mark.parametrize("count", ["0", "5001", "many"])
def test_the_command_refuses_a_wrong_count(count: str) -> None:
    with pytest.raises(Exception, match="whole number from 1 to 5,000"):
        run("make_personas", "--count", count)


def test_the_task_does_the_same_and_a_worker_only_logs_what_it_can_not(
    live_model: ModelRun, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    assert task.delay(count=2).get() == 2
    assert Persona.objects.count() == 2
    ModelRun.objects.update(state="retired")
    with pytest.raises(DataError, match="no model run is live"):
        task.delay(count=2)
    settings.CELERY_TASK_ALWAYS_EAGER = False
    assert task(count=2) == 0
    assert "No personas were made: no model run is live" in caplog.text


def test_they_go_with_their_run_and_with_the_data_set(live_model: ModelRun) -> None:
    make_personas(run=live_model, count=2)
    load_movielens(source="sample", replace_results=True)
    assert (Persona.objects.count(), ModelRun.objects.count()) == (0, 0)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    run = bare_run()
    Persona.objects.create(run=run, number=1, parts={})
    run.delete()
    assert Persona.objects.count() == 0


def test_another_run_that_is_published_has_none_yet(live_model: ModelRun) -> None:
    make_personas(run=live_model, count=2)
    other = bare_run(data_name="other")
    rating = Rating.objects.filter(run=live_model).first()
    assert rating is not None
    Rating.objects.create(
        run=other, ml_user_id=rating.ml_user_id, movie_id=rating.movie_id, rating=4, rank=1
    )
    publish_run(run=other)
    assert set(Persona.objects.values_list("run", flat=True)) == {live_model.pk}
