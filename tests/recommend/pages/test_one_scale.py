"""Result, plan and shared page count films on one scale: whole, out of the list."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from recommend.services.submission import Survey, submit_survey
from survey.models import Respondent
from tests.recommend.pages.reading import PICKS, figure, section, shelf_for, shown, words


@pytest.fixture
def person(live_model: Any) -> Respondent:
    return submit_survey(
        survey=Survey(liked=PICKS, monthly_budget=15000), token="one-scale-of-ours"
    )


def test_the_pages_agree_on_the_films_of_an_answer(english: Client, person: Respondent) -> None:
    given = shelf_for(person).on(["netflix", "watcha"])
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
    single = shelf_for(person).on([shared.platform_id]).total
    assert f"has about {single} films that I would like" in page


def test_no_page_counts_films_in_decimals(english: Client, person: Respondent) -> None:
    for address in ("", "plan/"):
        text = words(english.get(f"/results/{person.pk}/{address}").content.decode())
        assert not re.findall(r"\d\.\d+ films?\b", text)
