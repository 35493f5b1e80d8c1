"""The consent to learning in the survey: what is kept of the screens, and the box afterwards."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from recommend.services.home.learning import withdraw
from survey.models import Draft, Respondent
from tests.survey.answering import ABOUT_YOU, LAST, PICKS, TOKEN, at_the_end, begin, go, page
from tests.worlds import film_ids

SCREENS = film_ids("Horror")[:2], film_ids("Drama")[:2]
LEARNING = {"learning_consent": "on"}


def answered(client: Client) -> Draft:
    """Two screens of films, then steps 2 and 3."""
    draft = None
    for screen, button in zip(SCREENS, ("more", "next"), strict=True):
        path = f"/survey/{draft.pk}/1/" if draft else "/survey/"
        client.post(path, {"liked": PICKS, "shown": ",".join(map(str, screen)), button: "1"})
        draft = Draft.objects.get()
    assert draft is not None
    go(client, draft, 2, {}, 3)
    go(client, draft, 3, ABOUT_YOU, 4)
    return draft


def is_ticked(html: str) -> bool:
    (box,) = re.findall(r'<input[^>]*name="learning_consent"[^>]*>', html)
    return "checked" in box


def test_the_films_of_every_screen_are_kept_with_consent(client: Client, live_model: Any) -> None:
    draft = answered(client)
    client.post(f"/survey/{draft.pk}/4/", {**LAST, **LEARNING})
    stored = Respondent.objects.get()
    assert stored.learning_consent is True
    assert sorted(stored.shown) == sorted([*SCREENS[0], *SCREENS[1]])


def test_without_consent_none_of_them_is_kept(client: Client, live_model: Any) -> None:
    draft = answered(client)
    client.post(f"/survey/{draft.pk}/4/", LAST)
    stored = Respondent.objects.get()
    assert (stored.learning_consent, stored.shown) == (False, [])


def test_the_last_screen_comes_again_when_the_person_goes_back(
    client: Client, live_model: Any
) -> None:
    html = page(client.get("/survey/"))
    offered = re.search(r'name="shown" value="([^"]+)"', html)[1]  # type: ignore[index]
    draft = begin(client, liked=PICKS, shown=offered)
    draft.refresh_from_db()
    assert draft.shown == []
    assert sorted(draft.also_shown) == sorted(int(film) for film in offered.split(","))


@pytest.mark.parametrize(
    ("learning", "kept"), [(LEARNING, sorted([*SCREENS[0], 999_999])[:2]), ({}, [])]
)
def test_the_short_way_keeps_the_films_that_exist_and_only_with_consent(
    client: Client, live_model: Any, learning: dict[str, str], kept: list[int]
) -> None:
    shown = ",".join(map(str, [*SCREENS[0], 999_999]))
    data = {"token": TOKEN, "liked": PICKS, "shown": shown, "consent": "on", "finish": "1"}
    assert client.post("/survey/", data | learning).status_code == 302
    stored = Respondent.objects.get()
    assert (stored.learning_consent, sorted(stored.shown)) == (bool(learning), kept)
    assert not Draft.objects.exists()


def test_changed_answers_show_the_box_as_the_person_left_it(
    client: Client, live_model: Any
) -> None:
    draft = at_the_end(client)
    last, first = f"/survey/{draft.pk}/4/", f"/survey/{draft.pk}/1/"
    client.post(last, LAST)
    assert not is_ticked(page(client.get(last)))
    client.post(last, {**LAST, **LEARNING})
    assert is_ticked(page(client.get(last)))
    assert is_ticked(page(client.get(first)))
    go(client, draft, 3, {**ABOUT_YOU, "age": "40"}, 4)
    assert is_ticked(page(client.get(last)))
    withdraw(respondent=Respondent.objects.get())
    assert not is_ticked(page(client.get(last)))


@pytest.mark.parametrize(("step", "aside"), [(4, "back"), (4, "language"), (1, "more")])
def test_a_box_that_was_emptied_stays_empty(
    client: Client, live_model: Any, step: int, aside: str
) -> None:
    draft = at_the_end(client)
    last = f"/survey/{draft.pk}/4/"
    client.post(last, {**LAST, **LEARNING})
    client.post(f"/survey/{draft.pk}/{step}/", {"liked": PICKS, aside: "1"})
    go(client, draft, 3, ABOUT_YOU, 4)
    assert not is_ticked(page(client.get(last)))
    client.post(f"/survey/{draft.pk}/{step}/", {"liked": PICKS, aside: "1", **LEARNING})
    assert is_ticked(page(client.get(last)))


def test_another_browser_sees_no_ticked_box(client: Client, live_model: Any) -> None:
    draft = at_the_end(client)
    client.post(f"/survey/{draft.pk}/4/", {**LAST, **LEARNING})
    assert not is_ticked(page(Client().get(f"/survey/{draft.pk}/4/")))


def test_the_same_answers_with_another_choice_keep_the_result_and_follow_the_choice(
    client: Client, live_model: Any
) -> None:
    draft = answered(client)
    path = f"/survey/{draft.pk}/4/"
    first = client.post(path, {**LAST, **LEARNING})["Location"]
    assert client.post(path, LAST)["Location"] == first
    stored = Respondent.objects.get()
    assert (stored.learning_consent, stored.shown) == (False, [])
    assert client.post(path, {**LAST, **LEARNING})["Location"] == first
    stored = Respondent.objects.get()
    assert (stored.learning_consent, len(stored.shown)) == (True, 4)
