"""A run that has learned from people at home: what is stored of them, served, and forgotten."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.utils import timezone

from recommend.lab.data.cases import Cases
from recommend.lab.recommenders.at_home import HomeLearning
from recommend.lab.recommenders.blend import Blend
from recommend.lab.recommenders.ease import ItemWeights
from recommend.lab.recommenders.encoder import SurveyEncoder
from recommend.lab.training.recipes import plan_of
from recommend.lab.training.train import TrainingPlan, train_model
from recommend.models import HomeMember, HomePerson, HomeRating, HomeTaste, ModelRun, MovieFactors
from recommend.ranking.answers import Answers
from recommend.ranking.films import rank
from recommend.scoring.weights import Weights
from survey.models import RETENTION, Respondent
from tests.operators import run
from tests.recommend.ranking.stored import served_to, stored_blend
from tests.worlds import film_ids

PLAN = TrainingPlan(
    rating_algorithm="BaselineOnly",
    blend=Blend(encoder=SurveyEncoder(passes=1, fewest_steps=60)),
    home=HomeLearning(passes=60),
)
FILMS = [*film_ids("Comedy")[:6], *film_ids("Horror")[:6]]


def stored_ratings(count: int, *, prefix: str = "person") -> None:
    """So many people, each of whom gives five of twelve films five stars."""
    rng = np.random.default_rng(len(prefix))
    for number in range(count):
        person = HomePerson.objects.create(name=f"{prefix} {number}")
        HomeRating.objects.bulk_create(
            HomeRating(person=person, movie_id=film, rating=5.0)
            for film in rng.choice(FILMS, 5, replace=False).tolist()
        )


def respondent(*, agreed: bool) -> Respondent:
    now = timezone.now()
    found = Respondent.objects.create(
        submission=f"{agreed}", learning_consent=agreed, retain_until=now + RETENTION
    )
    found.preferred_movies.set(FILMS[:4])
    return found


@pytest.fixture
def learned(world: str) -> ModelRun:
    stored_ratings(40)
    respondent(agreed=True)
    return train_model(plan=PLAN)


def vectors(of: ModelRun) -> list[tuple[Any, ...]]:
    rows = MovieFactors.objects.filter(run=of).order_by("movie")
    columns = ("movie", "bias", "log_ratings", "from_content")
    return [
        (*row[:4], *map(str, row[4:]))
        for row in rows.values_list(*columns, "factors", "encoder", "decoder")
    ]


def test_people_at_home_become_neighbours_without_a_name(learned: ModelRun) -> None:
    tastes = HomeTaste.objects.filter(run=learned).order_by("row")
    assert [taste.row for taste in tastes] == list(range(41))
    assert all(len(taste.liked) >= 4 for taste in tastes)
    assert not {field.name for field in HomeTaste._meta.get_fields()} & {"person", "respondent"}
    members = HomeMember.objects.filter(run=learned)
    assert members.filter(person__isnull=False).count() == 40
    assert members.get(respondent__isnull=False).row == 40
    assert (learned.metrics["home_people"], learned.metrics["home_films"]) == (41, 12)


def test_what_is_served_is_what_the_lab_computes(learned: ModelRun) -> None:
    """21 neighbours: those who like comedies, one of them at home; the next one is far away."""
    blend = stored_blend(learned, Weights(0.1, 3.0, 21, answers=1.0, novelty=0.3))
    movie_ids = blend.train.movie_ids
    liked = FILMS[:3]
    cases = Cases(np.array(["female"]), np.array([25]), [np.searchsorted(movie_ids, liked)])
    scores = blend.of_cases(cases)[0]

    without = replace(blend, links=ItemWeights.none(len(movie_ids))).of_cases(cases)[0]
    assert np.abs(scores - without)[np.searchsorted(movie_ids, FILMS[3:6])].min() > 1e-3

    (catalogue,) = served_to(learned, blend, cases, [liked])

    by_id = dict(zip(movie_ids.tolist(), scores.tolist(), strict=True))
    assert catalogue.scores == pytest.approx([by_id[one] for one in catalogue.movie_ids], abs=1e-4)
    shares = blend.people.likes[-41:].sum()
    assert shares == sum(len(taste.liked) for taste in HomeTaste.objects.filter(run=learned))
    for setting, value in blend.weights.stored().items():
        setattr(learned, setting, value)
    ranked = rank(learned, Answers(gender="female", age=25, liked=liked)).catalogue
    assert ranked.scores == pytest.approx(catalogue.scores, abs=1e-4)


def test_films_that_home_likes_stand_higher_than_without_home(world: str) -> None:
    before = train_model(plan=PLAN)
    stored_ratings(60)
    after = train_model(plan=PLAN)
    answers = Answers(liked=[film_ids("Drama")[0], film_ids("Action")[0], FILMS[0]])

    def places(of: ModelRun) -> float:
        ids = rank(of, answers).catalogue.movie_ids.tolist()
        return float(np.mean([ids.index(film) for film in FILMS[1:]]))

    assert places(after) < places(before) - 5
    rows = {film.movie_id: film for film in MovieFactors.objects.filter(run=after)}
    former = {film.movie_id: film for film in MovieFactors.objects.filter(run=before)}
    unknown = film_ids("Drama")[3]
    assert rows[unknown].log_ratings == former[unknown].log_ratings


def test_without_consent_nobody_leaves_a_trace(world: str) -> None:
    before = train_model(plan=PLAN)
    respondent(agreed=False)
    expired = respondent(agreed=True)
    Respondent.objects.filter(pk=expired.pk).update(
        consented_at=timezone.now() - 2 * RETENTION, retain_until=timezone.now() - RETENTION
    )
    after = train_model(plan=PLAN)
    assert vectors(after) == vectors(before)
    assert bytes(after.answer_groups) == bytes(before.answer_groups)
    assert (after.calibration, after.weights) == (before.calibration, before.weights)
    assert "home" not in after.parameters
    assert not HomeTaste.objects.exists()


def test_who_is_deleted_stops_being_a_neighbour_at_once(learned: ModelRun) -> None:
    HomePerson.objects.get(name="person 3").delete()
    Respondent.objects.get().delete()
    rows = HomeTaste.objects.filter(run=learned).values_list("row", flat=True)
    assert len(rows) == 39
    assert 40 not in rows
    assert set(rows) == set(HomeMember.objects.filter(run=learned).values_list("row", flat=True))


def test_who_left_during_the_training_is_not_stored(
    world: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored_ratings(10)
    leaving = respondent(agreed=True)

    def store(*args: Any) -> None:
        Respondent.objects.filter(pk=leaving.pk).update(learning_consent=False)
        HomePerson.objects.get(name="person 0").delete()
        original(*args)

    from recommend.lab.training import train

    original = train.store_people
    monkeypatch.setattr(train, "store_people", store)
    trained = train_model(plan=PLAN)
    assert HomeMember.objects.filter(run=trained, person__isnull=False).count() == 9
    assert not HomeMember.objects.filter(run=trained, respondent__isnull=False).exists()
    assert HomeTaste.objects.filter(run=trained).count() == 9


def test_the_next_training_starts_from_the_weights_of_movielens(learned: ModelRun) -> None:
    assert learned.weights != PLAN.blend.weights
    assert plan_of(learned).blend.weights == PLAN.blend.weights
    assert plan_of(learned).home == PLAN.home
    learned.novelty_weight = 0.9  # as staff wish
    assert plan_of(learned).blend.weights.novelty == 0.9


class TestEvaluation:
    def test_a_file_of_new_people_is_judged(self, learned: ModelRun, tmp_path: Path) -> None:
        rows = ["person,movie_id,rating"]
        for person in range(12):
            rows += [f"new {person},{film},{5 if film != 999 else 1}" for film in FILMS[:8]]
        rows += [
            f"person 1,{rating.movie_id},{rating.rating}"
            for rating in HomeRating.objects.filter(person__name="person 1")
        ]
        file, output = tmp_path / "new.csv", tmp_path / "out.json"
        file.write_text("\n".join(rows) + "\n", encoding="utf-8")

        out, _ = run("evaluate", "--home", file, "--run", learned.pk, "--json", output)

        found = json.loads(output.read_text(encoding="utf-8"))
        assert found["run"] == learned.pk
        assert found["people"].startswith("12 people")  # person 1 was learned from
        by_name = {(row["recommender"], row["picks"], row["metric"]): row for row in found["rows"]}
        names = {name for name, _picks, _metric in by_name}
        assert names == {"served", "home_popularity", "home_ease", "movielens", "movielens_prior"}
        served = by_name["served", 5, "ndcg@10"]
        assert 0 < served["low"] <= served["value"] <= served["high"] <= 1
        assert served["cases"] == 12
        assert ("served", 10, "ndcg@10") not in by_name  # nobody likes eleven films
        assert {row["home_people"] for row in found["curve"]} == {0}
        assert "served, 5 picks, NDCG@10: " in out

    def test_without_new_people_its_recipe_is_judged_in_folds(
        self, learned: ModelRun, tmp_path: Path
    ) -> None:
        output = tmp_path / "out.json"
        run("evaluate", "--home", "--run", learned.pk, "--folds", 2, "--json", output)
        found = json.loads(output.read_text(encoding="utf-8"))
        assert found["people"] == "its recipe in 2 folds over 41 people at home"
        cases = {row["cases"] for row in found["rows"] if row["picks"] == 3}
        assert cases == {41}

    def test_who_was_learned_from_is_not_judged(self, learned: ModelRun, tmp_path: Path) -> None:
        file = tmp_path / "old.csv"
        rows = HomeRating.objects.values_list("person__name", "movie", "rating")
        lines = ["person,movie_id,rating", *(",".join(map(str, row)) for row in rows)]
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        with pytest.raises(Exception, match=r"old.csv: nobody in it is new to the run"):
            run("evaluate", "--home", file, "--run", learned.pk)
