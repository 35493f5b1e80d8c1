"""Switching the language in the middle of a step keeps what was entered."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from survey import own_answers
from survey.models import Draft, Respondent
from tests.survey.answering import ABOUT_YOU, LAST, OPTIONAL, OTT, PICKS, at_the_end, begin, page


def switch(client: Client, path: str, answers: dict[str, Any]) -> str:
    """Press the button "English" of that page; return the next page."""
    response = client.post(path, {**answers, "language": "en"}, follow=True)
    html = page(response)
    assert response.status_code == 200
    assert '<html lang="en">' in html
    return html


@pytest.mark.parametrize(
    ("step", "answers", "shown"),
    [
        (1, {"liked": PICKS[:2]}, [rf'value="{pick}" checked' for pick in PICKS[:2]]),
        (2, OTT, ['value="netflix"[^>]*checked', 'value="15000"[^>]*checked']),
        (2, {"monthly_budget": "17000"}, ['name="monthly_budget" value="17000"']),
        (3, ABOUT_YOU, ['value="31"', 'value="female"[^>]*checked']),
        (4, LAST, ['value="college"[^>]*checked', 'value="4m_6m"[^>]*checked']),
    ],
)
def test_what_was_entered_is_there_in_the_other_language(
    client: Client, live_model: Any, step: int, answers: dict[str, Any], shown: list[str]
) -> None:
    draft = begin(client)
    Draft.objects.update(step=4)
    html = switch(client, f"/survey/{draft.pk}/{step}/", answers)
    assert f"{step}/4" in html
    for pattern in shown:
        assert re.search(pattern, html), pattern
    assert not Respondent.objects.exists()


def test_picks_are_kept_where_nothing_was_sent_before(client: Client, live_model: Any) -> None:
    html = switch(client, "/survey/", {"liked": PICKS[:1], "q": "Horror film 61"})
    assert re.search(rf'value="{PICKS[0]}" checked', html)
    assert "for “Horror film 61”" in html
    assert Draft.objects.get().liked == PICKS[:1]


def test_without_a_pick_nothing_is_stored(client: Client, live_model: Any) -> None:
    assert "for “Horror film 61”" in switch(client, "/survey/", {"q": "Horror film 61"})
    assert not Draft.objects.exists()


def test_consent_is_given_to_the_text_that_was_read(client: Client, live_model: Any) -> None:
    draft = at_the_end(client)
    html = switch(client, f"/survey/{draft.pk}/4/", {**LAST, **OPTIONAL})
    for name in ("consent", *OPTIONAL):
        assert "checked" not in re.findall(rf'<input[^>]*name="{name}"[^>]*>', html)[0]


@pytest.mark.parametrize(
    ("step", "wrong"), [(2, {"monthly_budget": "x"}), (3, {"age": "x"}), (4, {"income": "x"})]
)
def test_a_wrong_answer_is_not_refused(
    client: Client, live_model: Any, step: int, wrong: dict[str, str]
) -> None:
    draft = at_the_end(client)
    assert 'role="alert"' not in switch(client, f"/survey/{draft.pk}/{step}/", wrong)


def test_under_14_nothing_is_kept(client: Client, live_model: Any) -> None:
    draft = at_the_end(client)
    response = client.post(f"/survey/{draft.pk}/3/", {"age": "13", "language": "en"})
    assert response.status_code == 403
    assert response.cookies[own_answers.COOKIE].value == ""
    assert not Draft.objects.exists()


def test_an_unknown_language_changes_nothing(client: Client, live_model: Any) -> None:
    draft = begin(client)
    response = client.post(f"/survey/{draft.pk}/2/", {"language": "x"}, follow=True)
    assert '<html lang="ko">' in page(response)
