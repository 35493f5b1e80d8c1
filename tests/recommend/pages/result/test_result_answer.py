"""The first screen of the result page: the platform, why, how sure that is, and what it costs."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from movies.models import Platform, Product
from recommend.pages.verdict.platforms import certainty, cheapest, platform_rows, reason
from recommend.results.stored import stored_result
from recommend.services.submission import Survey, submit_survey
from survey.models import Respondent
from tests.recommend.pages.reading import (
    PICKS,
    answer_of,
    figure,
    forget_all_availability,
    shown,
    stored_films,
    whereabouts_for,
    words,
)


def test_the_first_screen_has_the_verdict_and_a_single_platform_beside_it(
    english: Client, respondent: Respondent
) -> None:
    Respondent.objects.update(monthly_budget=15000)
    html = shown(english, respondent)
    text = words(answer_of(html))
    assert html.count("<h1") == 1
    verdict = "Subscribe to this Netflix + Watcha "
    assert verdict in text
    assert "A month 14,900 won" in text
    assert figure(respondent, "netflix", "watcha") in text
    single = text.partition("If it should be a single platform Netflix ")[2]
    assert single.startswith(f"{figure(respondent, 'netflix')}. No other platform has more.")
    assert "From 7,000 won a month within your budget Netflix Standard with ads" in single
    assert "Checked Sept. 16, 2026. " in single
    assert "You already pay for it." in single
    assert text.index("Subscribe to this") < text.index("If it should be a single platform")


def test_what_another_company_sells_is_signed_up_for_there(
    english: Client, respondent: Respondent
) -> None:
    Respondent.objects.update(monthly_budget=15000)
    page = "https://shop.example/join"
    sold = Product.objects.filter(slug="netflix_ad_standard")
    sold.update(name="Shop Plus (Netflix with ads)", sign_up_page=page)
    html = answer_of(shown(english, respondent))
    buttons = re.findall(r'<a class="button pop" href="([^"]+)"[^>]*>([^<]+)<', html)
    watcha = Platform.objects.get(pk="watcha").sign_up_address
    assert [(address, label.strip()) for address, label in buttons] == [
        (page, "Get Shop Plus"),
        (watcha, "Get Watcha"),
    ]


def test_where_nothing_fits_the_budget_the_single_platform_is_still_named(
    english: Client, respondent: Respondent
) -> None:
    text = words(answer_of(shown(english, respondent)))
    assert "Your OTT For this budget there is no subscription" in text
    assert "If it should be a single platform Netflix" in text
    assert "From 7,000 won a month over your budget Netflix Standard with ads" in text


def test_a_verdict_that_gives_one_platform_has_the_next_one_beside_it(
    english: Client, respondent: Respondent
) -> None:
    text = words(answer_of(shown(english, respondent, "?budget=7000")))
    assert "Subscribe to this Netflix Netflix Standard with ads 7,000 won" in text
    assert "You already pay for it. You can simply keep it." in text
    assert f"The next best platform Watcha {figure(respondent, 'watcha')}." in text


def test_a_strip_shows_some_of_the_films_that_it_has_with_their_titles(
    english: Client, respondent: Respondent
) -> None:
    strip = shown(english, respondent).partition('class="plain strip"')[2].partition("</ul>")[0]
    on_netflix = [film for film in stored_films(respondent) if film.movie.platforms.get("netflix")]
    assert re.findall(r'href="/movies/(\d+)/"', strip) == [
        str(film.movie_id) for film in on_netflix[:6]
    ]
    for film in on_netflix[:6]:
        assert f'aria-label="{film.movie.title}"' in strip


def test_it_is_almost_certain_only_if_no_other_platform_can_overtake(
    english: Client, respondent: Respondent
) -> None:
    stored = respondent.platform_recommendation
    best, second = stored.parts["platforms"][:2]
    best |= {"films_on": 20, "coverage_low": 10.0, "coverage": 11.0, "weight": 1.0}
    second |= {"films_on": 5, "coverage": 5.0, "coverage_high": 10.1, "weight": 1.0}
    stored.save()
    text = words(answer_of(shown(english, respondent)))
    other = Platform.objects.get(pk=second["platform"]).name
    assert "ikely, but not certain." in text or "Not certain yet." in text
    assert re.search(r"In about \d\d? of 100 cases no other turns out to be better.", text)
    assert "It is not known yet where some of your films are." in text
    assert f"These could still come first: {other}." in text
    second["coverage_high"] = 10.0
    stored.save()
    text = words(answer_of(shown(english, respondent)))
    assert "Almost certain. In about" in text
    assert "Of the platforms with known films, none can overtake" in text


def test_without_any_availability_no_platform_is_praised(english: Client, live_model: Any) -> None:
    forget_all_availability()
    person = submit_survey(survey=Survey(liked=PICKS), token="another-token-of-this-test")
    html = shown(english, person)
    answer = words(answer_of(html))
    assert "No platform yet" in answer
    assert "We would only be guessing" in answer
    assert "won" not in answer
    assert "best on its own</span>" not in html
    assert "<title>No platform yet" in html


def test_a_first_place_by_estimate_only_says_so(english: Client, respondent: Respondent) -> None:
    stored = respondent.platform_recommendation
    stored.parts["platforms"][0] |= {"films_on": 0, "films_unknown": 20}
    stored.save()
    text = words(shown(english, respondent))
    assert "it comes first by estimate only." in text
    assert "We do not know yet. We do not know which of your films it has." in text


def test_a_platform_that_is_no_longer_compared_is_marked(
    english: Client, respondent: Respondent
) -> None:
    Platform.objects.filter(pk=respondent.platform_recommendation.platform_id).update(
        is_active=False
    )
    html = shown(english, respondent)
    assert "OTTwin does not compare this platform any more." in html
    assert "no longer compared" in html


@pytest.mark.parametrize("how", ["no product", "no price"])
def test_without_a_price_the_page_says_so(
    english: Client, respondent: Respondent, how: str
) -> None:
    if how == "no product":
        Product.objects.all().delete()
    else:
        Product.objects.update(monthly_price=None)
    text = words(answer_of(shown(english, respondent)))
    assert "No price is known for it today. See its own page" in text


@pytest.mark.parametrize(
    ("kind", "others", "said"),
    [
        ("bundle", ["tving", "wavve"], "A bundle price that includes TVING, Wavve."),
        ("plan", ["tving"], "A bundle price that includes TVING."),
        ("membership", [], "The price of a whole membership that includes it."),
        ("plan", [], None),
    ],
)
def test_a_price_that_pays_for_more_says_so(
    english: Client, respondent: Respondent, kind: str, others: list[str], said: str | None
) -> None:
    day = date(2026, 1, 1)
    cheap = Product.objects.create(
        slug="x", name="X", kind=kind, monthly_price=6500, valid_from=day, checked_on=day
    )
    cheap.platforms.set(["netflix", *others])
    text = words(answer_of(shown(english, respondent)))
    if said:
        assert f"From 6,500 won a month over your budget X {said} Checked" in text
    else:
        assert "includes" not in text


def test_the_cheapest_price_is_told_with_the_budget_and_its_age() -> None:
    today = date(2026, 3, 1)
    unpriced = Product(slug="a", monthly_price=None, checked_on=today)
    priced = Product(slug="b", monthly_price=9900, checked_on=today - timedelta(days=364))
    old = Product(slug="c", monthly_price=9900, checked_on=today - timedelta(days=365))
    assert cheapest([unpriced], budget=None, today=today) is None
    for budget, over in ((None, None), (9900, False), (9899, True)):
        price = cheapest([priced, old, unpriced], budget=budget, today=today)
        assert price is not None
        assert (price.product, price.over_budget, price.text.warnings) == (priced, over, [])
    price = cheapest([old], budget=None, today=today)
    assert price is not None
    assert len(price.text.warnings) == 1


def test_all_products_on_sale_are_shown_with_price_and_day_of_check(
    english: Client, respondent: Respondent
) -> None:
    text = words(shown(english, respondent))
    assert "All prices of Netflix" in text
    assert "Netflix Standard with ads with ads 7,000 won over your budget" in text
    assert "Sept. 16, 2026" in text
    assert "5,500 won" not in text, "its last day is over"


def test_a_product_is_on_sale_from_its_first_to_its_last_day(live_model: Any) -> None:
    wavve = Platform.objects.get(pk="wavve")
    Product.objects.all().delete()
    product = Product.objects.create(
        slug="x",
        name="X",
        valid_from=date(2026, 3, 1),
        valid_to=date(2026, 3, 31),
        checked_on=date(2026, 3, 1),
    )
    product.platforms.add(wavve)
    days = [(2026, 2, 28), (2026, 3, 1), (2026, 3, 31), (2026, 4, 1)]
    on_sale = [wavve.products.on_sale(date(*day)).exists() for day in days]
    assert on_sale == [False, True, True, False]


def test_the_sentence_names_the_platform_with_more_films_when_usage_decides(
    respondent: Respondent,
) -> None:
    result = stored_result(respondent.user_id)
    assert result is not None
    with translation.override("en"):
        rows = [
            row
            for row in platform_rows(result, whereabouts_for(respondent))
            if not row.nothing_known
        ]
        sentence = reason(rows[::-1])
        assert f"{rows[0].platform.name} has slightly more" in sentence
        assert f"people like you prefer {rows[-1].platform.name}." in sentence
        assert "No other platform has more." in reason(rows)


def test_a_platform_of_which_nothing_is_known_makes_no_answer_uncertain(
    respondent: Respondent,
) -> None:
    result = stored_result(respondent.user_id)
    assert result is not None
    rows = platform_rows(result, whereabouts_for(respondent))
    guesses = [row for row in rows if row.nothing_known]
    assert guesses
    assert all(
        row.platform.name not in certainty(rows, 0.5, mostly_unknown=False).why for row in guesses
    )


def test_no_platform_is_called_certain_where_most_films_are_unknown(
    respondent: Respondent,
) -> None:
    result = stored_result(respondent.user_id)
    assert result is not None
    rows = platform_rows(result, whereabouts_for(respondent))
    best = rows[0]
    sure = [replace(best, score=replace(best.score, coverage_low=99.0)), *rows[1:]]
    with translation.override("en"):
        known = certainty(sure, 0.99, mostly_unknown=False)
        unknown = certainty(sure, 0.99, mostly_unknown=True)
    assert (known.level, known.text) == ("sure", "Almost certain.")
    assert "In about 99 of 100 cases" in known.often
    assert (unknown.level, unknown.text) == ("open", "Not certain yet.")
    assert "In about 90 of 100 cases" in unknown.often
    assert unknown.why == "It is not known yet where most of your films are."
