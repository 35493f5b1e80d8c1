"""The plan of the next months: what it says, what it goes by, and the file for a calendar."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from icalendar import Calendar

from movies.models import Movie, Platform, Product
from movies.services.availability import correct_availability
from recommend.pages.plan.calendar import plan_entries
from recommend.pages.plan.page import PlanPage, gap_text, plan_page
from recommend.results.stored import stored_result
from recommend.results.year_plan import (
    RENTAL_PRICE,
    Planned,
    Verdict,
    Wish,
    month_later,
    plan_of,
    runs,
    usual_hours,
)
from recommend.rotation.plan import MOST_PLATFORMS, Goal, Month, Rental, RotationPlan, rotate
from recommend.services.submission import Survey, submit_survey
from survey.models import Respondent
from tests.recommend.pages.test_result_page import forget_all_availability, words
from tests.worlds import film_ids

PICKS = film_ids("Action")[:5]
DAY = date(2026, 11, 22)


@pytest.fixture
def respondent(live_model: Any) -> Respondent:
    survey = Survey(
        liked=PICKS, gender="female", age=37, monthly_budget=15000, ott_frequency="weekly"
    )
    return submit_survey(survey=survey, token="a-token-of-this-test")


@pytest.fixture
def english(client: Client) -> Client:
    client.cookies["django_language"] = "en"
    return client


def planned(respondent: Respondent, day: date = DAY, **wish: Any) -> Planned:
    stored = stored_result(respondent.pk)
    assert stored is not None
    found = plan_of(stored, Wish(**wish), day=day)
    assert found is not None
    return found


def page_of(respondent: Respondent, plan: Planned) -> PlanPage:
    stored = stored_result(respondent.pk)
    assert stored is not None
    with translation.override("en"):
        return plan_page(stored, plan, {}, DAY)


def shown(client: Client, respondent: Respondent, query: str = "") -> str:
    response = client.get(f"/results/{respondent.pk}/plan/{query}")
    assert response.status_code == 200
    return str(response.content.decode())


def told(client: Client, respondent: Respondent, query: str = "") -> str:
    return words(shown(client, respondent, query))


def field(html: str, name: str) -> str:
    """The value of a field of the form."""
    tag = re.search(rf'<input[^>]* name="{name}"[^>]*>', html)
    assert tag
    value = re.search(r'value="([^"]*)"', tag[0])
    assert value
    return unescape(value[1])


def said(html: str, name: str) -> str:
    """What stands below a field."""
    return words(html.partition(f'id="said-{name}">')[2].partition("</div>")[0])


# --- who sees it ---------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["plan/", "plan.ics", "household/"])
def test_only_who_knows_the_link_sees_it_and_nothing_keeps_it(
    client: Client, respondent: Respondent, path: str
) -> None:
    response = client.get(f"/results/{respondent.pk}/{path}")
    assert response.status_code == 200
    assert response["X-Robots-Tag"] == "noindex"
    assert "no-store" in response["Cache-Control"]
    assert "private" in response["Cache-Control"]
    missing = client.get(f"/results/{uuid4()}/{path}")
    assert missing.status_code == 404
    assert 'content="noindex"' in missing.content.decode()
    Respondent.objects.update(
        consented_at=timezone.now() - timedelta(days=2),
        retain_until=timezone.now() - timedelta(days=1),
    )
    assert client.get(f"/results/{respondent.pk}/{path}").status_code == 404
    assert client.post(f"/results/{respondent.pk}/{path}").status_code == 405


# --- what it says --------------------------------------------------------------------------------


def test_three_ways_stand_beside_each_other_with_their_parts(
    english: Client, respondent: Respondent
) -> None:
    text, plan = told(english, respondent), planned(respondent)
    assert plan.rental is not None
    for piece in (
        f"Always the same {plan.always.cost:,} won",
        f"about {plan.always.expected:.1f} films that you like",
        f"{plan.rotated.cost:,} won",
        f"Rent instead best for you {plan.rental.cost:,} won",
        f"{len(plan.rental.films)} films at 2,500 won each",
        "Netflix Standard with ads + Watcha Basic in every month",
        "For 4 films a month in 12 months, of those known to be there today. Series are not",
    ):
        assert piece in text
    assert plan.always.cost == 12 * plan.bundle.monthly_price == 12 * 14_900


def test_renting_is_advised_where_it_is_cheaper(english: Client, respondent: Respondent) -> None:
    plan = planned(respondent)
    assert plan.verdict is Verdict.RENT
    assert plan.rental is not None
    html = shown(english, respondent)
    less = plan.rotated.cost - plan.rental.cost
    assert f"Do not subscribe. To rent the films is {less:,} won cheaper" in words(html)
    assert "If you subscribe after all, this is the best order" in html
    rented = html.partition("Films to rent")[2].partition("If you subscribe")[0]
    assert rented.count('class="film-title"') == len(plan.rental.films)


def test_taking_turns_is_advised_where_that_is_cheaper(
    english: Client, respondent: Respondent
) -> None:
    plan = planned(respondent, rental_price=90_000)
    assert plan.verdict is Verdict.ROTATE
    assert plan.rotated.cost < plan.always.cost
    assert plan.rotated.expected >= plan.always.expected - 1e-9
    text = told(english, respondent, "?rent=90000")
    assert f"you pay {plan.rotated.cost:,} won instead of {plan.always.cost:,} won" in text
    assert "In turns best for you" in text
    assert "Films to rent" not in text


def test_every_verdict_has_its_sentence(respondent: Respondent) -> None:
    plan = planned(respondent, rental_price=90_000)

    def verdict(cost: int, expected: float, rented: int = 10**6) -> str:
        month = Month(plan.bundle.products, cost, (), expected)
        always = Month(plan.bundle.products, 1000, (), 5.0)
        changed = replace(
            plan,
            starts=plan.starts[:1],
            always=RotationPlan((always,), 0.0),
            rotated=RotationPlan((month,), 0.0),
            rental=Rental((), rented, 5.0),
        )
        return page_of(respondent, changed).verdict

    assert verdict(600, 5.0) == (
        "Taking turns, you pay 600 won instead of 1,000 won in 1 month, for as many films that "
        "you like"
    )
    assert verdict(600, 6.0) == (
        "Taking turns, you pay 600 won instead of 1,000 won in 1 month, with 6.0 films that you "
        "like instead of 5.0"
    )
    assert verdict(1000, 6.0) == (
        "Taking turns, you have 6.0 films that you like instead of 5.0 in 1 month, for the same "
        "money"
    )
    assert verdict(1000, 5.01) == "To change subscriptions saves nothing"
    assert verdict(600, 5.0, 800).startswith("Taking turns, you pay 600 won")
    assert verdict(1000, 5.0, 400) == "Do not subscribe. To rent the films is 600 won cheaper"


def test_where_nothing_is_known_nothing_is_worth_paying_for(
    english: Client, respondent: Respondent
) -> None:
    forget_all_availability()
    plan = planned(respondent)
    assert plan.verdict is Verdict.NOTHING
    html = shown(english, respondent)
    assert "Nothing is worth paying for" in html
    assert "Month by month" not in html
    assert "plan.ics" not in html
    assert english.get(f"/results/{respondent.pk}/plan.ics").status_code == 302


def test_a_budget_below_every_price_says_what_the_cheapest_is(
    english: Client, respondent: Respondent
) -> None:
    text = told(english, respondent, "?budget=6999")
    assert "No subscription costs as little as 6,999 won a month" in text
    assert "The cheapest with films for you is Netflix Standard with ads for 7,000 won" in text
    assert "Your budget rents 2 films a month." in text
    assert "rents" not in told(english, respondent, "?budget=0")
    assert "rents" not in told(english, respondent, "?budget=100&rent=0")


def test_the_gap_is_said_in_words_and_never_too_small() -> None:
    with translation.override("en"):
        assert gap_text(0.0) == "Proven: there is no better plan."
        assert gap_text(0.01) == "At most 1% short of the best plan there is."
        assert gap_text(0.0111) == "At most 1.2% short of the best plan there is."
        assert gap_text(1e-6) == "At most 0.1% short of the best plan there is."


def test_the_months_have_their_products_films_and_what_to_do(
    english: Client, respondent: Respondent
) -> None:
    plan = planned(respondent, day=timezone.localdate(), rental_price=90_000)
    html = shown(english, respondent, "?rent=90000")
    rows = re.findall(r'<li class="month.*?</h3>.*?(?=<li class="month|</ol>)', html, re.DOTALL)
    assert len(rows) == 12
    for row, month, start in zip(rows, plan.rotated.months, plan.starts, strict=True):
        text = words(row)
        assert text.startswith(f"{start:%B} {start.year} from {start:%B} {start.day}")
        if not month.products:
            assert "Take a break: nothing to pay for" in text
            assert "<img" not in row
            assert "film-title" not in row
            continue
        assert f"{month.price:,} won" in text
        assert f"about {month.expected:.1f} films that you like" in text
        assert row.count('class="film-title"') == len(month.films)
    assert any(not month.products for month in plan.rotated.months)
    text = words(html)
    for run in runs(plan.rotated):
        name = str(plan.products[run.product].name)
        assert f"Subscribe: {name}" in text
        assert (f"Cancel by the day before: {name}" in text) == (run.last < 11)


def test_of_many_films_some_are_shown_on_demand(english: Client, respondent: Respondent) -> None:
    plan = planned(respondent, hours=60, rental_price=90_000)
    assert len(plan.rotated.months[0].films) > 8
    html = shown(english, respondent, "?hours=60&rent=90000")
    more = len(plan.rotated.months[0].films) - 8
    assert f"{more} more film" in html


def test_every_number_can_be_traced(english: Client, respondent: Respondent) -> None:
    plan = planned(respondent, rental_price=90_000)
    text = words(shown(english, respondent, "?rent=90000").partition('id="plan-numbers"')[2])
    assert "4 films a month 8 hours, divided by 2 hours for a film." in text
    assert "Every day 30 15 Several times a week 15 7 About once a week 8 4" in text
    assert "Less often 2 1 Not answered 8 4" in text
    assert "14,900 won a month, 12 times" in text
    assert "no average price is published" in text
    assert f"{plan.carried:,} are known to be in a subscription today" in text
    for slug in plan.bundle.products:
        assert f"{plan.products[slug].name} {plan.products[slug].monthly_price:,} won" in text
        assert plan.products[slug].source in text
    first = plan.rotated.months[0]
    title = plan.movies[first.films[0]].title
    assert f"{title} {100 * plan.liked[first.films[0]]:.0f}%" in text
    assert f"added up {first.expected:.1f}" in text
    Product.objects.update(checked_on=timezone.localdate() - timedelta(days=99))
    html = shown(english, respondent)
    assert html.count("may be out of date</span>") == len(plan.bundle.products)
    assert "Some of the prices may be out of date; see every number below." in html


# --- what it goes by -----------------------------------------------------------------------------


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
def test_hours_are_assumed_of_how_often_somebody_watches(answer: str, hours: int) -> None:
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

    monkeypatch.setattr("recommend.results.year_plan.rotate", watched)
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
    assert [(run.product, run.first, run.last) for run in runs(plan)] == [
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
    assert counts[0] == counts[1] <= 13


# --- the calendar --------------------------------------------------------------------------------


def test_the_calendar_says_when_to_subscribe_and_when_to_cancel(respondent: Respondent) -> None:
    plan = planned(respondent, months=3)
    first, second = (
        Month(("netflix_ad_standard",), 7000, (), 1.0),
        Month(("watcha_basic",), 7900, (), 1.0),
    )
    film = plan.rotated.months[0].films[0]
    first = replace(first, films=(film,))
    plan = replace(plan, rotated=RotationPlan((first, first, second), 0.0))
    with translation.override("en"):
        entries = plan_entries(plan)
    assert [(entry.day, entry.summary) for entry in entries] == [
        (date(2026, 11, 22), "Subscribe to Netflix Standard with ads"),
        (date(2027, 1, 21), "Cancel Netflix Standard with ads"),
        (date(2027, 1, 22), "Subscribe to Watcha Basic"),
        (date(2027, 2, 21), "Cancel Watcha Basic or go on"),
    ]
    assert entries[0].description.startswith("7,000 won a month, until Jan. 21, 2027.")
    assert plan.movies[film].display_title in entries[0].description
    assert "Cancel before the next payment." in entries[1].description
    assert "Your plan ends today." in entries[3].description


def test_the_file_is_that_of_the_plan_shown_in_its_language_and_tells_nobody_the_link(
    client: Client, respondent: Respondent
) -> None:
    client.cookies["django_language"] = "ko"
    html = shown(client, respondent, "?hours=4&months=2&goal=more&rent=90000")
    link = re.search(r'href="([^"]*plan\.ics[^"]*)"', html)
    assert link
    response = client.get(unescape(link[1]))
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert "attachment" in response["Content-Disposition"]
    calendar = Calendar.from_ical(response.content)
    events = calendar.walk("VEVENT")
    plan = planned(
        respondent,
        day=timezone.localdate(),
        hours=4,
        months=2,
        goal=Goal.MORE,
        rental_price=90_000,
    )
    assert len(events) == 2 * len(runs(plan.rotated)) > 0
    assert events[0].decoded("DTSTART") == timezone.localdate()
    assert str(respondent.pk) not in response.content.decode()
    again = Calendar.from_ical(client.get(unescape(link[1])).content).walk("VEVENT")
    assert [event["UID"] for event in events] == [event["UID"] for event in again]


def test_a_broken_address_of_the_file_gives_the_usual_plan(
    client: Client, respondent: Respondent
) -> None:
    response = client.get(f"/results/{respondent.pk}/plan.ics?hours=x&months=-1&goal=zz")
    assert Calendar.from_ical(response.content).walk("VEVENT")
