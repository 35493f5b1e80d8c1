"""What a plan goes by: the answers of the survey, the wishes of the person, films and prices."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from movies.models import Movie, Platform, Product
from movies.services.availability import correct_availability
from recommend.results.year_plan import (
    RENTAL_PRICE,
    Verdict,
    month_later,
    paid_spans,
    usual_hours,
)
from recommend.rotation.plan import MOST_PLATFORMS, Goal, Month, RotationPlan, rotate
from recommend.services.submission import Survey, submit_survey
from survey.models import Respondent
from tests.recommend.pages.plan.planning import planned, shown
from tests.recommend.pages.reading import PICKS, field, said


@pytest.mark.parametrize(
    ("answer", "hours"),
    [
        ("daily", 30),
        ("several_a_week", 15),
        ("weekly", 8),
        ("monthly", 4),
        ("rarely", 2),
        ("", 8),
        ("an answer of before", 8),
    ],
)
def test_hours_are_assumed_from_how_often_a_person_watches(answer: str, hours: int) -> None:
    assert usual_hours(answer) == hours


def test_the_form_begins_with_what_was_answered(english: Client, respondent: Respondent) -> None:
    html = shown(english, respondent)
    values = {name: field(html, name) for name in ("budget", "hours", "months", "rent")}
    assert values == {"budget": "15000", "hours": "8", "months": "12", "rent": str(RENTAL_PRICE)}
    assert said(html, "budget") == "The budget that you gave in the survey."
    assert said(html, "hours") == (
        "4 films of 2 hours each a month. We assume this, as you answered: About once a week."
    )
    assert 'value="cheaper" checked' in html


def test_without_answers_it_says_what_is_assumed(english: Client, live_model: Any) -> None:
    person = submit_survey(survey=Survey(liked=PICKS), token="another-token-of-this-test")
    html = shown(english, person)
    assert field(html, "budget") == "7000"
    assert "the step beyond which more money adds much less" in said(html, "budget")
    assert said(html, "hours") == (
        "4 films of 2 hours each a month. You did not say how often you watch, so we assume this."
    )


def test_what_is_asked_for_is_what_is_planned(english: Client, respondent: Respondent) -> None:
    html = shown(
        english, respondent, "?budget=7,000원&hours=2시간&months=3개월&goal=more&rent=4000"
    )
    assert [field(html, name) for name in ("budget", "hours", "months", "rent")] == [
        "7000", "2", "3", "4000",
    ]  # fmt: skip
    assert html.count('<li class="month') == 3
    assert said(html, "hours") == "1 film of 2 hours a month."
    assert said(html, "budget") == ""
    assert 'value="more" checked' in html
    plan = planned(respondent, budget=7000, hours=2, months=3, goal=Goal.MORE, rental_price=4000)
    assert plan.rental is not None
    assert f"{plan.rental.cost:,} won" in html
    assert all(month.price <= 7000 for month in plan.rotated.months)
    assert all(len(month.films) <= 1 for month in plan.rotated.months)


NONSENSE = ["-5", "x", "1e9", "9" * 5000, "1.5", "\x00", "<b>", "999999999999"]


@pytest.mark.parametrize("name", ["budget", "hours", "months", "rent", "goal"])
def test_what_makes_no_sense_is_said_at_its_field(
    english: Client, respondent: Respondent, name: str
) -> None:
    usual = shown(english, respondent)
    for text in NONSENSE:
        response = english.get(f"/results/{respondent.pk}/plan/", {name: text})
        html = response.content.decode()
        assert response.status_code == 200, text
        assert 'class="errorlist"' in html, text
        if name == "goal":
            assert said(html, name) == "Please choose one of the two."
            continue
        assert field(html, name) == field(usual, name)
        assert f"We continue with {int(field(usual, name)):,}" in said(html, name)
        assert f'id="wish-{name}"' in html
        assert 'aria-invalid="true"' in html
    response = english.get(f"/results/{respondent.pk}/plan/", {name: ""})
    assert 'class="errorlist"' not in response.content.decode()


def test_limits_are_named(english: Client, respondent: Respondent) -> None:
    html = shown(english, respondent, "?budget=10000001&hours=1&months=13&rent=100001")
    assert said(html, "budget").startswith("The budget can be at most 10,000,000 won.")
    assert said(html, "hours").startswith("A film takes 2 hours, so please write at least 2.")
    assert said(html, "months").startswith("Please write a number of months from 1 to 12.")
    assert said(html, "rent").startswith("The price can be at most 100,000 won.")
    html = shown(english, respondent, "?hours=301")
    assert said(html, "hours").startswith("Please write at most 300 hours a month.")


@pytest.mark.parametrize("query", ["?hours=300", "?budget=10000000&goal=more", "?budget=0&rent=0"])
def test_the_largest_and_smallest_wishes_are_planned(
    english: Client, respondent: Respondent, query: str
) -> None:
    assert 'class="errorlist"' not in shown(english, respondent, query)


@pytest.mark.parametrize("goal", list(Goal))
def test_no_month_costs_more_than_the_budget(
    respondent: Respondent, goal: Goal, monkeypatch: pytest.MonkeyPatch
) -> None:
    caps = []

    def watched(*args: Any, monthly_cap: int | None, **kwargs: Any) -> RotationPlan:
        caps.append(monthly_cap)
        return rotate(*args, monthly_cap=monthly_cap, **kwargs)

    monkeypatch.setattr("recommend.rotation.plan.rotate", watched)
    plan = planned(respondent, budget=7900, hours=60, goal=goal)
    assert caps == [7900]
    assert max(month.price for month in plan.rotated.months) <= 7900
    assert plan.rotated.cost <= plan.always.cost


def test_only_films_count_that_are_known_to_be_there_today(respondent: Respondent) -> None:
    before = planned(respondent)
    film = before.rotated.months[0].films[0]
    correct_availability(
        movie=Movie.objects.get(pk=film), states=dict.fromkeys(("netflix", "watcha"), False)
    )
    after = planned(respondent)
    assert film not in {number for month in after.rotated.months for number in month.films}
    assert after.carried == before.carried - 1


def test_prices_are_those_of_the_day(respondent: Respondent) -> None:
    before = planned(respondent)
    Product.objects.filter(slug="netflix_ad_standard").update(monthly_price=1000)
    assert planned(respondent).rotated.cost < before.rotated.cost
    Product.objects.all().update(
        valid_to=timezone.localdate() - timedelta(days=1), valid_from=date(2020, 1, 1)
    )
    assert planned(respondent, day=timezone.localdate()).verdict is Verdict.NOTHING


def test_a_promotion_that_ends_within_the_plan_does_not_count(respondent: Respondent) -> None:
    before = planned(respondent)
    day = timezone.localdate()
    netflix = Product.objects.filter(slug="netflix_ad_standard")
    netflix.update(promotion_price=1000, promotion_until=day + timedelta(days=100))
    assert planned(respondent).rotated.cost == before.rotated.cost
    netflix.update(promotion_until=day + timedelta(days=400))
    assert planned(respondent).rotated.cost < before.rotated.cost


def test_more_platforms_than_a_plan_can_have_are_no_fault(
    english: Client, respondent: Respondent
) -> None:
    product = Product.objects.get(slug="watcha_basic")
    films = list(planned(respondent).liked)[:14]
    for number, film in enumerate(films):
        platform = Platform.objects.create(slug=f"small{number}", name=f"Small {number}")
        sold = Product.objects.create(
            slug=f"small{number}",
            name=f"Small {number}",
            monthly_price=1000 + number,
            valid_from=product.valid_from,
            checked_on=product.checked_on,
            source="test",
        )
        sold.platforms.add(platform)
        correct_availability(movie=Movie.objects.get(pk=film), states={platform.slug: True})
    plan = planned(respondent)
    given = {platform for offer in plan.offers for platform in offer.platforms}
    assert len(given) == MOST_PLATFORMS
    assert {"netflix", "watcha", "small0"} <= given
    assert shown(english, respondent)


def test_a_month_later_is_the_same_day_or_the_last_one() -> None:
    assert month_later(date(2026, 11, 22), 0) == date(2026, 11, 22)
    assert month_later(date(2026, 11, 22), 2) == date(2027, 1, 22)
    assert month_later(date(2027, 1, 31), 1) == date(2027, 2, 28)
    assert month_later(date(2027, 1, 31), 13) == date(2028, 2, 29)
    assert month_later(date(2026, 12, 31), 12) == date(2027, 12, 31)


def test_a_run_is_months_in_a_row_with_the_same_product() -> None:
    def month(*products: str) -> Month:
        return Month(products, 0, (), 0.0)

    plan = RotationPlan((month("a", "b"), month("b"), month(), month("b", "a")), 0.0)
    assert [(run.product, run.first, run.last) for run in paid_spans(plan)] == [
        ("a", 0, 0), ("b", 0, 1), ("b", 3, 3), ("a", 3, 3),
    ]  # fmt: skip


def test_the_page_asks_the_database_no_more_for_more_films(
    english: Client, respondent: Respondent
) -> None:
    shown(english, respondent)
    counts = []
    for query in ("?hours=2", "?hours=60"):
        with CaptureQueriesContext(connection) as asked:
            shown(english, respondent, query)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 14
