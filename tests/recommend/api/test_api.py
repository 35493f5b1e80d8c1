"""The JSON API as another program uses it: shapes, limits, and clear refusals."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from common.models import SAMPLE
from movies.models import Movie, Product
from recommend.models import ModelRun
from recommend.results.whereabouts import whereabouts_of_ids
from recommend.services.data_sets import load_movielens
from survey.models import LARGEST_BUDGET, Respondent
from tests.worlds import film_ids

LIKED = film_ids("Action")[:5]
ANSWERS = {
    "gender": "female",
    "age": 31,
    "education": None,
    "income": None,
    "ott_frequency": None,
    "liked": LIKED,
    "subscribed": [],
    "monthly_budget": 15000,
    "strategy": "blend",
}


def post(client: Client, path: str, body: Any, headers: dict[str, str] | None = None) -> Any:
    return client.post(path, body, content_type="application/json", headers=headers)


def recommend(client: Client, **changes: Any) -> Any:
    return post(client, "/api/recommendations/", ANSWERS | changes)


def test_a_recommendation_has_the_documented_shape(live_model: ModelRun, client: Client) -> None:
    response = recommend(client)
    body = response.json()
    assert response.status_code == 200
    assert set(body) == {
        "sample", "attribution", "model_run", "twin", "movies", "platforms", "decision",
    }  # fmt: skip
    assert set(body["twin"]) == {
        "ml_user_id", "similarity", "method", "relaxation", "overlapped",
    }  # fmt: skip
    assert set(body["twin"]["overlapped"]) <= set(LIKED)
    assert len(body["movies"]) == 50
    for rank, movie in enumerate(body["movies"], start=1):
        assert {"movie_id", "title", "rank", "score", "predicted_rating"} <= set(movie)
        assert movie["rank"] == rank
        assert movie["rating_source"] in ("twin", "predicted", "average")
        assert all(isinstance(state, bool) for state in movie["platforms"].values())
        assert movie["movie_id"] not in LIKED
    scores = [row["score"] for row in body["platforms"]]
    assert body["platforms"][0]["platform"] == "netflix"
    assert scores[0] == max(scores[:2])
    for row in body["platforms"]:
        assert row["coverage_low"] <= row["coverage"] <= row["coverage_high"]
        assert row["score"] == pytest.approx(row["coverage"] * row["weight"])
    assert body["sample"] is False
    assert body["model_run"] == live_model.pk


def test_the_decision_says_what_to_pay_for(live_model: ModelRun, client: Client) -> None:
    Product.objects.filter(slug="tving_wavve_disney").update(monthly_price=None)
    decision = recommend(client, subscribed=["netflix", "tving"]).json()["decision"]
    assert decision["budget"] == 15000
    assert decision["monthly_price"] <= 15000
    steps = decision["ladder"]
    assert [step["monthly_price"] for step in steps] == sorted(
        {step["monthly_price"] for step in steps}
    )
    affordable = [step for step in steps if step["monthly_price"] <= 15000]
    assert affordable[-1]["products"] == decision["products"]
    assert affordable[-1]["coverage"] == decision["coverage"]
    assert decision["coverage_low"] <= decision["coverage"] <= decision["coverage_high"]
    assert decision["gap"] == pytest.approx(
        decision["coverage"] - decision["runner_up"]["coverage"]
    )
    assert 0 <= decision["flip_probability"] <= 1
    told = [row["product"] for row in (*decision["keep"], *decision["add"])]
    assert sorted(told) == sorted(decision["products"])
    assert decision["current"]["products"] == ["netflix_ad_standard"]
    assert decision["unheard_of"] == ["tving"]
    assert decision["without_price"] == ["tving_wavve_disney"]


def test_without_a_budget_the_decision_goes_up_to_the_knee(
    live_model: ModelRun, client: Client
) -> None:
    decision = recommend(client, monthly_budget=None).json()["decision"]
    (knee,) = (step for step in decision["ladder"] if step["is_knee"])
    assert decision["budget"] is None
    assert decision["products"] == knee["products"]


def test_without_money_or_prices_the_decision_buys_nothing(
    live_model: ModelRun, client: Client
) -> None:
    decision = recommend(client, monthly_budget=0).json()["decision"]
    assert (decision["products"], decision["monthly_price"]) == ([], 0)
    Product.objects.update(monthly_price=None)
    decision = recommend(client).json()["decision"]
    assert (decision["products"], decision["runner_up"]) == ([], None)
    assert len(decision["ladder"]) == 1


def test_a_stored_result_has_the_decision_of_the_direct_answer(
    live_model: ModelRun, client: Client
) -> None:
    user_id = post(client, "/api/surveys/", ANSWERS | {"consent": True}).json()["user_id"]
    path = f"/api/results/{user_id}/"
    decision = client.get(path).json()["decision"]
    direct = recommend(client).json()["decision"]
    assert decision["products"] == direct["products"]
    assert [step["products"] for step in decision["ladder"]] == [
        step["products"] for step in direct["ladder"]
    ]
    assert decision["coverage"] == pytest.approx(direct["coverage"], abs=0.001), "but for rounding"


def test_a_recommendation_stores_nothing_and_repeats_itself(
    live_model: ModelRun, client: Client
) -> None:
    first, second = recommend(client), recommend(client, liked=LIKED[::-1])
    assert first.json() == second.json()
    assert not Respondent.objects.exists()


def test_a_recommendation_takes_few_queries(live_model: ModelRun, client: Client) -> None:
    recommend(client)
    with CaptureQueriesContext(connection) as queries:
        recommend(client)
    assert len(queries) <= 16


def test_no_films_give_the_favourites(live_model: ModelRun, client: Client) -> None:
    body = post(client, "/api/recommendations/", {"liked": []}).json()
    assert body["twin"] is None
    assert len(body["movies"]) == 50


@pytest.mark.parametrize("strategy", ["blend", "taste", "twin"])
def test_every_strategy_answers(live_model: ModelRun, client: Client, strategy: str) -> None:
    assert len(recommend(client, strategy=strategy).json()["movies"]) == 50


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"age": -1}, "age"),
        ({"age": 13}, "age"),
        ({"age": 200}, "age"),
        ({"age": "abc"}, "age"),
        ({"age": True}, "age"),
        ({"age": [31]}, "age"),
        ({"age": 31.5}, "age"),
        ({"gender": "other"}, "gender"),
        ({"gender": 1}, "gender"),
        ({"education": "phd"}, "education"),
        ({"income": {}}, "income"),
        ({"ott_frequency": "x"}, "ott_frequency"),
        ({"liked": "260"}, "liked"),
        ({"liked": None}, "liked"),
        ({"liked": ["x"]}, "liked"),
        ({"liked": [0]}, "liked"),
        ({"liked": [2**40]}, "liked"),
        ({"liked": list(range(1, 1002))}, "liked"),
        ({"subscribed": ["nowhere"]}, "subscribed"),
        ({"subscribed": [None]}, "subscribed"),
        ({"subscribed": "netflix"}, "subscribed"),
        ({"monthly_budget": -1}, "monthly_budget"),
        ({"monthly_budget": LARGEST_BUDGET + 1}, "monthly_budget"),
        ({"monthly_budget": "many"}, "monthly_budget"),
        ({"strategy": "best"}, "strategy"),
    ],
)
def test_a_wrong_field_is_named(
    live_model: ModelRun, client: Client, changes: dict[str, Any], field: str
) -> None:
    response = recommend(client, **changes)
    assert response.status_code == 400
    assert list(response.json()["fields"]) == [field]


def test_an_unknown_movie_is_named(live_model: ModelRun, client: Client) -> None:
    response = recommend(client, liked=[1, 2, 77777])
    assert response.status_code == 400
    assert "77777" in response.json()["detail"]


@pytest.mark.parametrize("path", ["/api/recommendations/", "/api/surveys/"])
@pytest.mark.parametrize(
    "body", ['{"age": ', "[1, 2]", '"text"', "null", "\x00", '{"age": NaN}', "[" * 5000, "\xff"]
)
def test_a_body_that_is_no_json_object_is_refused(
    live_model: ModelRun, client: Client, path: str, body: str
) -> None:
    response = post(client, path, body.encode("latin-1"))
    assert response.status_code == 400
    assert response.json()


@pytest.mark.parametrize("path", ["/api/recommendations/", "/api/surveys/"])
def test_a_body_of_10_mb_is_refused(live_model: ModelRun, client: Client, path: str) -> None:
    body = json.dumps({"liked": LIKED, "padding": "x" * 10_000_000})
    response = post(client, path, body)
    assert response.status_code == 413
    assert "256 KiB" in response.json()["detail"]


def test_another_content_type_is_refused(live_model: ModelRun, client: Client) -> None:
    response = client.post("/api/recommendations/", {"age": 31})
    assert response.status_code == 415


def test_without_a_model_the_log_says_what_to_run(world: str, client: Client, caplog: Any) -> None:
    for path, body in (
        ("/api/recommendations/", ANSWERS),
        ("/api/surveys/", ANSWERS | {"consent": True}),
    ):
        caplog.clear()
        response = post(client, path, body)
        assert response.status_code == 503
        assert "train_model" not in response.json()["detail"]
        assert "train_model" in caplog.text


def test_a_survey_is_stored_read_and_deleted(live_model: ModelRun, client: Client) -> None:
    created = post(client, "/api/surveys/", ANSWERS | {"consent": True})
    assert created.status_code == 201
    user_id = created.json()["user_id"]
    assert created.json()["result_url"].endswith(f"/results/{user_id}/")
    path = f"/api/results/{user_id}/"
    result = client.get(path)
    direct = recommend(client).json()
    assert result.json()["movies"] == direct["movies"]
    assert result.json()["platforms"] == direct["platforms"]
    assert result.json()["twin"] == direct["twin"]
    assert result.json()["respondent"]["liked"] == LIKED
    assert result["Cache-Control"] == "no-store"
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404
    assert client.delete(path).status_code == 404
    assert not Respondent.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"consent": False}, "consent"),
        ({"consent": None}, "consent"),
        ({"liked": LIKED[:2]}, "liked"),
        ({"liked": [1, 1, 1]}, "liked"),
        ({"liked": []}, "liked"),
        ({"age": 13}, "age"),
    ],
)
def test_a_survey_without_consent_or_picks_is_not_stored(
    live_model: ModelRun, client: Client, changes: dict[str, Any], field: str
) -> None:
    response = post(client, "/api/surveys/", ANSWERS | {"consent": True} | changes)
    assert response.status_code == 400
    assert list(response.json()["fields"]) == [field]
    assert not Respondent.objects.exists()


def test_consent_is_never_assumed(live_model: ModelRun, client: Client) -> None:
    response = post(client, "/api/surveys/", ANSWERS)
    assert response.status_code == 400
    assert list(response.json()["fields"]) == ["consent"]


def test_an_unknown_result_is_not_found(db: None, client: Client) -> None:
    assert client.get(f"/api/results/{uuid4()}/").status_code == 404
    assert client.get("/api/results/not-a-uuid/").status_code == 404


def test_movies_are_found_in_both_languages_best_known_first(world: str, client: Client) -> None:
    english = client.get("/api/movies/", {"search": "drama FILM", "limit": 3}).json()["results"]
    korean = client.get("/api/movies/", {"search": "Drama 영화 41"}).json()["results"]
    assert len(english) == 3
    counts = [movie["rating_count"] for movie in english]
    assert counts == sorted(counts, reverse=True)
    assert [movie["movie_id"] for movie in korean] == [41]
    assert client.get("/api/movies/", {"search": "100%_"}).json()["results"] == []


@pytest.mark.parametrize(
    "query", [{"limit": 0}, {"limit": 101}, {"limit": "x"}, {"search": "a" * 101}, {"search": "\0"}]
)
def test_a_wrong_query_is_refused(world: str, client: Client, query: dict[str, Any]) -> None:
    assert client.get("/api/movies/", query).status_code == 400


def test_platforms_tell_how_much_is_known(world: str, client: Client) -> None:
    rows = {row["slug"]: row for row in client.get("/api/platforms/").json()["results"]}
    assert rows["netflix"]["films_known"] == 40
    assert rows["netflix"]["films_carried"] == 20
    assert rows["coupang_play"]["films_known"] == 0
    assert "youtube_premium" not in rows


def test_health_names_the_live_run_and_the_data_set(live_model: ModelRun, client: Client) -> None:
    body = client.get("/api/health/").json()
    assert body["database"] == "ok"
    assert body["model_run"] == live_model.pk
    assert body["data_set"] == "world"


def test_health_of_an_empty_installation(db: None, client: Client) -> None:
    body = client.get("/api/health/").json()
    assert (body["database"], body["model_run"], body["data_set"]) == ("ok", None, None)


def test_everything_says_that_it_is_the_sample_while_it_is(db: None, client: Client) -> None:
    load_movielens(source=SAMPLE)
    assert client.get("/api/health/").json()["sample"] is True
    assert client.get("/api/movies/").json()["sample"] is True
    assert client.get("/api/platforms/").json()["sample"] is True
    assert Movie.objects.count() >= 300


def test_the_schema_describes_every_path(db: None, client: Client) -> None:
    response = client.get("/api/schema/", headers={"accept": "application/vnd.oai.openapi+json"})
    paths = response.json()["paths"]
    assert set(paths) == {
        "/api/health/", "/api/ready/", "/api/movies/", "/api/platforms/", "/api/recommendations/",
        "/api/surveys/", "/api/results/{user_id}/", "/api/results/{user_id}/plan/", "/api/reports/",
        "/api/products/", "/api/attractions/", "/api/", "/api/shelves/", "/api/shelves/{name}/",
        "/api/ai/", "/api/members/", "/api/token/", "/api/token/refresh/", "/api/token/revoke/",
        "/api/me/", "/api/me/results/", "/api/movies/{movie_id}/", "/api/movies/{movie_id}/like/",
        "/api/movies/{movie_id}/seen/", "/api/movies/{movie_id}/not-interested/",
        "/api/movies/{movie_id}/view/", "/api/audience/services/", "/api/audience/targets/",
        "/api/audience/adverts/",
    }  # fmt: skip
    assert set(paths["/api/results/{user_id}/"]) == {"get", "patch", "delete"}


@pytest.mark.parametrize("path", ["/api/recommendations/", "/api/surveys/"])
def test_reading_what_can_only_be_posted_is_refused(db: None, client: Client, path: str) -> None:
    assert client.get(path).status_code == 405


def test_platforms_and_products_have_the_figure_that_people_read(
    live_model: ModelRun, client: Client
) -> None:
    body = recommend(client).json()
    whereabouts = whereabouts_of_ids(
        [film["movie_id"] for film in body["movies"]], timezone.localdate()
    )
    for row in body["platforms"]:
        films = whereabouts.on([row["platform"]])
        assert (row["surely"], row["probably"]) == (films.surely, films.probably)
    assert [row["platform"] for row in body["platforms"] if row["evidence"]] == [
        "netflix",
        "watcha",
    ]
    decision = body["decision"]
    films = whereabouts.on(decision["platforms"])
    assert (decision["surely"], decision["probably"]) == (films.surely, films.probably)
    assert decision["ladder"][0]["surely"] == 0
    assert decision["ladder"][-1]["surely"] + decision["ladder"][-1]["probably"] > 0
    assert decision["runner_up"].keys() >= {"surely", "probably"}
    assert decision["is_mostly_unknown"] is False
