"""Why a film is recommended: the picks that led to it, by the fold-in, and who says so where."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from movies.models import Movie
from recommend.models import ModelRun, MovieFactors, RecommendedMovie
from recommend.ranking.answers import Answers
from recommend.results.recommendation import recommend
from recommend.scoring.fold_in import RELEVANT, FoldIn, reasons
from recommend.services.submission import Survey, submit_survey
from survey.models import Respondent
from tests.recommend.pages.reading import cards, shown, words
from tests.worlds import film_ids

PICKS = [*film_ids("Action")[:3], *film_ids("Horror")[:2]]


@pytest.fixture
def respondent(live_model: ModelRun) -> Respondent:
    survey = Survey(liked=PICKS, gender="female", age=27)
    return submit_survey(survey=survey, token="a-token-of-this-test")


# --- by hand -------------------------------------------------------------------------------------


def test_parts_of_orthogonal_picks_are_worked_out_by_hand() -> None:
    """Y'Y = I, r = 1, c = 3: A has 1 + 1 + 2 = 4 on the axes of the picks and 2 elsewhere."""
    liked = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    parts = FoldIn.of(np.eye(3), liked, confidence=3.0, regularization=1.0).parts
    assert parts == pytest.approx(np.array([[0.75, 0.0, 0.0], [0.0, 0.75, 0.0]]))
    own = FoldIn.of(np.eye(3), liked, confidence=3.0, regularization=1.0).taste
    assert own == pytest.approx([0.75, 0.75, 0.0])


def test_a_film_that_does_not_interest_joins_the_system_and_not_the_right_hand_side() -> None:
    """One pick y = (1, 0), one film n = (1, 0) of no interest: A = 1 + 1 + 2 + 2 = 6 there."""
    liked, other = np.array([[1.0, 0.0]]), np.array([[1.0, 0.0]])
    parts = FoldIn.of(
        np.eye(2), liked, not_interested=other, confidence=3.0, regularization=1.0
    ).parts
    assert parts == pytest.approx(np.array([[0.5, 0.0]]))


def test_a_film_of_no_interest_is_predicted_lower() -> None:
    rng = np.random.default_rng(5)
    films = rng.normal(size=(40, 6))
    gram, liked = films.T @ films, films[:4]
    given = {"confidence": 20.0, "regularization": 10.0}
    before = FoldIn.of(gram, liked, **given).taste
    place = int(np.argmax(films[4:] @ before)) + 4
    after = FoldIn.of(gram, liked, not_interested=films[[place]], **given).taste
    assert films[place] @ after < films[place] @ before


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), picks=st.integers(1, 12))
def test_the_contributions_add_up_to_the_predicted_preference(seed: int, picks: int) -> None:
    rng = np.random.default_rng(seed)
    films = rng.normal(size=(30, 8))
    gram, liked = films.T @ films, films[:picks]
    parts = FoldIn.of(gram, liked, confidence=20.0, regularization=10.0).parts
    own = FoldIn.of(gram, liked, confidence=20.0, regularization=10.0).taste
    assert films @ parts.T @ np.ones(picks) == pytest.approx(films @ own)


@pytest.mark.parametrize(
    ("contributions", "expected"),
    [
        ([0.3, 0.2, 0.1], [0, 1]),
        ([0.1, 0.2, 0.3], [2, 1]),
        ([0.2, 0.2, 0.2], [0, 1]),  # ties: the earlier pick
        ([0.5, 0.2, 0.1], [0]),  # the second is less than half as strong
        ([0.15, 0.09, 0.0], [0]),  # the second is not relevant
        ([0.09, 0.09, 0.09], []),  # none is relevant
        ([0.5, -0.45, 0.0], []),  # together they say little
        ([-0.2, -0.3, -0.1], []),
        ([RELEVANT, 0.0, 0.0], [0]),
    ],
)
def test_at_most_two_relevant_picks_are_named_the_strongest_first(
    contributions: list[float], expected: list[int]
) -> None:
    parts = np.array([[value] for value in contributions])
    assert reasons(parts, np.array([[1.0]])) == [expected]


def test_no_pick_or_no_film_gives_no_reason() -> None:
    assert reasons(np.zeros((0, 3)), np.ones((2, 3))) == [[], []]
    assert reasons(np.ones((2, 3)), np.zeros((0, 3))) == []


# --- stored and shown ----------------------------------------------------------------------------


def test_reasons_are_stored_with_the_films_and_are_picks_of_their_kind(
    respondent: Respondent,
) -> None:
    films = list(RecommendedMovie.objects.filter(user=respondent).select_related("movie"))
    explained = [film for film in films if film.because]
    assert explained
    assert all(len(film.because) <= 2 and set(film.because) <= set(PICKS) for film in films)
    genre = dict(Movie.objects.values_list("pk", "genres"))
    alike = [genre[film.because[0]] == film.movie.genres for film in explained[:10]]
    assert sum(alike) >= 8


def test_reasons_equal_the_formula_over_the_stored_vectors(
    live_model: ModelRun, respondent: Respondent
) -> None:
    factors = {
        row.movie_id: np.asarray(row.factors, np.float64)
        for row in MovieFactors.objects.filter(run=live_model)
    }
    gram = np.frombuffer(bytes(live_model.gram)).reshape(64, 64)
    liked = np.array([factors[pick] for pick in sorted(PICKS)])
    system = gram + live_model.regularization * np.eye(64)
    system += (live_model.confidence - 1) * liked.T @ liked
    for film in respondent.recommended_movies.all():
        weights = live_model.confidence * liked @ np.linalg.inv(system) @ factors[film.movie_id]
        if film.because:
            assert sorted(PICKS)[int(np.argmax(weights))] == film.because[0]
            assert weights.max() >= RELEVANT - 1e-9
        else:
            assert weights.max() < RELEVANT + 1e-9 or weights.sum() < RELEVANT + 1e-9


def test_the_page_names_the_picks_or_people_alike(client: Client, respondent: Respondent) -> None:
    films = list(respondent.recommended_movies.order_by("rank"))
    RecommendedMovie.objects.filter(pk=films[0].pk).update(because=[PICKS[3], PICKS[0]])
    RecommendedMovie.objects.filter(pk=films[1].pk).update(because=[])
    client.cookies["django_language"] = "en"
    items = cards(shown(client, respondent))
    titles = [Movie.objects.get(pk=PICKS[place]).title for place in (3, 0)]
    assert f"You like “{titles[0]}”, “{titles[1]}”" in words(items[0])
    assert "People with a taste like yours loved it" in words(items[1])


def test_the_literal_strategy_does_not_go_by_picks_and_names_none(live_model: ModelRun) -> None:
    found = recommend(Answers(gender="female", age=27, liked=PICKS, strategy="twin"))
    assert all(not film.because for film in found.films)


def test_without_picks_there_is_nothing_to_name(live_model: ModelRun) -> None:
    assert all(
        not film.because for film in recommend(Answers(gender="female", age=27, liked=[])).films
    )


# --- the API -------------------------------------------------------------------------------------


def test_the_api_gives_the_same_reasons_stored_or_not(client: Client, live_model: ModelRun) -> None:
    body = {"gender": "female", "age": 27, "liked": PICKS}
    direct = client.post("/api/recommendations/", body, content_type="application/json").json()
    created = client.post(
        "/api/surveys/", body | {"consent": True}, content_type="application/json"
    ).json()
    stored = client.get(f"/api/results/{created['user_id']}/").json()
    reasons_given = [movie["because"] for movie in direct["movies"]]
    assert [movie["because"] for movie in stored["movies"]] == reasons_given
    assert any(reasons_given)
    assert {pick for because in reasons_given for pick in because} <= set(PICKS)


def test_the_schema_describes_because(client: Client, db: Any) -> None:
    schema = client.get(
        "/api/schema/", headers={"accept": "application/vnd.oai.openapi+json"}
    ).json()
    film = schema["components"]["schemas"]["FilmOutput"]
    assert film["properties"]["because"]["items"] == {"type": "integer"}
    assert "because" in film["required"]
