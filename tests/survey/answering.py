"""Answering the survey step by step in Django's test client."""

from __future__ import annotations

from typing import Any

from django.test import Client

from survey.models import Draft
from tests.worlds import film_ids

TOKEN = "a-token-of-this-test"
PICKS = film_ids("Action")[:5]
OTT = {"subscribed": ["netflix"], "budget_choice": "15000"}
ABOUT_YOU = {"ott_frequency": "weekly", "gender": "female", "age": "31"}
OPTIONAL = {"statistics_consent": "on", "learning_consent": "on"}
LAST = {"education": "college", "income": "4m_6m", "consent": "on"}


def page(response: Any) -> str:
    return str(response.content.decode())


def begin(client: Client, **answers: Any) -> Draft:
    """Send step 1; return the draft that it makes."""
    response = client.post("/survey/", {"liked": PICKS, "next": "1", **answers})
    draft = Draft.objects.latest("created_at")
    assert response["Location"] == f"/survey/{draft.pk}/2/"
    return draft


def go(client: Client, draft: Draft, step: int, answers: dict[str, Any], to: int) -> None:
    response = client.post(f"/survey/{draft.pk}/{step}/", {"next": "1", **answers})
    assert response.status_code == 302, page(response)
    assert response["Location"] == f"/survey/{draft.pk}/{to}/"


def at_the_end(client: Client) -> Draft:
    """Send steps 1 to 3."""
    draft = begin(client)
    go(client, draft, 2, OTT, 3)
    go(client, draft, 3, ABOUT_YOU, 4)
    return draft


def summary(html: str, target: str) -> str:
    """The text of the error summary, which links to an element of the page."""
    start = html.index('role="alert"')
    text = html[start : html.index("</ul>", start)]
    assert f'href="{target}"' in text
    assert f'id="{target[1:]}"' in html
    return text
