"""The budget in the section on subscriptions: its field, the ladder, and what to change."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from movies.models import Product
from recommend.decision.bundles import Choice
from recommend.pages.result.choices import PageChoices, Refused
from recommend.pages.result.ladder import rungs
from recommend.pages.wording import films_there
from survey.models import Respondent
from tests.recommend.pages.reading import answer_of, section, shown, whereabouts_for, words
from tests.recommend.pages.result.subscribing import (
    advised,
    in_english,
    rows,
    submitted,
    subscribe,
    told,
)


@pytest.fixture
def respondent(live_model: Any) -> Respondent:
    return submitted(gender="female", age=37, subscribed=("netflix",), monthly_budget=15000)


def field(html: str) -> str:
    found = re.search(r'<input id="budget"[^>]*>', html)
    assert found is not None
    return found[0]


def test_the_budget_of_the_survey_is_taken_first(english: Client, respondent: Respondent) -> None:
    html = subscribe(english, respondent)
    assert 'type="number" name="budget" min="0" step="100"' in field(html)
    assert 'value="15000"' in field(html)
    assert "The budget that you gave in the survey." in html
    assert "without-script" in html.partition("</form>")[0]


def test_without_an_answer_the_knee_is_taken_and_the_page_says_so(
    english: Client, live_model: Any
) -> None:
    html = subscribe(english, submitted())
    assert 'value="7000"' in field(html)
    assert "You gave no budget, so we use the step" in html
    assert "our suggestion" in html
    assert "your budget</span>" not in html


@pytest.mark.parametrize("written", ["8000", "8,000", " 8000 ", "8000원", "08000"])
def test_a_budget_is_understood_as_people_write_it(
    english: Client, respondent: Respondent, written: str
) -> None:
    html = shown(english, respondent, f"?budget={written}")
    part = section(html, 'id="subscribe"')
    assert 'value="8000"' in field(part)
    assert "Back to your own budget, 15,000 won" in part
    assert 'href="?#subscribe"' in part
    answer = words(answer_of(html))
    assert "Subscribe to this Netflix Netflix Standard with ads 7,000 won" in answer
    assert "over your budget" in words(html.partition("All prices of")[2])


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("-5", "The budget cannot be below 0."),
        ("-" + "9" * 400, "whole number"),
        ("99999999999999999999", "The budget can be at most 10,000,000 won."),
        ("10000001", "The budget can be at most 10,000,000 won."),
        ("abc", "Please write the budget as a whole number"),
        ("1e4", "Please write the budget as a whole number"),
        ("70.5", "Please write the budget as a whole number"),
        ("٧٠", "Please write the budget as a whole number"),
        ("%00", "Please write the budget as a whole number"),
        ("9" * 5000, "Please write the budget as a whole number"),
        ("", "There is no amount in the field."),
        ("%20", "There is no amount in the field."),
    ],
)
def test_a_budget_that_makes_no_sense_is_told_at_the_field(
    english: Client, respondent: Respondent, written: str, fault: str
) -> None:
    html = subscribe(english, respondent, f"?budget={written}&weight=70")
    said = html.partition('id="budget-said"')[2].partition("</form>")[0]
    assert fault in said
    assert "We keep 15,000 won." in said
    assert 'value="15000"' in field(html)
    assert 'name="budget" value' not in html.partition('id="kept-budget"')[2].partition("</div>")[0]


def test_the_largest_and_the_smallest_budget_are_taken() -> None:
    assert PageChoices.read({"budget": "10000000"}).budget == 10_000_000
    assert PageChoices.read({"budget": "0"}).budget == 0
    assert PageChoices.read({"budget": "-0"}).budget == 0
    assert PageChoices.read({}) == PageChoices()
    refused = PageChoices.read({"budget": "x", "weight": "70"})
    assert refused.refused == Refused.NONSENSE
    assert refused.query == "?weight=70"


def test_an_own_budget_leads_back_to_what_is_suggested(english: Client, live_model: Any) -> None:
    html = subscribe(english, submitted(), "?budget=9000&weight=30")
    assert '<a href="?weight=30#subscribe"' in html
    assert "Back to what we suggest" in html


def test_nothing_is_stored_of_another_budget(english: Client, respondent: Respondent) -> None:
    shown(english, respondent, "?budget=9000")
    assert Respondent.objects.get().monthly_budget == 15000


def test_a_reaction_keeps_the_budget(english: Client, respondent: Respondent) -> None:
    film = respondent.recommended_movies.order_by("rank")[0].movie_id
    data = {"seen": film, "budget": "9000", "weight": "70"}
    response = english.post(f"/results/{respondent.pk}/films/", data)
    assert response["Location"] == f"/results/{respondent.pk}/?weight=70&budget=9000#films"


def test_every_step_has_its_price_products_films_and_what_more_money_brings(
    english: Client, respondent: Respondent
) -> None:
    html = subscribe(english, respondent)
    _stored, advice = advised(respondent)
    steps = advice.decision.ladder
    assert len(rows(html)) == len(steps) == 3
    figures = [
        whereabouts_for(respondent).on(slugs) for slugs in ([], ["netflix"], ["netflix", "watcha"])
    ]
    most = figures[-1].total
    for row, step, films in zip(rows(html), steps, figures, strict=True):
        text = words(row)
        price = f"{step.choice.monthly_price:,} won"
        assert text.startswith(price)
        width = re.findall(r'<rect class="\w+" width="([\d.]+)"', row)[0]
        assert float(width) == pytest.approx(100 * films.total / most, abs=0.01)
        with translation.override("en"):
            assert f"{films.total} film" in text
            assert films_there(films) in text
        assert (f"+{step.more_won:,} won → " in text) == bool(step.choice.products)
        assert f'href="?budget={step.choice.monthly_price}#subscribe"' in row
    assert f"+7,000 won → +{figures[1].total} films" in words(rows(html)[1])
    marked = ["best value up to here" in row for row in rows(html)]
    assert marked == [step.is_knee for step in steps] == [False, True, False]


@pytest.mark.parametrize(
    ("budget", "place"), [(0, 0), (6999, 0), (7000, 1), (14899, 1), (10**7, 2)]
)
def test_the_step_of_the_budget_is_marked(
    english: Client, respondent: Respondent, budget: int, place: int
) -> None:
    found = rows(subscribe(english, respondent, f"?budget={budget}"))
    assert ['aria-current="true"' in row for row in found].index(True) == place
    assert ["your budget</span>" in row for row in found].count(True) == 1
    assert "your budget</span>" in found[place]


def test_a_step_keeps_the_other_choices(english: Client, respondent: Respondent) -> None:
    html = subscribe(english, respondent, "?weight=70&on=netflix&budget=9000")
    assert 'href="?weight=70&amp;on=netflix&amp;budget=7000#subscribe"' in rows(html)[1]


def test_a_free_product_is_the_first_step(respondent: Respondent) -> None:
    Product.objects.filter(slug="watcha_basic").update(monthly_price=0)
    _stored, advice = advised(respondent, budget=0)
    with translation.override("en"):
        first = rungs(advice, whereabouts_for(respondent), PageChoices())[0]
    assert (first.products, first.price, first.more) == ("Watcha Basic", "0 won", "")
    assert first.current


def test_a_person_who_pays_for_nothing_sees_no_changes(english: Client, live_model: Any) -> None:
    assert "What you pay for now" not in told(english, submitted(monthly_budget=9000))


def test_keep_and_add_say_what_each_brings_alone(english: Client, respondent: Respondent) -> None:
    text = told(english, respondent)
    _stored, advice = advised(respondent)
    (keep,), (add,) = advice.decision.keep, advice.decision.add
    assert (keep.product, add.product) == ("netflix_ad_standard", "watcha_basic")
    whereabouts = whereabouts_for(respondent)
    both = whereabouts.on(["netflix", "watcha"]).total
    mine = text.partition("What you pay for now")[2]
    lost, brought = (
        both - whereabouts.on(["watcha"]).total,
        both - whereabouts.on(["netflix"]).total,
    )
    assert lost > 1
    assert (
        f"Keep Netflix Standard with ads 7,000 won Without it you lose {lost} films of your list."
        in mine
    )
    if brought:
        assert f"Add Watcha Basic 7,900 won It brings {brought} film" in mine
        assert f"Watcha Basic in addition: 7,900 won more for {brought} film" in mine
    else:
        assert "Add Watcha Basic 7,900 won It brings hardly any films" in mine
        assert "Watcha Basic in addition: 7,900 won more for hardly any more films." in mine
    assert "what you have is Netflix Standard with ads for 7,000 won. We take that." in mine


def test_drop_says_what_is_lost_and_saved_and_what_to_take_instead(
    english: Client, live_model: Any
) -> None:
    person = submitted(subscribed=("watcha",), monthly_budget=7900)
    text = told(english, person).partition("What you pay for now")[2]
    _stored, advice = advised(person)
    (drop,) = advice.decision.drop
    assert drop.product == "watcha_basic"
    whereabouts = whereabouts_for(person)
    lost = whereabouts.on(["watcha"]).total
    gain = whereabouts.on(["netflix"]).total - lost
    assert lost > 1
    assert gain > 1
    change = "Netflix Standard with ads instead of Watcha Basic: 900 won less"
    assert f"{change}, and {gain} films of your list more." in text
    assert (
        f"Drop Watcha Basic 7,900 won You lose {lost} films of your list and save 7,900 won."
        in text
    )


def test_the_best_as_it_is_and_what_is_over_the_budget_are_said(
    english: Client, respondent: Respondent
) -> None:
    assert "What you have is already the best" in told(english, respondent, "?budget=7000")
    text = told(english, respondent, "?budget=3000")
    assert "What you have costs 7,000 won, which is more than the budget." in text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (Choice(("netflix_ad_standard",), 7000, 5.0), "the same price, and more films beyond"),
        (Choice(("netflix_ad_standard",), 8000, 5.0), "1,000 won more for more films beyond"),
        (Choice(("netflix_ad_standard",), 6000, 5.0), "1,000 won less, and more films beyond"),
        (Choice(("watcha_basic",), 6000, 4.0), "1,000 won less, and as many films."),
        (Choice((), 0, 4.0), "Without Netflix Standard with ads: 7,000 won less"),
        (Choice(("watcha_basic",), 7900, 4.0), "Watcha Basic instead of Netflix Standard with ads: "
         "900 won more for hardly any more films."),
    ],
)  # fmt: skip
def test_every_change_has_its_words(respondent: Respondent, changed: Choice, said: str) -> None:
    stored, advice = advised(respondent)
    current = Choice(("netflix_ad_standard",), 7000, 4.0)
    decision = replace(advice.decision, current=current, change=changed)
    shown = in_english(stored, replace(advice, decision=decision))
    assert shown.mine is not None
    assert said in shown.mine.best_change


def test_what_cannot_be_judged_is_named_with_the_reason(english: Client, live_model: Any) -> None:
    Product.objects.filter(platforms="watcha").delete()
    person = submitted(subscribed=("netflix", "tving", "watcha"), monthly_budget=9000)
    text = told(english, person).partition("What you pay for now")[2]
    assert "because we know nothing of what it has: TVING." in text
    assert "because nothing on sale with a known price gives it: Watcha." in text
    assert "Keep Netflix Standard with ads" in text


def test_a_person_who_pays_only_for_unknown_platforms_sees_no_changes(
    english: Client, live_model: Any
) -> None:
    person = submitted(subscribed=("tving",), monthly_budget=9000)
    text = told(english, person).partition("What you pay for now")[2]
    assert text.startswith(" Not judged, because we know nothing of what it has: TVING.")
    assert "So we cannot tell what you pay, and compare nothing with it." in text
    assert "Add Netflix" not in text
