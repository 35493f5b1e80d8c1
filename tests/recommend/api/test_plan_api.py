"""The plan as another program reads it: the same numbers as on the page, and clear refusals."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from recommend.results.stored import stored_result
from recommend.results.year_plan import Wish, month_later, plan_of
from recommend.rotation.plan import Goal
from recommend.services.submission import Survey, submit_survey
from survey.models import LARGEST_BUDGET, Respondent
from tests.recommend.pages.reading import whereabouts_for
from tests.worlds import film_ids


@pytest.fixture
def respondent(live_model: Any) -> Respondent:
    survey = Survey(
        liked=film_ids("Action")[:5], gender="female", age=37, monthly_budget=15000,
        ott_frequency="weekly",
    )  # fmt: skip
    return submit_survey(survey=survey, token="a-token-of-this-test")


def asked(client: Client, respondent: Respondent, **query: Any) -> Any:
    return client.get(f"/api/results/{respondent.pk}/plan/", query)


def figure(respondent: Respondent, platforms: set[str]) -> dict[str, int]:
    films = whereabouts_for(respondent).on(platforms)
    return {"surely": films.surely, "probably": films.probably}


def test_it_has_every_part_of_the_plan(client: Client, respondent: Respondent) -> None:
    response = asked(client, respondent, goal="more", hours=6, months=5, rent=9000, budget=14900)
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    body = response.json()
    stored = stored_result(respondent.pk)
    assert stored is not None
    wish = Wish(budget=14900, hours=6, months=5, goal=Goal.MORE, rental_price=9000)
    plan = plan_of(stored, wish, day=timezone.localdate())
    assert plan.rental is not None
    assert set(body) == {
        "sample", "attribution", "user_id", "budget", "hours", "hours_of_a_film", "films_a_month",
        "goal", "rental_price", "verdict", "ways", "months",
    }  # fmt: skip
    assert (body["budget"], body["hours"], body["films_a_month"]) == (14900, 6, 3)
    assert (body["goal"], body["rental_price"], body["hours_of_a_film"]) == ("more", 9000, 2)
    assert body["verdict"] == plan.verdict.value
    assert body["ways"] == {
        "always": {
            "products": ["netflix_ad_standard", "watcha_basic"],
            "monthly_price": 14900,
            "cost": 5 * 14900,
            "expected": pytest.approx(plan.always.expected),
            **figure(respondent, {"netflix", "watcha"}),
        },
        "rotate": {
            "cost": plan.rotated.cost,
            "expected": pytest.approx(plan.rotated.expected),
            **figure(respondent, plan.turns_give),
            "gap": plan.rotated.gap,
        },
        "rent": {
            "films": list(plan.rental.films),
            "cost": plan.rental.cost,
            "expected": pytest.approx(plan.rental.expected),
        },
    }
    for number, (row, month) in enumerate(zip(body["months"], plan.rotated.months, strict=True)):
        assert date.fromisoformat(row["starts_on"]) == month_later(timezone.localdate(), number)
        assert row["products"] == list(month.products)
        assert row["price"] == month.price
        assert [film["movie_id"] for film in row["films"]] == list(month.films)
        assert row["expected"] == pytest.approx(sum(film["liked"] for film in row["films"]))
        for film in row["films"]:
            assert set(film) == {"movie_id", "title", "title_ko", "liked"}


def test_without_parameters_it_goes_by_the_answers(client: Client, respondent: Respondent) -> None:
    body = asked(client, respondent).json()
    assert (body["budget"], body["hours"], len(body["months"])) == (15000, 8, 12)
    assert (body["goal"], body["rental_price"]) == ("cheaper", 2500)
    assert sum(month["price"] for month in body["months"]) == body["ways"]["rotate"]["cost"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("budget", -1), ("budget", LARGEST_BUDGET + 1), ("budget", "x"), ("hours", 1),
        ("hours", 301), ("months", 0), ("months", 13), ("goal", "best"), ("rent", -1),
        ("rent", 100_001), ("hours", "9" * 5000),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(
    client: Client, respondent: Respondent, name: str, value: Any
) -> None:
    response = asked(client, respondent, **{name: value})
    assert response.status_code == 400
    assert list(response.json()["fields"]) == [name]


def test_a_missing_result_has_no_plan(client: Client, respondent: Respondent) -> None:
    assert client.get(f"/api/results/{uuid4()}/plan/").status_code == 404


def test_the_schema_describes_it(client: Client, db: None) -> None:
    schema = client.get("/api/schema/", {"format": "json"}).json()
    operation = schema["paths"]["/api/results/{user_id}/plan/"]["get"]
    named = {parameter["name"] for parameter in operation["parameters"]}
    assert named == {"user_id", "budget", "hours", "months", "goal", "rent"}
    assert (
        "PlanOutput" in str(operation["responses"]["200"])
        or "Plan" in schema["components"]["schemas"]
    )
