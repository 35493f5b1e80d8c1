"""This month: keep, switch, start or stop, by the decision that the page of the result shows."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone, translation

from movies.models import Platform, Product
from recommend.pages.me.month import month_text
from recommend.results.members.this_month import Move, ThisMonth, this_month
from recommend.results.stored import stored_result
from survey.models import Member, Respondent
from tests.recommend.members import a_result, kept_by
from tests.recommend.pages.reading import section, words


def month_of(respondent: Respondent) -> ThisMonth:
    stored = stored_result(respondent.pk)
    assert stored is not None
    return this_month(stored, timezone.localdate())


def shown(client: Client) -> str:
    return words(section(client.get("/me/").content.decode(), 'aria-labelledby="month"'))


def test_what_is_best_already_is_kept(mine: Client, member: Member) -> None:
    result = kept_by(member, subscribed=("netflix",))
    month = month_of(result)
    assert (month.move, month.saves, month.drop, month.add) == (Move.KEEP, 0, [], [])
    assert [str(one.slug) for one in month.keep] == ["netflix_ad_standard"]
    assert "This month: keep what you have" in shown(mine)


def test_what_brings_nothing_is_dropped_and_the_page_says_what_that_saves(
    mine: Client, member: Member
) -> None:
    result = kept_by(member, subscribed=("netflix", "watcha"))
    month = month_of(result)
    assert month.move is Move.SWITCH
    price = sum(one.price_on(timezone.localdate()) or 0 for one in month.drop)
    assert month.saves == price > 0
    text = shown(mine)
    assert f"That saves {price:,} won a month." in text
    assert f"Drop {month.drop[0].name}" in text


def test_who_pays_for_nothing_starts(mine: Client, member: Member) -> None:
    month = month_of(kept_by(member))
    assert (month.move, month.saves) == (Move.START, 0)
    assert month.monthly_price > 0
    assert "This month: start with " in shown(mine)


def test_a_budget_of_nothing_buys_nothing(mine: Client, member: Member) -> None:
    result = kept_by(member, subscribed=("netflix",), monthly_budget=0)
    month = month_of(result)
    assert month.move is Move.STOP
    assert month.saves > 0
    assert "This month: pay for nothing" in shown(mine)


def test_what_is_paid_for_without_a_known_price_is_compared_with_nothing(
    mine: Client, member: Member
) -> None:
    unsold = Platform.objects.create(slug="unsold", name="Unsold")
    result = kept_by(member, subscribed=(unsold.slug,))
    month = month_of(result)
    assert (month.move, month.saves) == (Move.UNSURE, 0)
    assert "We cannot tell what you pay today" in shown(mine)


def test_the_newest_result_counts(mine: Client, member: Member) -> None:
    kept_by(member, subscribed=("netflix",))
    kept_by(member, "another-token")
    assert "start with" in shown(mine)


def test_without_a_result_there_is_no_month(mine: Client, member: Member) -> None:
    a_result()  # which nobody keeps
    assert 'aria-labelledby="month"' not in mine.get("/me/").content.decode()


def test_it_says_the_same_as_the_page_of_the_result(mine: Client, member: Member) -> None:
    result = kept_by(member, subscribed=("netflix", "watcha"))
    month = month_of(result)
    html = mine.get(f"/results/{result.pk}/").content.decode()
    for one in [*month.keep, *month.drop, *month.add]:
        assert str(one.name) in html
    changes = mine.get(f"/results/{result.pk}/").context["subscriptions"].mine.changes
    assert [change.kind for change in changes] == [
        *("keep" for _ in month.keep),
        *("drop" for _ in month.drop),
        *("add" for _ in month.add),
    ]


@pytest.mark.parametrize(
    ("saves", "effect"),
    [
        (1000, "That saves 1,000 won a month."),
        (0, "It costs the same, and brings more films."),
        (-1000, "That costs 1,000 won a month more, and brings more films."),
    ],
)
def test_a_switch_says_what_it_changes(saves: int, effect: str) -> None:
    with translation.override("en"):
        text = month_text(ThisMonth(Move.SWITCH, [], [], [], 5000, saves))
    assert text.effect == effect


def test_adding_to_what_is_kept_is_no_switch() -> None:
    kept, added, dropped = (Product(name=name) for name in ("Kept", "Added", "Dropped"))
    with translation.override("en"):
        adding = month_text(ThisMonth(Move.SWITCH, [kept], [], [added], 9000, -4000))
        switching = month_text(ThisMonth(Move.SWITCH, [kept], [dropped], [added], 9000, 0))
    assert adding.title == "This month: add Added"
    assert switching.title == "This month: switch to Kept + Added"
