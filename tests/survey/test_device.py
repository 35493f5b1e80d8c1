"""What a browser remembers of its person: taps, the unfinished survey, and the last result."""

from __future__ import annotations

from typing import Any

from django.test import Client

from recommend.models import Reaction
from survey.models import Draft, Respondent
from tests.survey.answering import LAST, PICKS, TOKEN, at_the_end, begin, page

COOKIE = "ottwin_mine"
KEEP = {"token": TOKEN, "keep": "1"}
FINISH = {"token": TOKEN, "liked": PICKS[:3], "consent": "on", "finish": "1"}


def test_a_tap_is_kept_at_once_and_a_reload_loses_nothing(client: Client, live_model: Any) -> None:
    for liked in (PICKS[:1], PICKS[:2]):
        response = client.post("/survey/", {**KEEP, "liked": liked, "disliked": PICKS[3:4]})
        assert (response.status_code, response.content) == (204, b"")
    draft = Draft.objects.get()
    assert (draft.liked, draft.disliked) == (PICKS[:2], PICKS[3:4])
    html = page(client.get("/survey/", follow=True))
    for film in PICKS[:2]:
        assert f'name="liked" value="{film}" checked' in html
    assert html.count(' checked><svg class="icon small"') == 1  # the film that is not for them
    assert "이어서 하기 · 2편 골랐어요" in page(client.get("/"))


def test_nothing_is_kept_before_the_first_tap_or_beyond_the_limit(
    client: Client, live_model: Any, settings: Any
) -> None:
    assert client.post("/survey/", KEEP).status_code == 204
    settings.REQUEST_LIMITS = {**settings.REQUEST_LIMITS, "drafts": (0, 3600)}
    assert client.post("/survey/", {**KEEP, "liked": PICKS}).status_code == 204
    assert not Draft.objects.exists()
    assert COOKIE not in client.cookies


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
    client: Client, live_model: Any
) -> None:
    begin(client)
    cookie = client.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert cookie["max-age"] == 90 * 24 * 3600
    client.cookies[COOKIE] = f"{cookie.value}x"
    assert "이어서 하기" not in page(client.get("/"))


def test_a_result_is_found_on_the_start_page_until_it_is_deleted_or_forgotten(
    client: Client, live_model: Any
) -> None:
    draft = at_the_end(client)
    client.post(f"/survey/{draft.pk}/4/", LAST)
    link = f"/results/{Respondent.objects.get().pk}/"
    assert f'href="{link}"' in page(client.get("/"))
    assert client.get("/survey/").status_code == 200  # the survey that was sent is not continued
    assert "이 기기에서 지우기" in page(client.get("/"))
    assert link not in page(client.post("/forget/", follow=True))
    assert client.cookies[COOKIE].value == ""
    assert Respondent.objects.exists()  # only this device forgets

    other = Client()
    other.post("/survey/", FINISH)
    for respondent in Respondent.objects.all():
        assert other.post(f"/results/{respondent.pk}/delete/").status_code == 302
    assert other.cookies[COOKIE].value == ""
    assert "/results/" not in page(other.get("/"))


def test_a_survey_that_is_discarded_is_forgotten_but_a_result_stays(
    client: Client, live_model: Any
) -> None:
    client.post("/survey/", FINISH)
    result = Respondent.objects.get()
    client.get("/survey/")
    client.post("/survey/", {"liked": PICKS[:2], "keep": "1"})
    draft = Draft.objects.get(respondent=None)
    client.post(f"/survey/{draft.pk}/discard/")
    html = page(client.get("/"))
    assert "이어서 하기" not in html
    assert f"/results/{result.pk}/" in html


def test_films_that_are_not_for_the_person_count_and_are_never_recommended(
    client: Client, live_model: Any
) -> None:
    disliked = PICKS[4:]
    client.post("/survey/", {**FINISH, "disliked": [*disliked, PICKS[0], "999999", "x"]})
    respondent = Respondent.objects.get()
    kinds = Reaction.objects.filter(user=respondent).values_list("movie_id", "kind")
    assert list(kinds) == [(film, "not_interested") for film in disliked]
    listed = respondent.recommended_movies.values_list("movie_id", flat=True)
    assert not set(listed) & {*disliked, *PICKS[:3]}
    assert set(respondent.preferred_movies.values_list("pk", flat=True)) == set(PICKS[:3])
