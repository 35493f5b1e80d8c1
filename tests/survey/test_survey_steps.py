"""The start page and the four steps: what a respondent sees, and what is stored when."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from movies.models import Movie, Platform
from survey.forms import WholeNumberField, known_token
from survey.models import Draft, Respondent
from tests.survey.answering import (
    ABOUT_YOU,
    LAST,
    OPTIONAL,
    PICKS,
    TOKEN,
    at_the_end,
    begin,
    go,
    page,
)

# --- from the start page to the result -------------------------------------------------------


def test_the_start_page_leads_to_the_survey(client: Client, live_model: Any) -> None:
    response = client.get("/")
    assert response.status_code == 200
    assert '<html lang="ko">' in page(response)
    assert 'href="/survey/"' in page(response)


def test_looking_at_the_survey_stores_nothing(client: Client, live_model: Any) -> None:
    html = page(client.get("/survey/"))
    assert html.count('name="liked"') == 24
    assert "1/4" in html
    assert not Draft.objects.exists()


def test_four_steps_are_stored_as_one_respondent(english: Client, live_model: Any) -> None:
    draft = at_the_end(english)
    assert not Respondent.objects.exists()
    response = english.post(f"/survey/{draft.pk}/4/", LAST)
    stored = Respondent.objects.get()
    assert response.status_code == 302
    assert response["Location"] == f"/results/{stored.user_id}/"
    assert (stored.gender, stored.age, stored.education) == ("female", 31, "college")
    assert (stored.income, stored.ott_frequency) == ("4m_6m", "weekly")
    assert stored.monthly_budget == 15000
    assert (stored.statistics_consent, stored.learning_consent) == (False, False)
    assert set(stored.preferred_movies.values_list("pk", flat=True)) == set(PICKS)
    assert [platform.slug for platform in stored.subscribed_platforms.all()] == ["netflix"]


@pytest.mark.parametrize("name", OPTIONAL)
def test_an_optional_consent_is_stored_only_if_ticked(
    english: Client, live_model: Any, name: str
) -> None:
    draft = at_the_end(english)
    english.post(f"/survey/{draft.pk}/4/", {**LAST, name: "on"})
    stored = Respondent.objects.get()
    assert {one: getattr(stored, one) for one in OPTIONAL} == {one: one == name for one in OPTIONAL}


def test_no_consent_is_ticked_beforehand(client: Client, live_model: Any) -> None:
    first = page(client.get("/survey/"))
    draft = at_the_end(client)
    for html in (first, page(client.get(f"/survey/{draft.pk}/4/"))):
        for name in ("consent", *OPTIONAL):
            box = re.search(rf'<input[^>]*name="{name}"[^>]*>', html)
            assert box
            assert "checked" not in box[0]
        assert "90일" in html


def test_every_question_but_films_and_consent_may_be_left_out(
    client: Client, live_model: Any
) -> None:
    draft = begin(client, liked=PICKS[:3])
    go(client, draft, 2, {}, 3)
    go(client, draft, 3, {"gender": "", "age": "", "ott_frequency": ""}, 4)
    assert client.post(f"/survey/{draft.pk}/4/", {"consent": "on"}).status_code == 302
    stored = Respondent.objects.get()
    answers = (stored.gender, stored.age, stored.education, stored.monthly_budget)
    assert answers == ("", None, "", None)


def test_films_and_consent_on_the_first_page_are_enough(client: Client, live_model: Any) -> None:
    data = {"token": TOKEN, "liked": PICKS[:3], "consent": "on", "finish": "1"}
    first, second = client.post("/survey/", data), client.post("/survey/", data)
    assert first.status_code == 302
    assert first["Location"] == second["Location"]
    assert Respondent.objects.count() == 1
    assert not Draft.objects.exists()


def test_finishing_early_takes_what_was_answered_already(client: Client, live_model: Any) -> None:
    draft = at_the_end(client)
    data = {"liked": PICKS[:3], "consent": "on", "finish": "1"}
    assert client.post(f"/survey/{draft.pk}/1/", data).status_code == 302
    stored = Respondent.objects.get()
    assert (stored.gender, stored.age, stored.monthly_budget) == ("female", 31, 15000)
    assert set(stored.preferred_movies.values_list("pk", flat=True)) == set(PICKS[:3])


def test_the_same_survey_sent_twice_is_one_respondent(client: Client, live_model: Any) -> None:
    draft = at_the_end(client)
    first = client.post(f"/survey/{draft.pk}/4/", LAST)
    second = client.post(f"/survey/{draft.pk}/4/", LAST)
    assert first["Location"] == second["Location"]
    assert Respondent.objects.count() == 1


def test_going_back_and_changing_an_answer_is_a_new_result(client: Client, live_model: Any) -> None:
    draft = at_the_end(client)
    first = client.post(f"/survey/{draft.pk}/4/", LAST)
    go(client, draft, 3, {**ABOUT_YOU, "age": "32"}, 4)
    second = client.post(f"/survey/{draft.pk}/4/", LAST)
    assert first["Location"] != second["Location"]
    assert Respondent.objects.get().age == 32  # in place of the one before
    assert client.get(first["Location"]).status_code == 404


def test_two_tabs_carry_different_tokens(client: Client, live_model: Any) -> None:
    found = [
        re.findall(r'name="token" value="([^"]+)"', page(client.get("/survey/"))) for _ in range(2)
    ]
    assert [len(tokens) for tokens in found] == [1, 1]
    assert found[0] != found[1]


def test_only_active_platforms_are_offered(english: Client, live_model: Any) -> None:
    Platform.objects.filter(slug="wavve").update(is_active=False)
    html = page(english.get(f"/survey/{begin(english).pk}/2/"))
    assert 'value="netflix"' in html
    assert 'value="wavve"' not in html


def test_a_film_has_its_poster_or_a_drawn_cover_and_its_title_once(
    client: Client, live_model: Any, settings: Any
) -> None:
    html = page(client.get("/survey/"))
    film = Movie.objects.get(pk=re.findall(r'name="liked" value="(\d+)"', html)[0])
    drawn = film.picture.cover.rpartition("-")[2]  # the digest, whichever variant the page shows
    assert re.search(rf'src="/covers/ko/{film.pk}-\d+-{drawn}" alt="{re.escape(str(film))}"', html)
    assert html.count(film.display_title) == 3  # alt, "not for me", and one in the search box
    Movie.objects.filter(pk=film.pk).update(poster_path="/poster.jpg")
    html = page(client.get("/survey/"))
    assert f'src="{settings.TMDB_IMAGE_URL}/w185/poster.jpg" alt="{film}"' in html
    assert f'data-cover="/covers/ko/{film.pk}-' in html
    settings.TMDB_IMAGE_URL = ""
    assert "poster.jpg" not in page(client.get("/survey/"))


# --- other films: more, and search --------------------------------------------------------------


def test_more_films_are_others_and_the_picks_stay(client: Client, live_model: Any) -> None:
    html = page(client.get("/survey/"))
    first = re.findall(r'name="liked" value="(\d+)"', html)
    shown = re.search(r'name="shown" value="([^"]+)"', html)[1]  # type: ignore[index]
    response = client.post("/survey/", {"liked": first[:2], "shown": shown, "more": "1"})
    draft = Draft.objects.get()
    assert response["Location"] == f"/survey/{draft.pk}/1/"
    html = page(client.get(response["Location"]))
    assert sorted(re.findall(r'value="(\d+)" checked', html)) == sorted(first[:2])
    offered = set(re.findall(r'name="liked" value="(\d+)"', html)) - set(first[:2])
    assert len(offered) == 24
    assert not offered & set(first)


def test_searching_keeps_the_picks_and_leads_to_a_page_of_its_own(
    english: Client, live_model: Any
) -> None:
    response = english.post("/survey/", {"liked": PICKS, "q": "Horror film 61", "find": "1"})
    assert not Respondent.objects.exists()
    draft = Draft.objects.get()
    assert response["Location"] == f"/survey/{draft.pk}/1/?q=Horror+film+61"
    html = page(english.get(response["Location"]))
    for pick in PICKS:
        assert re.search(rf'value="{pick}" checked', html)
    assert html.index("Horror film 61") < html.index("Your picks")
    assert "for “Horror film 61”" in html


def test_a_search_has_an_address(english: Client, live_model: Any) -> None:
    html = page(english.get("/survey/", {"q": "Drama 영화 41"}))
    assert "Drama film 41" in html
    assert not Draft.objects.exists()


def test_a_search_without_a_hit_says_so_and_still_offers_films(
    english: Client, live_model: Any
) -> None:
    html = page(english.get("/survey/", {"q": "100%_zzz"}))
    assert "We don’t have “100%_zzz” yet." in html
    assert html.count('name="liked"') >= 24


def test_a_title_that_is_not_there_leads_to_those_that_begin_like_it(
    english: Client, live_model: Any
) -> None:
    html = page(english.get("/survey/", {"q": "Horror film 61 subtitled"}))
    assert "We don’t have “Horror film 61 subtitled” yet." in html
    assert "How about these?" in html
    assert "Horror film 61" in html
    assert html.count('name="liked"') > 24


def test_the_search_box_names_a_film_that_is_there(english: Client, live_model: Any) -> None:
    html = page(english.get("/survey/"))
    named = re.search(r'placeholder="Find “([^”]+)”"', html)
    assert named
    assert Movie.objects.filter(title=named[1]).exists()


def test_the_search_box_is_offered_a_few_films(english: Client, live_model: Any) -> None:
    html = page(english.get("/survey/films/", {"q": "horror"}))
    assert html.count('role="option"') == 8
    assert "8 films found." in html
    assert "No film found" in page(english.get("/survey/films/", {"q": "zzz"}))
    assert 'role="option"' not in page(english.get("/survey/films/"))


def test_a_pick_that_is_no_film_does_not_disturb_a_search(english: Client, live_model: Any) -> None:
    data = {"find": "1", "q": "a\x00b", "liked": ["999999", "x", "9" * 30, "\x00", "²"]}
    response = english.post("/survey/", data)
    assert english.get(response["Location"]).status_code == 200


@pytest.mark.parametrize(
    ("chosen", "written", "budget"),
    [
        ("15000", "15,000원", 15000),
        ("15000", "", 15000),
        ("", "17000", 17000),  # "no limit" is what is chosen beforehand
        (None, "17000", 17000),
        ("", "", None),
    ],
)
def test_one_budget_is_kept(
    client: Client, live_model: Any, chosen: str | None, written: str, budget: int | None
) -> None:
    draft = begin(client)
    given = {} if chosen is None else {"budget_choice": chosen}
    go(client, draft, 2, {**given, "monthly_budget": written}, 3)
    draft.refresh_from_db()
    assert draft.monthly_budget == budget


def test_an_amount_that_was_written_is_shown_without_another_one_chosen(
    client: Client, live_model: Any
) -> None:
    draft = begin(client)
    go(client, draft, 2, {"monthly_budget": "17000"}, 3)
    html = page(client.get(f"/survey/{draft.pk}/2/"))
    assert 'value="17000"' in html
    assert not re.search(r'name="budget_choice"[^>]*checked', html)


def test_no_page_has_inline_script_or_style_or_foreign_files(
    client: Client, live_model: Any
) -> None:
    draft = at_the_end(client)
    steps = [f"/survey/{draft.pk}/{step}/" for step in (1, 2, 3, 4)]
    for path in ("/", "/survey/", "/about/", "/statistics/", *steps):
        response = client.get(path)
        html = page(response)
        assert not re.search(r"<script(?![^>]* src=\"/static/)", html)
        assert "style=" not in html
        assert not re.search(r'(src|rel="stylesheet" href)="https?:', html)
        policy = response["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("", None),
        (" 31 ", 31),
        ("31세", 31),
        ("15,000", 15000),
        ("15,000원", 15000),
        ("₩15000", 15000),
        ("３１", 31),
    ],
)
def test_a_number_may_be_written_as_people_write_it(text: str, number: int | None) -> None:
    assert WholeNumberField(required=False).clean(text) == number


def test_a_broken_token_is_replaced() -> None:
    good = known_token(QueryDict(f"token={TOKEN}"))
    assert good == TOKEN
    assert known_token(QueryDict("token=x")) != known_token(QueryDict("token=x"))
