"""Result, plan, household, shared page and picture count films on one scale: whole, of the list."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from movies.models import Platform
from recommend.pages.household.invitations import invitation
from recommend.pages.shared import views as shared_views
from recommend.pages.shared.card import Card
from recommend.services.submission import Survey, submit_survey
from survey.models import Respondent
from tests.recommend.pages.reading import PICKS, figure, section, shown, whereabouts_for, words


@pytest.fixture
def person(live_model: Any) -> Respondent:
    return submit_survey(
        survey=Survey(liked=PICKS, monthly_budget=15000), token="one-scale-of-ours"
    )


def with_another(person: Respondent) -> str:
    """The household of the person and of another one who gave the same answers."""
    survey = Survey(liked=PICKS, monthly_budget=15000)
    other = submit_survey(survey=survey, token="one-scale-of-others")
    code = invitation(other.platform_recommendation.share_id)
    return f"/results/{person.pk}/household/?with={code}"


def test_the_pages_agree_on_the_films_of_an_answer(english: Client, person: Respondent) -> None:
    given = whereabouts_for(person).on(["netflix", "watcha"])
    html = shown(english, person)
    ticket = words(section(html, 'id="answer"'))
    assert f"Films you may like {given.total} films" in ticket
    told = figure(person, "netflix", "watcha")
    assert told in words(section(html, 'id="why"'))
    assert told in words(section(html, 'id="subscribe"'))
    plan = words(english.get(f"/results/{person.pk}/plan/").content.decode())
    assert told in plan
    shared = person.platform_recommendation
    page = words(english.get(f"/shared/{shared.share_id}/").content.decode())
    single = whereabouts_for(person).on([shared.platform_id]).total
    assert f"has about {single} films that I would like" in page


def test_the_household_counts_the_same_films(english: Client, person: Respondent) -> None:
    """Of two people with the same answers each has what the result of one says."""
    text = words(english.get(with_another(person)).content.decode())
    told = figure(person, "netflix", "watcha")
    assert f"You {told} 100% of what they have alone alone {told}, for" in text
    total = whereabouts_for(person).on(["netflix", "watcha"]).total
    assert f"{2 * total} films of all your lists, added up" in text


def test_the_picture_counts_the_same_films(
    english: Client, person: Respondent, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.clear()
    drawn: list[Card] = []

    def draw(card: Card) -> bytes:
        drawn.append(card)
        return b""

    monkeypatch.setattr(shared_views, "draw", draw)
    shared = person.platform_recommendation
    english.get(f"/shared/{shared.share_id}/card.png?lang=en")
    (card,) = drawn
    names = {platform.name: platform.pk for platform in Platform.objects.all()}
    assert len(card.bars) == 2
    for bar in card.bars:
        films = whereabouts_for(person).on([names[bar.name]])
        assert (bar.sure, bar.likely, bar.unknown) == (
            films.surely,
            films.probably,
            films.unknown,
        )
        assert bar.figure.split()[0] == str(films.total)


def test_no_page_counts_films_in_decimals(english: Client, person: Respondent) -> None:
    own = f"/results/{person.pk}/"
    shared = f"/shared/{person.platform_recommendation.share_id}/"
    for address in (own, f"{own}plan/", with_another(person), shared):
        text = words(english.get(address).content.decode())
        assert not re.findall(r"\d\.\d+ (?:of your \d+ )?films?\b", text)
