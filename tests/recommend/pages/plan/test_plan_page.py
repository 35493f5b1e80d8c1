"""The plan of the next months: who sees it, what it says, and the file for a calendar."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone, translation
from django.utils.formats import date_format
from icalendar import Calendar

from movies.models import Product
from recommend.pages.plan.calendar import plan_entries
from recommend.pages.plan.page import gap_text
from recommend.results.year_plan import (
    Planned,
    Verdict,
    paid_spans,
)
from recommend.rotation.plan import Goal, Month, Rental, RotationPlan
from survey.models import Respondent
from tests.recommend.pages.plan.planning import page_of, planned, shown, told
from tests.recommend.pages.reading import figure, forget_all_availability, whereabouts_for, words


@pytest.mark.parametrize("path", ["plan/", "plan.ics", "household/"])
def test_only_people_with_the_link_see_it_and_nothing_caches_it(
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


def test_three_ways_stand_beside_each_other_with_their_parts(
    english: Client, respondent: Respondent
) -> None:
    text, plan = told(english, respondent), planned(respondent)
    assert plan.rental is not None
    for piece in (
        f"Always the same {plan.always.cost:,} won",
        figure(respondent, "netflix", "watcha"),
        f"{plan.rotated.cost:,} won",
        f"Rent instead best plan {plan.rental.cost:,} won",
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
    for number in plan.rental.films:
        assert f'<a class="film-link" href="/movies/{number}/">' in rented


def test_taking_turns_is_advised_where_that_is_cheaper(
    english: Client, respondent: Respondent
) -> None:
    plan = planned(respondent, rental_price=90_000)
    assert plan.verdict is Verdict.ROTATE
    assert plan.rotated.cost < plan.always.cost
    assert plan.rotated.expected >= plan.always.expected - 1e-9
    text = told(english, respondent, "?rent=90000")
    assert f"you pay {plan.rotated.cost:,} won instead of {plan.always.cost:,} won" in text
    assert "In turns best plan" in text
    assert "Films to rent" not in text


def changed(
    plan: Planned, cost: int, expected: float, rented: int, kept: tuple[str, ...]
) -> Planned:
    month = Month(plan.bundle.products, cost, (), expected)
    always = Month(plan.bundle.products, 1000, (), 5.0)
    return replace(
        plan,
        bundle=replace(plan.bundle, products=kept),
        starts=plan.starts[:1],
        always=RotationPlan((always,), 0.0),
        rotated=RotationPlan((month,), 0.0),
        rental=Rental((), rented, 5.0),
    )


def test_every_verdict_has_its_sentence(respondent: Respondent) -> None:
    plan = planned(respondent, rental_price=90_000)

    def verdict(
        cost: int,
        expected: float,
        rented: int = 10**6,
        always: tuple[str, ...] = plan.bundle.products,
    ) -> str:
        return page_of(respondent, changed(plan, cost, expected, rented, always)).verdict

    assert verdict(600, 5.0) == (
        "Taking turns, you pay 600 won instead of 1,000 won in 1 month, for as many films that "
        "are known to be there"
    )
    assert verdict(600, 6.0) == (
        "Taking turns, you pay 600 won instead of 1,000 won in 1 month, with more films beyond "
        "your list"
    )
    assert verdict(1000, 6.0) == (
        "Taking turns, you have more films beyond your list in 1 month, for the same money"
    )
    fewer, more = (
        whereabouts_for(respondent).on(slugs).total for slugs in ((), ("netflix", "watcha"))
    )
    assert verdict(600, 6.0, always=()) == (
        f"Taking turns, you pay 600 won instead of 1,000 won in 1 month, with {more} of your 50 "
        f"films instead of {fewer}"
    )
    assert verdict(1000, 6.0, always=()) == (
        f"Taking turns, you have {more} of your 50 films instead of {fewer} in 1 month, for the "
        "same money"
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
    for place, (row, month, start) in enumerate(
        zip(rows, plan.rotated.months, plan.starts, strict=True)
    ):
        text, last = words(row), plan.last_day(place)
        with translation.override("en"):
            first = date_format(start, "DATE_FORMAT")
        assert text.startswith(f"{first} to {last:%B} {last.day}")
        assert 27 <= (last - start).days <= 30
        if not month.products:
            assert "Take a break: nothing to pay for" in text
            assert "<img" not in row
            assert "film-title" not in row
            continue
        assert f"{month.price:,} won" in text
        given = [one.pk for slug in month.products for one in plan.products[slug].platforms.all()]
        assert figure(respondent, *given) in text
        assert row.count('class="film-title"') == len(month.films)
    assert any(not month.products for month in plan.rotated.months)
    text = words(html)
    for run in paid_spans(plan.rotated):
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
    assert f"added up {first.expected:.0f}" in text
    Product.objects.update(checked_on=timezone.localdate() - timedelta(days=365))
    html = shown(english, respondent)
    assert html.count("Checked more than a year ago") == len(plan.bundle.products)
    assert "Some of the prices may change or have changed; see every number below." in html


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
        entries, title = plan_entries(plan), plan.movies[film].display_title
    assert [(entry.day, entry.summary) for entry in entries] == [
        (date(2026, 11, 22), "Subscribe to Netflix Standard with ads"),
        (date(2027, 1, 21), "Cancel Netflix Standard with ads"),
        (date(2027, 1, 22), "Subscribe to Watcha Basic"),
        (date(2027, 2, 21), "Cancel Watcha Basic or go on"),
    ]
    assert entries[0].description.startswith("7,000 won a month, until Jan. 21, 2027.")
    assert title in entries[0].description
    assert "Cancel before the next payment." in entries[1].description
    assert "Your plan ends today." in entries[3].description


def test_the_file_has_the_plan_shown_in_its_language_without_the_link(
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
    assert len(events) == 2 * len(paid_spans(plan.rotated)) > 0
    assert events[0].decoded("DTSTART") == timezone.localdate()
    assert str(respondent.pk) not in response.content.decode()
    again = Calendar.from_ical(client.get(unescape(link[1])).content).walk("VEVENT")
    assert [event["UID"] for event in events] == [event["UID"] for event in again]


def test_a_broken_address_of_the_file_gives_the_usual_plan(
    client: Client, respondent: Respondent
) -> None:
    response = client.get(f"/results/{respondent.pk}/plan.ics?hours=x&months=-1&goal=zz")
    assert Calendar.from_ical(response.content).walk("VEVENT")
