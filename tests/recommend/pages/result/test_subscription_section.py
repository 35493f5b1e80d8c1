"""What to subscribe to, as a respondent reads it: the choice, how sure it is, every number."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.test import Client
from django.utils import timezone, translation

from movies.models import Platform, Product
from recommend.decision.bundles import Choice
from recommend.decision.decide import Certainty
from recommend.decision.outlook import UNKNOWN
from recommend.pages.wording import films, how_sure, percent
from recommend.results.advice import advise
from survey.models import Respondent
from tests.recommend.pages.reading import (
    answer_of,
    figure,
    forget_all_availability,
    section,
    shown,
    whereabouts_for,
    words,
)
from tests.recommend.pages.result.subscribing import (
    advised,
    answered,
    in_english,
    rows,
    submitted,
    subscribe,
    told,
    verdict,
)


@pytest.fixture
def respondent(live_model: Any) -> Respondent:
    return submitted(gender="female", age=37, subscribed=("netflix",), monthly_budget=15000)


def test_it_names_the_products_their_prices_and_what_they_give(
    english: Client, respondent: Respondent
) -> None:
    text = answered(english, respondent)
    _stored, advice = advised(respondent)
    assert advice.decision.best.products == ("netflix_ad_standard", "watcha_basic")
    films = figure(respondent, "netflix", "watcha")
    for piece in (
        "Subscribe to this Netflix + Watcha",
        "A month 14,900 won",
        films,
        "Netflix Standard with ads 7,000 won a month Checked Sept. 16, 2026.",
        "Watcha Basic 7,900 won a month Checked",
        "Together 14,900 won a month",
        "You can watch: Netflix, Watcha",
    ):
        assert piece in text


def test_one_product_is_its_own_total(english: Client, respondent: Respondent) -> None:
    text = answered(english, respondent, "?budget=7000")
    assert f"Why this answer? {figure(respondent, 'netflix')}" in text
    assert "You can watch: Netflix" in text
    assert "Together" not in text


def test_the_next_best_is_named_with_the_difference(
    english: Client, respondent: Respondent
) -> None:
    text = answered(english, respondent)
    assert "Next best: Netflix Standard with ads, 7,900 won cheaper with" in text
    assert f"For 7,000 won you have already: {figure(respondent, 'netflix')}." in text
    text = answered(english, respondent, "?budget=7000")
    assert "Next best: no subscription, 7,000 won cheaper with" in text
    assert "already:" not in text, "no more is spent than that"


@pytest.mark.parametrize(
    ("price", "films", "said"),
    [
        (8000, 3.0, "dearer with %s fewer of your list"),
        (6000, 3.0, "cheaper with %s fewer of your list"),
        (7000, 3.0, "at the same price with %s fewer of your list"),
    ],
)
def test_every_difference_has_its_words(
    respondent: Respondent, price: int, films: float, said: str
) -> None:
    stored, advice = advised(respondent)
    solution = replace(
        advice.decision.solution,
        best=Choice(("netflix_ad_standard",), 7000, 4.0),
        runner_up=Choice((), price, films),
    )
    text = verdict(stored, replace(advice, decision=replace(advice.decision, solution=solution)))
    number = whereabouts_for(respondent).on(["netflix"]).total
    assert number > 1
    assert said % f"{number} films" in text.runner_up


@pytest.mark.parametrize(
    ("price", "films", "said"),
    [
        (8000, 3.0, "dearer with fewer films beyond your list"),
        (8000, 4.0, "dearer with about as many films"),
        (6000, 3.0, "cheaper with fewer films beyond your list"),
        (6000, 4.0, "cheaper with about as many films"),
        (7000, 3.0, "at the same price with fewer films beyond your list"),
        (7000, 4.0, "at the same price with about as many films"),
    ],
)
def test_with_as_many_of_the_list_it_is_what_is_beyond_it(
    respondent: Respondent, price: int, films: float, said: str
) -> None:
    stored, advice = advised(respondent)
    solution = replace(
        advice.decision.solution,
        best=Choice(("netflix_ad_standard",), 7000, 4.0),
        runner_up=Choice(("netflix_ad_standard",), price, films),
    )
    text = verdict(stored, replace(advice, decision=replace(advice.decision, solution=solution)))
    assert said in text.runner_up


@pytest.mark.parametrize(
    ("chance", "said"),
    [
        (1.0, "Best in about 99 of 100 cases."),
        (0.97, "Best in about 97 of 100 cases."),
        (0.94, "Best in about 9 of 10 cases."),
        (0.85, "Best in about 9 of 10 cases."),
        (0.62, "Best in about 6 of 10 cases."),
        (0.4, "Best in only about 4 of 10 cases: others are close."),
        (0.0, "Best in only about 1 of 10 cases: others are close."),
    ],
)
def test_it_says_how_sure_it_is_and_never_that_it_is_certain(chance: float, said: str) -> None:
    with translation.override("en"):
        assert how_sure(chance) == said
    assert 1 <= percent(chance) <= 99


def test_a_toss_up_names_both(respondent: Respondent) -> None:
    stored, advice = advised(respondent)
    decision = replace(advice.decision, certainty=Certainty(0.45, 0.55))
    text = verdict(stored, replace(advice, decision=decision))
    assert text.sureness == (
        "Either will do: Netflix Standard with ads + Watcha Basic or Netflix Standard with ads."
    )
    assert text.level == "open"


def test_less_than_one_film_is_called_hardly_worth_it(respondent: Respondent) -> None:
    stored, advice = advised(respondent)
    solution = replace(advice.decision.solution, best=Choice(("watcha_basic",), 7900, 0.4))
    text = verdict(stored, replace(advice, decision=replace(advice.decision, solution=solution)))
    assert "less than one film" in text.doubt


def test_where_most_films_are_unknown_nothing_is_sure(respondent: Respondent) -> None:
    stored, advice = advised(respondent)
    sure = replace(advice, decision=replace(advice.decision, certainty=Certainty(0.0, 1.0)))
    text = verdict(stored, sure)
    assert (text.level, text.sureness) == ("sure", "Best in about 99 of 100 cases.")
    outlook = stored.outlook
    unknown = replace(outlook, states=np.full_like(outlook.states, UNKNOWN))
    sure = replace(sure, market=replace(sure.market, outlook=unknown))
    text = verdict(stored, sure)
    assert (text.level, text.sureness) == ("open", "Best in about 9 of 10 cases.")
    numbers = in_english(stored, sure).numbers
    assert numbers is not None
    explained = " ".join(text for _term, text in numbers.explained)
    assert "In about 10% of 300 simulated outcomes" in explained
    assert "has more in about 90%" in explained


def test_no_money_buys_nothing(english: Client, respondent: Respondent) -> None:
    text = answered(english, respondent, "?budget=0")
    assert "Do not subscribe to anything. Your budget is 0 won." in text
    assert "that we know enough about costs 7,000 won: Netflix Standard with ads." in text


def test_too_little_money_is_told_what_the_cheapest_costs(
    english: Client, respondent: Respondent
) -> None:
    text = answered(english, respondent, "?budget=5000")
    assert "For this budget there is no subscription. The cheapest one that" in text
    text = answered(english, respondent, "?budget=6500")  # TVING and Apple TV+ cost less
    assert "For this budget there is no subscription that we know enough about." in text
    Product.objects.filter(monthly_price__lt=7000).delete()
    text = answered(english, respondent, "?budget=5000")
    assert "The cheapest one costs 7,000 won: Netflix Standard with ads." in text


def test_without_any_price_it_says_so(english: Client, respondent: Respondent) -> None:
    Product.objects.update(monthly_price=None)
    html = subscribe(english, respondent)
    assert "No price is known today for anything on sale." in answered(english, respondent)
    assert rows(html) == []
    assert "<details" not in html
    Product.objects.all().delete()
    assert "No price is known today for anything on sale." in answered(english, respondent)


def test_without_anything_known_it_says_so(english: Client, live_model: Any) -> None:
    forget_all_availability()
    text = answered(english, submitted())
    assert "No platform yet" in text
    assert "We would only be guessing, so we do not recommend anything." in text
    assert "Best in" not in text


def test_prices_of_unknown_platforms_only_are_no_choice(
    english: Client, respondent: Respondent
) -> None:
    Product.objects.filter(platforms__in=["netflix", "watcha"]).delete()
    text = answered(english, respondent)
    assert "We do not know yet which films the products with a known price have." in text


def test_a_person_who_likes_nothing_on_sale_is_told_not_to_subscribe(
    respondent: Respondent,
) -> None:
    stored, _advice = advised(respondent)
    assert stored.outlook is not None
    outlook = replace(stored.outlook, expected=np.zeros_like(stored.outlook.expected))
    for budget in (None, 20000):
        advice = advise(
            outlook, stored.platforms, budget=budget, subscribed=(), day=timezone.localdate()
        )
        text = verdict(stored, advice)
        assert text.title == "Do not subscribe to anything."
        assert not text.lines
        assert "has a film that you would probably like" in text.why


def test_all_numbers_and_rules_are_there(english: Client, respondent: Respondent) -> None:
    Product.objects.filter(slug="tving_wavve_disney").update(monthly_price=None)
    html = subscribe(english, respondent)
    text = words(html.partition('id="subscription-numbers"')[2])
    _stored, advice = advised(respondent)
    for row in advice.market.marginals(advice.decision.best):
        assert f"{row.monthly_price:,} won {films(row.films)}" in text
    certainty = advice.decision.certainty
    for piece in (
        f"From {films(advice.decision.low)} to {films(advice.decision.high)} films",
        f"In about {percent(certainty.flip_probability)}% of 300 simulated outcomes",
        "Against the next best alone",
        "films of the same decade and genres",
        "the cheapest comes first",
        "Of the tiers of a plan that give the same only one is bought. Netflix Standard with ads / "
        "Netflix Standard / Netflix Premium; Watcha Basic / Watcha Premium.",
        "Products without a known price Disney+, TVING and Wavve 3PACK",
        "No better than another that costs no more Netflix extra member, Watcha Premium, "
        "Netflix Standard",
    ):
        assert piece in text
    unheard = text.partition("Products without any known films")[2]
    assert "Apple TV+" in unheard.partition("No better")[0]


def test_prices_say_where_they_are_from_and_when_they_are_old(
    english: Client, respondent: Respondent
) -> None:
    today = timezone.localdate()
    Product.objects.filter(slug="netflix_ad_standard").update(
        checked_on=today - timedelta(days=364), source="a list", source_url="https://a.example/list"
    )
    Product.objects.filter(slug="watcha_basic").update(checked_on=today - timedelta(days=365))
    html = shown(english, respondent)
    table = section(html, 'id="subscribe"').partition('id="considered"')[2]
    netflix, watcha = re.findall(r"<tr.*?</tr>", table, re.DOTALL)[1:]
    bundle = html.partition("bundle-products")[2].partition("</ul>")[0]
    lines = re.findall(r"<li.*?</li>", bundle, re.DOTALL)
    assert len(lines) == 3, "two products and the total"
    for row in (netflix, lines[0]):
        assert '<a href="https://a.example/list" rel="noopener noreferrer">a list</a>' in row
        assert "more than a year ago" not in row
    for row in (watcha, lines[1]):
        assert "Checked more than a year ago: the price may have changed." in row
    assert "chosen" in netflix
    assert "chosen" in watcha


def test_an_ended_promise_and_a_closure_are_warned_of(
    english: Client, respondent: Respondent
) -> None:
    today = timezone.localdate()
    Product.objects.filter(slug="watcha_basic").update(
        checked_on=today - timedelta(days=20),
        price_frozen_until=today - timedelta(days=1),
        closure_warning="the owner looks for a buyer",
    )
    text = answered(english, respondent)
    assert "The price was promised only until" in text
    assert "It may close: the owner looks for a buyer" in text
    Product.objects.filter(slug="watcha_basic").update(price_frozen_until=today)
    assert "promised only" not in answered(english, respondent)


def test_many_names_are_cut_short(english: Client, respondent: Respondent) -> None:
    day = timezone.localdate()
    Product.objects.bulk_create(
        Product(slug=f"x{number:02}", name=f"X{number:02}", valid_from=day, checked_on=day)
        for number in range(14)
    )
    text = told(english, respondent)
    assert "X00, X01" in text
    assert "X11 and 2 more" in text


def test_without_a_choice_there_are_no_numbers_of_it(
    english: Client, respondent: Respondent
) -> None:
    text = told(english, respondent, "?budget=0")
    assert "simulated outcomes" not in text
    assert "-0.0" not in text
    assert "Films of unknown availability" in text


def test_the_answer_says_what_people_of_the_same_age_use(
    english: Client, respondent: Respondent
) -> None:
    figures = respondent.platform_recommendation.parts["usage"]["netflix"]
    share = next(row["percent"] for row in figures if row["dimension"] == "age")
    answer = words(answer_of(shown(english, respondent)))
    sentence = f"{share:.0f}% of people in their 30s use it (KOBACO (data.go.kr), 2024)."
    assert sentence in answer


@pytest.mark.parametrize(
    ("ratio", "said"),
    [
        (1.14, "Of the OTTs they use, they choose it 1.1 times as often as everyone."),
        (0.86, "Of the OTTs they use, they choose it less: 0.9 times as often as everyone."),
        (1.04, ""),
        (0.96, ""),
    ],
)
def test_the_answer_says_whether_people_of_the_same_age_choose_it_more_often(
    english: Client, respondent: Respondent, ratio: float, said: str
) -> None:
    stored = respondent.platform_recommendation
    for row in stored.parts["usage"]["netflix"]:
        row["ratio"] = ratio
    stored.save()
    answer = words(answer_of(shown(english, respondent)))
    assert "of people in their 30s use it (KOBACO (data.go.kr), 2024)." in answer
    assert said in answer
    assert ("Of the OTTs they use" in answer) == bool(said)


@pytest.mark.parametrize(
    ("answers", "people"),
    [
        ({"gender": "male"}, "of men use it"),
        ({"gender": "female"}, "of women use it"),
        ({"age": 15}, "of people aged 13–19 use it"),
        ({"age": 75}, "of people aged 70 or older use it"),
        ({}, None),
    ],
)
def test_a_person_who_says_less_is_in_a_larger_group(
    english: Client, live_model: Any, answers: dict[str, Any], people: str | None
) -> None:
    answer = words(section(shown(english, submitted(**answers)), 'id="why"'))
    assert (people in answer) if people else ("use it (" not in answer)


def test_it_is_all_said_in_two_queries_for_the_products(
    english: Client, respondent: Respondent, django_assert_num_queries: Any
) -> None:
    """However many products are on sale and platforms are paid for."""
    respondent.subscribed_platforms.set(Platform.objects.all())
    day = timezone.localdate()
    for number in range(8):
        product = Product.objects.create(
            slug=f"x{number}", name="X", valid_from=day, checked_on=day, monthly_price=5000 + number
        )
        product.platforms.set(["netflix", "watcha", "tving"])
    with django_assert_num_queries(16):
        english.get(f"/results/{respondent.pk}/?budget=9000")
