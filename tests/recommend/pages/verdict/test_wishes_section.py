"""Must-haves, unmet wishes and tips on the result page, with prices, sources and days."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from movies.models import Attraction, Product
from survey.models import Respondent
from tests.recommend.pages.result.subscribing import answered, submitted

pytestmark = pytest.mark.usefixtures("live_model")


def person(**answers: Any) -> Respondent:
    """Their wishes are set afterwards."""
    wishes = {name: answers.pop(name) for name in ("must_have", "no_ads", "owned") & answers.keys()}
    respondent = submitted(**{"monthly_budget": 30_000} | answers)
    Respondent.objects.filter(pk=respondent.pk).update(**wishes)
    respondent.refresh_from_db()
    return respondent


def price_of(slug: str) -> int:
    price = Product.objects.filter(slug=slug).latest("valid_from").price_on(timezone.localdate())
    assert price is not None
    return price


def test_without_wishes_nothing_is_said_of_them(english: Client) -> None:
    assert "What you asked for" not in answered(english, person())


def test_a_must_have_says_where_it_is_and_what_it_adds_to_the_price(english: Client) -> None:
    without, found = answered(english, person()), ""
    Respondent.objects.all().delete()
    found = answered(english, person(must_have=["ufc"]))
    ufc = Attraction.objects.get(slug="ufc")
    asked = found.partition("What you asked for ")[2]
    assert asked.startswith(f"{ufc} You see it on TVING. Without it you would save ")
    assert "won a month." in asked
    assert f"source: {ufc.source}." in asked
    assert "We know too few of the films of TVING, so none of them count here." in found
    assert "TVING" not in without.partition("Of all platforms")[0].partition("You can watch:")[0]


def test_a_must_have_that_is_there_anyway_makes_it_no_dearer(english: Client) -> None:
    text = answered(english, person(must_have=["squid_game"]))
    assert "You see it on Netflix. It makes the choice no dearer." in text


def test_where_else_a_must_have_is(english: Client) -> None:
    text = answered(english, person(must_have=["i_am_solo"]))
    assert "It is also on " in text


def test_an_unmet_wish_says_what_each_wish_costs(english: Client) -> None:
    text = answered(
        english, person(monthly_budget=10_000, must_have=["epl", "k_league", "squid_game"])
    )
    wow, extra = price_of("coupang_wow"), price_of("coupang_sports_pass_wow")
    netflix = price_of("netflix_ad_standard")
    assert text.count("Not in this choice. It is on Coupang Play.") == 2
    assert f"All the wishes that can be met cost {wow + extra + netflix:,} won a month." in text
    epl = Attraction.objects.get(slug="epl")
    assert f"Without “{epl}” it is {extra:,} won a month less, {wow + netflix:,} won." in text


def test_a_wish_that_rules_out_a_must_have_is_named(english: Client) -> None:
    text = answered(english, person(must_have=["k_league"], no_ads=True))
    name = Attraction.objects.get(slug="k_league")
    assert f"Nothing on sale that fits your other wishes has: {name}." in text
    assert "Without “no ads”" in text


def test_what_has_ended_is_on_none_of_the_platforms(english: Client) -> None:
    Attraction.objects.filter(slug="ufc").update(
        starts_on=None, ends_on=timezone.localdate() - timedelta(days=1)
    )
    text = answered(english, person(must_have=["ufc"]))
    assert "Today it is on none of the platforms that we compare. Checked" in text


def test_what_a_person_has_costs_nothing_more(english: Client) -> None:
    text = answered(english, person(owned=["netflix_ad_standard"], monthly_budget=1000))
    assert "You have Netflix Standard with ads already: Netflix at no extra cost." in text
    assert "Your OTT Do not subscribe to anything. What you have is enough: Netflix" in text


def test_what_needs_a_phone_plan_is_a_tip_and_never_the_verdict(english: Client) -> None:
    text = answered(english, person())
    verdict, _heading, tips = text.partition("Discounts you may get")
    assert "If your phone or TV line is with KT" in tips
    tip = Product.objects.get(slug="kt_choice_netflix_90")
    assert str(tip.name) not in verdict
    assert (
        f"{tip.name} gives Netflix: {price_of('netflix_ad_standard'):,} won a month less." in tips
    )
    assert f"source: {tip.source}." in tips
