"""Subscribing together: links of other results go in, numbers come out, and nothing else."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from movies.models import Attraction
from recommend.decision.bundles import Choice
from recommend.decision.household import Household, Part, Shared, household_of
from recommend.decision.outlook import Outlook
from recommend.pages.household.invitations import invitation
from recommend.pages.household.page import household_page, person_name
from recommend.results.advice import offers_of, products_on
from recommend.results.stored import stored_result
from recommend.results.whereabouts import Whereabouts
from recommend.services.submission import Survey, submit_survey
from survey.models import Respondent
from tests.recommend.pages.reading import field, figure, said, stored_films, whereabouts_for, words
from tests.worlds import film_ids

ACTION, COMEDY = film_ids("Action")[:5], film_ids("Comedy")[:5]


def person(picks: list[int], name: str, **answers: Any) -> Respondent:
    return submit_survey(survey=Survey(liked=picks, **answers), token=f"a-token-for-{name}-of-ours")


@pytest.fixture
def first(live_model: Any) -> Respondent:
    return person(ACTION, "first", gender="female", age=37, monthly_budget=7000)


@pytest.fixture
def second(first: Respondent) -> Respondent:
    return person(
        COMEDY, "second", gender="male", age=24, monthly_budget=15000, subscribed=("laftel",)
    )


def link(respondent: Respondent) -> str:
    """The invitation of a person, as they send it."""
    code = invitation(respondent.platform_recommendation.share_id)
    return f"https://ottwin.example/together/{code}/"


def opened(client: Client, respondent: Respondent, *others: str, **fields: str) -> str:
    response = client.get(f"/results/{respondent.pk}/household/", {"with": list(others)} | fields)
    assert response.status_code == 200
    return str(response.content.decode())


def household(*people: Respondent) -> Household:
    outlooks: list[Outlook] = []
    for one in people:
        stored = stored_result(one.pk)
        assert stored is not None
        assert stored.outlook is not None
        outlooks.append(stored.outlook)
    day = timezone.localdate()
    return household_of(outlooks, offers_of(products_on(day), day))


def test_alone_it_asks_for_another_result(english: Client, first: Respondent) -> None:
    html = opened(english, first)
    assert "Add at least one invitation." in html
    assert html.count('name="with"') == 3
    assert "errorlist" not in html


def test_it_says_what_suits_both_and_what_each_has_of_it(
    english: Client, first: Respondent, second: Respondent
) -> None:
    html = opened(english, first, link(second))
    text, shared = words(html), household(first, second).most_together(15000)
    assert shared.choice.products == ("netflix_ad_standard", "watcha_basic")
    assert "Netflix Standard with ads + Watcha Basic" in text
    assert "14,900 won a month" in text
    alone = sum(part.alone.monthly_price for part in shared.parts)
    assert f"Each on their own, it would be {alone:,} won a month." in text
    assert f"{shared.saved:,} won a month less than each on their own" in text
    for name, one, part in zip(("You", "Person 2"), (first, second), shared.parts, strict=True):
        given = [
            platform.pk
            for product in products_on(timezone.localdate())
            if product.slug in part.alone.products
            for platform in product.platforms.all()
        ]
        both, alone = (
            whereabouts_for(one).on(slugs).total for slugs in (["netflix", "watcha"], given)
        )
        assert (
            f"{name} {figure(one, 'netflix', 'watcha')} {100 * both / alone:.0f}% of what they "
            f"have alone alone {figure(one, *given)}, for {part.alone.monthly_price:,} won"
        ) in text
    total = sum(whereabouts_for(one).on(["netflix", "watcha"]).total for one in (first, second))
    assert f"{total} films of all your lists, added up" in text
    assert field(html, "budget") == "15000"
    assert said(html, "budget") == "The largest budget that any of you gave in the survey."


def test_nothing_of_the_other_is_shown_but_numbers(
    english: Client, first: Respondent, second: Respondent
) -> None:
    html = opened(english, first, link(second), budget="7000")
    both = {row.movie for row in stored_films(first)} & {row.movie for row in stored_films(second)}
    alts = set(re.findall(r'alt="([^"]+)"', html))
    assert alts <= {str(movie) for movie in both}
    assert bool(alts) == bool(both)
    assert "laftel" not in html.lower()
    assert str(second.pk) not in html
    assert "24" not in words(html.partition('id="household"')[2]).split()


def test_an_invitation_or_its_code_will_do_and_people_have_names(
    english: Client, first: Respondent, second: Respondent
) -> None:
    code = link(second).split("/")[-2]
    for written in (link(second), f"/together/{code}", f"  {code}  "):
        html = opened(english, first, written)
        assert "errorlist" not in html
        assert "Person 2" in words(html.partition('id="household"')[2])
    html = opened(english, first, code, name="Minji")
    assert "Minji" in words(html.partition('id="household"')[2])


def test_an_invitation_opens_and_deletes_nothing(
    client: Client, english: Client, first: Respondent, second: Respondent
) -> None:
    code = link(second).split("/")[-2]
    page = client.get(f"/together/{code}/")
    assert page.status_code == 200
    assert str(second.pk) not in page.content.decode()
    assert client.post(f"/together/{code}/").status_code == 405
    share_id = second.platform_recommendation.share_id
    forged = f"{share_id}.{'A' * 43}"
    assert client.get(f"/together/{forged}/").status_code == 404
    assert said(opened(english, first, forged), "with-1").startswith("This is not an invitation.")
    assert link(first).split("/")[-2] in opened(english, first), "one's own, to send"


def test_what_is_no_result_is_said_at_its_field(
    english: Client, first: Respondent, second: Respondent
) -> None:
    private = "This is a private link. Ask for the invitation on their household page."
    unknown = "This is not an invitation. Such a link contains /together/."
    gone = invitation(uuid4())
    cases = {
        "hello": unknown,
        "\x00": unknown,
        f"/shared/{second.platform_recommendation.share_id}/": unknown,
        f"https://ottwin.example/results/{second.pk}/": private,
        link(first): "This result is already here.",
        gone: "There is no such result: it may have been deleted or have expired.",
    }
    for text, fault in cases.items():
        html = opened(english, first, link(second), text)
        assert said(html, "with-1") == ""
        assert said(html, "with-2") == fault
        assert 'aria-describedby="said-with-2" aria-invalid="true"' in html
        assert "won a month less" in words(html), "the others still count"


def test_the_same_result_twice_and_an_expired_one_are_left_out(
    english: Client, first: Respondent, second: Respondent
) -> None:
    html = opened(english, first, link(second), link(second))
    assert said(html, "with-2") == "This result is already here."
    Respondent.objects.filter(pk=second.pk).update(
        consented_at=timezone.now() - timedelta(days=2),
        retain_until=timezone.now() - timedelta(days=1),
    )
    html = opened(english, first, link(second))
    assert said(html, "with-1").startswith("There is no such result")


def test_four_people_are_the_most(english: Client, first: Respondent, second: Respondent) -> None:
    third, fourth = person(ACTION, "third"), person(COMEDY, "fourth")
    html = opened(english, first, *map(link, (second, third, fourth)))
    assert re.search(r"Person 4 (\d+|probably|none)", words(html))
    assert said(html, "guests") == ""
    fifth = person(ACTION, "fifth")
    html = opened(english, first, *map(link, (second, third, fourth, fifth)))
    assert said(html, "guests") == "At most four people, including you. We left out the others."
    assert "Person 5" not in html
    assert html.count('name="with"') == 3


def test_without_any_budget_the_knee_counts(english: Client, live_model: Any) -> None:
    one, other = person(ACTION, "one"), person(COMEDY, "other")
    html = opened(english, one, link(other))
    assert field(html, "budget") == "7000"
    assert said(html, "budget").startswith("Nobody gave a budget")


def test_a_budget_that_makes_no_sense_is_said_at_its_field(
    english: Client, first: Respondent, second: Respondent
) -> None:
    html = opened(english, first, link(second), budget="-1")
    assert said(html, "budget").startswith(
        "The budget cannot be below 0. We continue with 15,000 won."
    )
    assert field(html, "budget") == "15000"
    assert said(opened(english, first, budget="x"), "budget").startswith("Please write the budget")
    html = opened(english, first, link(second), budget="0")
    assert "For 0 won a month nothing is worth paying for together" in words(html)


def test_the_wishes_of_all_count_and_are_not_named(
    english: Client, first: Respondent, second: Respondent
) -> None:
    html = opened(english, first, link(second))
    assert "Netflix Standard with ads" in words(html)
    Respondent.objects.filter(pk=second.pk).update(no_ads=True, must_have=["kbo"])
    assert Attraction.objects.offered(timezone.localdate()).filter(slug="kbo").exists()
    html = opened(english, first, link(second))
    text = words(html.partition('id="household"')[2])
    assert "Netflix Standard with ads" not in text.partition("alone")[0]
    assert "TVING" in text, "it alone has the games"
    assert Attraction.objects.get(slug="kbo").title not in text
    assert "not all of your must-haves" not in text
    html = opened(english, first, link(second), budget="1000")
    assert "Within this budget not all of your must-haves fit." in words(html)


class TwoSets(Household):
    """The most films together are given by another set than the fairest one."""

    def most_together(self, budget: int) -> Shared:
        return Shared(
            Choice(("a",), 7000, 9.0),
            [
                Part(Choice(("a",), 7000, 9.0), 9.0, 1.0),
                Part(Choice(("b",), 6000, 4.0), 0.0, 0.0),
            ],
        )

    def fairest(self, budget: int) -> Shared:
        return Shared(
            Choice(("b",), 6000, 6.0),
            [Part(Choice(("a",), 7000, 9.0), 2.0, 0.2), Part(Choice((), 0, 0.0), 0.0, 1.0)],
        )


def test_the_fairest_set_stands_beside_where_it_is_another_one() -> None:
    class Named:
        def __init__(self, name: str) -> None:
            self.pk, self.platforms = name, self

        def all(self) -> list[Named]:
            return [self]

        def __str__(self) -> str:
            return self.pk

    both: Any = {"a": Named("A"), "b": Named("B")}
    on_a, on_b = np.arange(10) < 5, np.arange(10) < 1
    there = np.stack([on_a, on_b], axis=1)
    whereabouts = Whereabouts(list(range(10)), ["A", "B"], there, there.astype(float), there)
    with translation.override("en"):
        page = household_page(
            TwoSets([], None),  # type: ignore[arg-type]
            both,
            [whereabouts, whereabouts],
            names=["", ""],
            budget=9000,
            hint="",
        )
    assert page.verdict == "Share A: 6,000 won a month less than each on their own"
    assert [card.title for card in page.cards] == ["Most films together", "Fairest"]
    assert page.note.startswith("The fairest gives the most")
    assert [row.share for row in page.cards[1].people] == [
        "20% of what they have alone", "nothing to expect alone either",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("price", "said"), [(13000, "it costs as much as"), (14000, "1,000 won a month more than")]
)
def test_sharing_that_saves_nothing_says_so(price: int, said: str) -> None:
    from recommend.pages.household import page

    parts = [Part(Choice((), 7000, 9.0), 9.0, 1.0), Part(Choice((), 6000, 4.0), 4.0, 1.0)]
    with translation.override("en"):
        assert said in page._verdict(Shared(Choice((), price, 13.0), parts), {})


def test_people_are_numbered_in_korean_too() -> None:
    with translation.override("en"):
        assert person_name(1) == "You"
        assert person_name(3) == "Person 3"


def test_more_people_ask_the_database_no_more(
    english: Client, first: Respondent, second: Respondent
) -> None:
    others = [link(second), link(person(ACTION, "third")), link(person(COMEDY, "fourth"))]
    opened(english, first, *others)
    counts = []
    for number in (1, 3):
        with CaptureQueriesContext(connection) as asked:
            opened(english, first, *others[:number])
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 8
