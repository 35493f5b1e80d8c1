"""What to subscribe to, as a respondent reads it: the choice, how sure it is, ladder, changes."""

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
from recommend.pages.result.choices import Choices, Refused
from recommend.pages.result.ladder import rungs
from recommend.pages.result.subscriptions import SubscriptionSection, subscription_section
from recommend.pages.wording import about, how_sure, percent
from recommend.results.advice import Advice, advise
from recommend.results.stored import StoredResult, stored_result
from recommend.services.submission import Survey, submit_survey
from survey.models import Respondent
from tests.recommend.pages.test_result_page import forget_all_availability, section, shown, words
from tests.worlds import film_ids

# Of what the invented world knows, Netflix (7,000 won with ads) has most and Watcha (7,900) adds
# a little; of TVING and others nothing is known.
PICKS = film_ids("Action")[:5]


def submitted(**answers: Any) -> Respondent:
    return submit_survey(survey=Survey(liked=PICKS, **answers), token="a-token-of-this-test")


@pytest.fixture
def respondent(live_model: Any) -> Respondent:
    return submitted(gender="female", age=37, subscribed=("netflix",), monthly_budget=15000)


@pytest.fixture
def english(client: Client) -> Client:
    client.cookies["django_language"] = "en"
    return client


def subscribe(client: Client, respondent: Respondent, query: str = "") -> str:
    return section(shown(client, respondent, query), 'id="subscribe"')


def told(client: Client, respondent: Respondent, query: str = "") -> str:
    return words(subscribe(client, respondent, query))


def rows(html: str) -> list[str]:
    ladder = html.partition('class="plain ladder"')[2].partition("</ol>")[0]
    return re.findall(r"<li.*?</li>", ladder, re.DOTALL)


def advised(respondent: Respondent, **choices: Any) -> tuple[StoredResult, Advice]:
    stored = stored_result(respondent.pk)
    assert stored is not None
    assert stored.outlook is not None
    budget = choices.get("budget", stored.respondent.monthly_budget)
    return stored, advise(
        stored.outlook,
        stored.platforms,
        budget=budget,
        subscribed=stored.subscribed,
        day=timezone.localdate(),
    )


def in_english(stored: StoredResult, advice: Advice) -> SubscriptionSection:
    with translation.override("en"):
        return subscription_section(stored, advice, Choices(), timezone.localdate())


# --- the choice ----------------------------------------------------------------------------------


def test_it_names_the_products_their_prices_and_what_they_give(
    english: Client, respondent: Respondent
) -> None:
    text = told(english, respondent)
    _stored, advice = advised(respondent)
    best = advice.decision.best
    assert best.products == ("netflix_ad_standard", "watcha_basic")
    for piece in (
        "Netflix Standard with ads 7,000 won a month",
        "Watcha Basic 7,900 won a month",
        "Together 14,900 won a month",
        "You can watch: Netflix, Watcha",
        f"about {about(best.coverage)} films that you would like",
        f"({about(advice.decision.low)}–{about(advice.decision.high)}, because the availability",
    ):
        assert piece in text
    assert text.index("Watcha Basic") < text.index("What each budget buys")


def test_one_product_is_its_own_total(english: Client, respondent: Respondent) -> None:
    text = told(english, respondent, "?budget=7000")
    assert "Netflix Standard with ads 7,000 won a month You can watch: Netflix about" in text
    assert "Together" not in text


def test_the_next_best_is_named_with_the_difference(
    english: Client, respondent: Respondent
) -> None:
    text = told(english, respondent)
    cheaper = "Netflix Standard with ads, 7,900 won cheaper with about as many films."
    assert f"Next best: {cheaper}" in text
    assert "For 7,000 won there are about 3.6 films already." in text
    text = told(english, respondent, "?budget=7000")
    assert "Next best: no subscription, 7,000 won cheaper with" in text
    assert "already." not in text, "no more is spent than that"


@pytest.mark.parametrize(
    ("price", "films", "said"),
    [
        (8000, 3.0, "dearer with 1.0 films fewer"),
        (8000, 4.0, "dearer with about as many films"),
        (6000, 4.0, "cheaper with about as many films"),
        (7000, 3.0, "at the same price with 1.0 films fewer"),
        (7000, 4.0, "at the same price with about as many films"),
    ],
)
def test_every_difference_has_its_words(
    respondent: Respondent, price: int, films: float, said: str
) -> None:
    stored, advice = advised(respondent)
    solution = replace(
        advice.decision.solution,
        best=Choice(("netflix_ad_standard",), 7000, 4.0),
        runner_up=Choice(("watcha_basic",), price, films),
    )
    shown = in_english(
        stored, replace(advice, decision=replace(advice.decision, solution=solution))
    )
    assert shown.bundle is not None
    assert said in shown.bundle.runner_up


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
    shown = in_english(stored, replace(advice, decision=decision))
    assert shown.bundle is not None
    assert shown.bundle.sureness == (
        "Either will do: Netflix Standard with ads + Watcha Basic or Netflix Standard with ads."
    )
    assert shown.bundle.level == "open"


def test_less_than_one_film_is_called_hardly_worth_it(respondent: Respondent) -> None:
    stored, advice = advised(respondent)
    solution = replace(advice.decision.solution, best=Choice(("watcha_basic",), 7900, 0.4))
    shown = in_english(
        stored, replace(advice, decision=replace(advice.decision, solution=solution))
    )
    assert shown.bundle is not None
    assert "less than one film" in shown.bundle.doubt


# --- nothing to subscribe to ---------------------------------------------------------------------


def test_no_money_buys_nothing(english: Client, respondent: Respondent) -> None:
    text = told(english, respondent, "?budget=0")
    assert "Do not subscribe to anything. Your budget is 0 won." in text
    assert "that we know enough about costs 7,000 won: Netflix Standard with ads." in text


def test_too_little_money_is_told_what_the_cheapest_costs(
    english: Client, respondent: Respondent
) -> None:
    text = told(english, respondent, "?budget=5000")
    assert "For this budget there is no subscription. The cheapest one that" in text
    text = told(english, respondent, "?budget=6500")  # TVING and Apple TV+ cost less
    assert "For this budget there is no subscription that we know enough about." in text
    Product.objects.filter(monthly_price__lt=7000).delete()
    text = told(english, respondent, "?budget=5000")
    assert "The cheapest one costs 7,000 won: Netflix Standard with ads." in text


def test_without_any_price_it_says_so(english: Client, respondent: Respondent) -> None:
    Product.objects.update(monthly_price=None)
    html = subscribe(english, respondent)
    assert "No price is known today for anything on sale." in words(html)
    assert rows(html) == []
    assert "<details" not in html
    Product.objects.all().delete()
    assert "No price is known today for anything on sale." in told(english, respondent)


def test_without_anything_known_it_says_so(english: Client, live_model: Any) -> None:
    forget_all_availability()
    text = told(english, submitted())
    assert "We cannot say yet what to subscribe to." in text
    assert "We do not know yet what any platform has." in text
    assert "Best in" not in text


def test_prices_of_unknown_platforms_only_are_no_choice(
    english: Client, respondent: Respondent
) -> None:
    Product.objects.filter(platforms__in=["netflix", "watcha"]).delete()
    text = told(english, respondent)
    assert "We do not know yet which films the products with a known price have." in text


def test_who_likes_nothing_of_it_is_told_not_to_subscribe(respondent: Respondent) -> None:
    stored, _advice = advised(respondent)
    assert stored.outlook is not None
    outlook = replace(stored.outlook, expected=np.zeros_like(stored.outlook.expected))
    for budget in (None, 20000):
        advice = advise(
            outlook, stored.platforms, budget=budget, subscribed=(), day=timezone.localdate()
        )
        shown = in_english(stored, advice)
        assert shown.bundle is None
        assert shown.refusal is not None
        assert shown.refusal.text == "Do not subscribe to anything."
        assert "has a film that you would probably like" in shown.refusal.why


# --- the budget ----------------------------------------------------------------------------------


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
    assert "Together" not in part
    assert "Back to your own budget, 15,000 won" in part
    assert 'href="?#subscribe"' in part
    answer = words(section(html, 'id="answer"'))
    assert "7,000 won within your budget" in answer
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
    assert "Together 14,900 won" in words(html)
    assert 'name="budget" value' not in html.partition('id="kept-budget"')[2].partition("</div>")[0]


def test_the_largest_and_the_smallest_budget_are_taken() -> None:
    assert Choices.read({"budget": "10000000"}).budget == 10_000_000
    assert Choices.read({"budget": "0"}).budget == 0
    assert Choices.read({"budget": "-0"}).budget == 0
    assert Choices.read({}) == Choices()
    refused = Choices.read({"budget": "x", "weight": "70"})
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


# --- the ladder ----------------------------------------------------------------------------------


def test_every_step_has_its_price_products_films_and_what_more_money_brings(
    english: Client, respondent: Respondent
) -> None:
    html = subscribe(english, respondent)
    _stored, advice = advised(respondent)
    steps = advice.decision.ladder
    assert len(rows(html)) == len(steps) == 3
    most = steps[-1].choice.coverage
    for row, step in zip(rows(html), steps, strict=True):
        text = words(row)
        price = f"{step.choice.monthly_price:,} won"
        assert text.startswith(price)
        width = re.findall(r'width="([\d.]+)"', row)[0]
        assert float(width) == pytest.approx(100 * step.choice.coverage / most, abs=0.01)
        if step.choice.products:
            assert f"about {about(step.choice.coverage)} films" in text
            assert f"+{step.more_won:,} won → +{step.more_films:.1f} films" in text
        else:
            assert "no films no subscription" in text
        assert f'href="?budget={step.choice.monthly_price}#subscribe"' in row
    marked = ["money is well spent up to here" in row for row in rows(html)]
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
        first = rungs(advice, Choices())[0]
    assert (first.products, first.price, first.more) == ("Watcha Basic", "0 won", "")
    assert first.current


# --- what one pays for ---------------------------------------------------------------------------


def test_who_pays_for_nothing_is_told_nothing_of_changes(english: Client, live_model: Any) -> None:
    assert "What you pay for now" not in told(english, submitted(monthly_budget=9000))


def test_keep_and_add_say_what_each_brings_alone(english: Client, respondent: Respondent) -> None:
    text = told(english, respondent)
    _stored, advice = advised(respondent)
    (keep,), (add,) = advice.decision.keep, advice.decision.add
    mine = text.partition("What you pay for now")[2]
    assert f"Keep Netflix Standard with ads 7,000 won Without it you lose {keep.films:.1f}" in mine
    assert f"Add Watcha Basic 7,900 won It brings {add.films:.1f} films" in mine
    assert "Watcha Basic in addition: 7,900 won more for 0.0 films more." in mine
    assert "what you have is Netflix Standard with ads for 7,000 won. We take that." in mine


def test_drop_says_what_is_lost_and_saved_and_what_to_take_instead(
    english: Client, live_model: Any
) -> None:
    person = submitted(subscribed=("watcha",), monthly_budget=7900)
    text = told(english, person).partition("What you pay for now")[2]
    _stored, advice = advised(person)
    (drop,) = advice.decision.drop
    gain = advice.decision.best.coverage - drop.films
    change = "Netflix Standard with ads instead of Watcha Basic: 900 won less"
    assert f"{change}, and {gain:.1f} films more." in text
    assert (
        f"Drop Watcha Basic 7,900 won You lose {drop.films:.1f} films and save 7,900 won." in text
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
        (Choice(("watcha_basic",), 7000, 5.0), "Watcha Basic instead of Netflix Standard with ads: "
         "the same price, and 1.0 films more."),
        (Choice(("watcha_basic",), 6000, 4.0), "1,000 won less, and as many films."),
        (Choice((), 0, 4.0), "Without Netflix Standard with ads: 7,000 won less"),
        (Choice(("watcha_basic",), 7900, 4.0), "900 won more for 0.0 films more."),
    ],
)  # fmt: skip
def test_every_change_has_its_words(respondent: Respondent, changed: Choice, said: str) -> None:
    stored, advice = advised(respondent)
    current = Choice(("netflix_ad_standard",), 7000, 4.0)
    decision = replace(advice.decision, current=current, change=changed)
    shown = in_english(stored, replace(advice, decision=decision))
    assert shown.mine is not None
    assert said in shown.mine.best_change


def test_what_can_not_be_judged_is_named_with_the_reason(english: Client, live_model: Any) -> None:
    Product.objects.filter(platforms="watcha").delete()
    person = submitted(subscribed=("netflix", "tving", "watcha"), monthly_budget=9000)
    text = told(english, person).partition("What you pay for now")[2]
    assert "because we know nothing of what it has: TVING." in text
    assert "because nothing on sale with a known price gives it: Watcha." in text
    assert "Keep Netflix Standard with ads" in text


def test_who_pays_only_for_what_is_unknown_sees_no_changes(
    english: Client, live_model: Any
) -> None:
    person = submitted(subscribed=("tving",), monthly_budget=9000)
    text = told(english, person).partition("What you pay for now")[2]
    assert text.startswith(" Not judged, because we know nothing of what it has: TVING.")
    assert "So we cannot tell what you pay, and compare nothing with it." in text
    assert "Add Netflix" not in text


# --- every number --------------------------------------------------------------------------------


def test_all_numbers_and_rules_are_there(english: Client, respondent: Respondent) -> None:
    html = subscribe(english, respondent)
    text = words(html.partition('id="subscription-numbers"')[2])
    _stored, advice = advised(respondent)
    for row in advice.market.marginals(advice.decision.best):
        assert f"{row.monthly_price:,} won {row.films:.1f}" in text
    certainty = advice.decision.certainty
    for piece in (
        f"From {advice.decision.low:.1f} to {advice.decision.high:.1f} films",
        f"In about {percent(certainty.flip_probability)}% of 300 simulated outcomes",
        "Against the next best alone",
        "films of the same decade and genres",
        "the cheapest comes first",
        "Of the tiers of a plan that give the same only one is bought. Netflix Standard with ads / "
        "Netflix Standard / Netflix Premium; Watcha Basic / Watcha Premium.",
        "Products without a known price TVING, Wavve and Disney+ bundle",
        "No better than another that costs no more Watcha Premium, Netflix Standard",
    ):
        assert piece in text
    unheard = text.partition("Products without any known films")[2]
    assert "Apple TV+" in unheard.partition("No better")[0]


def test_prices_say_where_they_are_from_and_when_they_are_old(
    english: Client, respondent: Respondent
) -> None:
    today = timezone.localdate()
    Product.objects.filter(slug="netflix_ad_standard").update(
        checked_on=today - timedelta(days=60), source="a list"
    )
    Product.objects.filter(slug="watcha_basic").update(checked_on=today - timedelta(days=61))
    table = subscribe(english, respondent).partition('id="considered"')[2]
    netflix, watcha = re.findall(r"<tr.*?</tr>", table, re.DOTALL)[1:]
    assert "a list" in netflix
    assert "may be out of date" not in netflix
    assert "may be out of date" in watcha
    assert "chosen" in netflix
    assert "chosen" in watcha


def test_many_names_are_cut_short(english: Client, respondent: Respondent) -> None:
    day = timezone.localdate()
    Product.objects.bulk_create(
        Product(slug=f"x{number:02}", name=f"X{number:02}", valid_from=day, checked_on=day)
        for number in range(14)
    )
    text = told(english, respondent)
    assert "TVING, Wavve and Disney+ bundle, X00, X01" in text
    assert "X10 and 3 more" in text


def test_without_a_choice_there_are_no_numbers_of_it(
    english: Client, respondent: Respondent
) -> None:
    text = told(english, respondent, "?budget=0")
    assert "simulated outcomes" not in text
    assert "-0.0" not in text
    assert "Films of unknown availability" in text


# --- the answer above it -------------------------------------------------------------------------


def test_the_answer_says_what_people_of_the_same_age_use(
    english: Client, respondent: Respondent
) -> None:
    figures = respondent.platform_recommendation.parts["usage"]["netflix"]
    share = next(row["percent"] for row in figures if row["dimension"] == "age")
    answer = words(section(shown(english, respondent), 'id="answer"'))
    sentence = f"{share:.0f}% of people in their 30s use it (KOBACO (data.go.kr), 2024)."
    assert sentence in answer


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
def test_of_who_says_less_the_group_is_larger(
    english: Client, live_model: Any, answers: dict[str, Any], people: str | None
) -> None:
    answer = words(section(shown(english, submitted(**answers)), 'id="answer"'))
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
    with django_assert_num_queries(13):
        english.get(f"/results/{respondent.pk}/?budget=9000")
