"""Step 3 knows what a member has told their account, until they answer it themselves."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.utils import timezone

from tests.recommend.members import a_member, browser_of
from tests.survey.answering import OTT, begin, go, page

BORN = timezone.localdate().year - 31


def is_checked(html: str, value: str) -> bool:
    tag = html.partition(f'name="gender" value="{value}"')[2].partition(">")[0]
    return " checked" in tag


def test_gender_and_age_are_filled_in(live_model: Any) -> None:
    client = browser_of(a_member(gender="female", birth_year=BORN))
    draft = begin(client)
    go(client, draft, 2, OTT, 3)
    html = page(client.get(f"/survey/{draft.pk}/3/"))
    assert is_checked(html, "female")
    assert 'name="age" value="31"' in html


def test_what_they_answer_instead_stays(live_model: Any) -> None:
    client = browser_of(a_member(gender="female", birth_year=BORN))
    draft = begin(client)
    go(client, draft, 2, OTT, 3)
    go(client, draft, 3, {"gender": "", "age": ""}, 4)
    html = page(client.get(f"/survey/{draft.pk}/3/"))
    assert not is_checked(html, "female")
    assert 'value="31"' not in html


def test_visitors_and_members_who_said_nothing_get_an_empty_step(live_model: Any) -> None:
    for client in (Client(), browser_of(a_member())):
        draft = begin(client)
        go(client, draft, 2, OTT, 3)
        html = page(client.get(f"/survey/{draft.pk}/3/"))
        assert not is_checked(html, "female")
        assert 'name="age" value' not in html
