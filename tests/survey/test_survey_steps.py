"""The start page and the four steps: what a respondent sees, and what is stored when."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.http import QueryDict
from django.test import Client

from movies.models import Movie, Platform
from survey import own_answers
from survey.forms import WholeNumberField, known_token
from survey.models import LARGEST_BUDGET, Draft, Respondent
from tests.worlds import film_ids

TOKEN = "a-token-of-this-test"
PICKS = film_ids("Action")[:5]
OTT = {"subscribed": ["netflix"], "budget_choice": "15000"}
ABOUT_YOU = {"ott_frequency": "weekly", "gender": "female", "age": "31"}
LAST = {"education": "college", "income": "4m_6m", "consent": "on"}


def page(response: Any) -> str:
    return str(response.content.decode())


def begin(client: Client, **answers: Any) -> Draft:
    """Step 1 sent; the draft that it made."""
    response = client.post("/survey/", {"liked": PICKS, "next": "1", **answers})
    draft = Draft.objects.latest("created_at")
    assert response["Location"] == f"/survey/{draft.pk}/2/"
    return draft


def go(client: Client, draft: Draft, step: int, answers: dict[str, Any], to: int) -> None:
    response = client.post(f"/survey/{draft.pk}/{step}/", {"next": "1", **answers})
    assert response.status_code == 302, page(response)
    assert response["Location"] == f"/survey/{draft.pk}/{to}/"


def at_the_end(client: Client) -> Draft:
    """Steps 1 to 3 sent."""
    draft = begin(client)
    go(client, draft, 2, OTT, 3)
    go(client, draft, 3, ABOUT_YOU, 4)
    return draft


# --- the way of a respondent -----------------------------------------------------------------


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
    assert stored.statistics_consent is False
    assert set(stored.preferred_movies.values_list("pk", flat=True)) == set(PICKS)
    assert [platform.slug for platform in stored.subscribed_platforms.all()] == ["netflix"]


def test_the_optional_consent_is_stored_only_if_ticked(english: Client, live_model: Any) -> None:
    draft = at_the_end(english)
    english.post(f"/survey/{draft.pk}/4/", {**LAST, "statistics_consent": "on"})
    assert Respondent.objects.get().statistics_consent is True


def test_neither_consent_is_ticked_beforehand(client: Client, live_model: Any) -> None:
    draft = at_the_end(client)
    for html in (page(client.get("/survey/")), page(client.get(f"/survey/{draft.pk}/4/"))):
        for name in ("consent", "statistics_consent"):
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


def test_a_film_has_its_poster_over_a_drawn_cover_or_the_cover_alone(
    client: Client, live_model: Any, settings: Any
) -> None:
    film = Movie.objects.get(
        pk=re.search(r'name="liked" value="(\d+)"', page(client.get("/survey/")))[1]
    )  # type: ignore[index]
    assert "<img" not in page(client.get("/survey/"))
    Movie.objects.filter(pk=film.pk).update(poster_path="/poster.jpg")
    html = page(client.get("/survey/"))
    assert f'src="{settings.TMDB_IMAGE_URL}/w185/poster.jpg" alt=""' in html
    assert html.count(film.display_title) >= 2  # on the cover, and as text below
    settings.TMDB_IMAGE_URL = ""
    assert "<img" not in page(client.get("/survey/"))


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


def test_a_search_is_also_a_plain_address(english: Client, live_model: Any) -> None:
    html = page(english.get("/survey/", {"q": "Drama 영화 41"}))
    assert "Drama film 41" in html
    assert not Draft.objects.exists()


def test_a_search_without_a_hit_says_so_and_still_offers_films(
    english: Client, live_model: Any
) -> None:
    html = page(english.get("/survey/", {"q": "100%_zzz"}))
    assert "No film found for “100%_zzz”" in html
    assert html.count('name="liked"') == 24


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


# --- what is refused ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("liked", "message"),
    [
        (PICKS[:2], "Please pick at least 3 films"),
        ([*PICKS[:2], PICKS[0]], "Please pick at least 3 films"),
        ([], "Please pick at least 3 films"),
        ([*PICKS, 999999], "is not known here"),
        ([*PICKS, "Matrix"], "is not known here"),
        ([*PICKS, "1\x00"], "is not known here"),
        ([*PICKS, "-1"], "is not known here"),
        ([*PICKS, "9" * 5000], "is not known here"),
    ],
)
def test_wrong_films_get_a_message_and_nothing_is_stored(
    english: Client, live_model: Any, liked: list[Any], message: str
) -> None:
    response = english.post("/survey/", {"liked": liked, "next": "1"})
    assert response.status_code == 400
    assert message in summary(page(response), "#films")
    assert not Draft.objects.exists()


def summary(html: str, target: str) -> str:
    """The error summary, which leads to the target, which is there."""
    start = html.index('role="alert"')
    text = html[start : html.index("</ul>", start)]
    assert f'href="{target}"' in text
    assert f'id="{target[1:]}"' in html
    return text


@pytest.mark.parametrize(
    ("step", "answers", "message", "target"),
    [
        (2, {"subscribed": ["netflix\x00"]}, "platforms is not known", "#id_subscribed_0"),
        (2, {"subscribed": ["cinema"]}, "platforms is not known", "#id_subscribed_0"),
        (2, {"budget_choice": "7"}, "Please choose one of the answers", "#id_budget_choice_0"),
        (2, {"monthly_budget": "-1"}, "cannot be below 0", "#id_monthly_budget"),
        (2, {"monthly_budget": "9" * 20}, "at most 10,000,000", "#id_monthly_budget"),
        (2, {"monthly_budget": f"{LARGEST_BUDGET + 1}"}, "at most 10,0", "#id_monthly_budget"),
        (2, {"monthly_budget": "cheap"}, "whole number, such as 15000", "#id_monthly_budget"),
        (2, OTT | {"monthly_budget": "17000"}, "You chose 15,000 won", "#id_monthly_budget"),
        (3, {"gender": "other\x00"}, "Please choose one of the answers", "#id_gender_0"),
        (3, {"ott_frequency": "\x00"}, "Please choose one of the answers", "#id_ott_frequency_0"),
        (3, {"age": "121"}, "from 14 to 120", "#id_age"),
        (3, {"age": "0"}, "from 14 to 120", "#id_age"),
        (3, {"age": "-3"}, "from 14 to 120", "#id_age"),
        (3, {"age": "young"}, "whole number, such as 31", "#id_age"),
        (3, {"age": "1" * 5000}, "", "#id_age"),
        (3, {"age": "3\x001"}, "whole number, such as 31", "#id_age"),
        (4, {"education": "phd", "consent": "on"}, "Please choose one", "#id_education_0"),
        (4, {"income": "lots", "consent": "on"}, "Please choose one", "#id_income_0"),
        (4, {}, "Without your consent", "#id_consent"),
    ],
)  # fmt: skip
def test_a_wrong_answer_gets_a_message_beside_it_and_is_kept(
    english: Client, live_model: Any, step: int, answers: dict[str, Any], message: str, target: str
) -> None:
    draft = at_the_end(english)
    response = english.post(f"/survey/{draft.pk}/{step}/", {"next": "1", **answers})
    html = page(response)
    assert response.status_code == 400
    assert not Respondent.objects.exists()
    assert message in summary(html, target)
    typed = [value for value in answers.values() if value in ("cheap", "young", "121", "17000")]
    assert all(f'value="{value}"' in html for value in typed)


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


def test_under_14_nothing_is_kept(english: Client, live_model: Any) -> None:
    draft = begin(english)
    go(english, draft, 2, OTT, 3)
    response = english.post(f"/survey/{draft.pk}/3/", {**ABOUT_YOU, "age": "13", "next": "1"})
    assert response.status_code == 403
    assert "We keep nothing that you entered" in page(response)
    assert not Draft.objects.exists()
    assert not Respondent.objects.exists()
    assert response.cookies[own_answers.COOKIE].value == ""
    assert english.get(f"/survey/{draft.pk}/3/").status_code == 404


def test_under_14_after_sending_takes_the_result_back(english: Client, live_model: Any) -> None:
    draft = at_the_end(english)
    english.post(f"/survey/{draft.pk}/4/", LAST)
    english.post(f"/survey/{draft.pk}/3/", {**ABOUT_YOU, "age": "13", "next": "1"})
    assert not Respondent.objects.exists()
    assert not Draft.objects.exists()


def test_early_finish_needs_consent_and_keeps_the_picks(english: Client, live_model: Any) -> None:
    response = english.post("/survey/", {"liked": PICKS, "finish": "1", "token": TOKEN})
    html = page(response)
    assert response.status_code == 400
    assert "Without your consent" in summary(html, "#id_consent")
    assert '<details class="quick card" open>' in html
    for pick in PICKS:
        assert re.search(rf'value="{pick}" checked', html)
    assert f'name="token" value="{TOKEN}"' in html
    assert not Draft.objects.exists()


def test_the_messages_are_korean_on_korean_pages(client: Client, live_model: Any) -> None:
    assert "3편 이상 골라 주세요" in page(client.post("/survey/", {"next": "1"}))
    draft = at_the_end(client)
    assert "만 14세" in page(client.post(f"/survey/{draft.pk}/3/", {"age": "13", "next": "1"}))


def test_more_than_1000_films_are_refused(english: Client, live_model: Any, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = None
    response = english.post("/survey/", {"liked": list(range(1, 1002)), "next": "1"})
    assert response.status_code == 400
    assert "Please pick at most 1,000 films." in page(response)


@pytest.mark.parametrize("body", [{"liked": list(range(5000))}, {"q": "x" * 3_000_000}])
def test_a_huge_post_gets_a_page_that_says_why(
    english: Client, live_model: Any, body: dict[str, Any]
) -> None:
    data = QueryDict(mutable=True)
    for name, value in body.items():
        data.setlist(name, [str(item) for item in value] if isinstance(value, list) else [value])
    response = english.post(
        "/survey/", data.urlencode(), content_type="application/x-www-form-urlencoded"
    )
    assert response.status_code == 400
    assert "too large or damaged" in page(response)
    assert not Draft.objects.exists()


def test_a_form_from_elsewhere_is_refused(live_model: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies["django_language"] = "en"
    response = client.post("/survey/", {"liked": PICKS, "next": "1"})
    assert response.status_code == 403
    assert "Please send the form again" in page(response)
    assert not Draft.objects.exists()


def test_an_error_of_the_core_is_shown_and_the_draft_kept(
    english: Client, live_model: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from common.errors import DataError

    def refuse(**_: Any) -> None:
        raise DataError("liked: no such movie: 5")

    draft = at_the_end(english)
    monkeypatch.setattr("survey.views.submit_survey", refuse)
    response = english.post(f"/survey/{draft.pk}/4/", LAST, follow=True)
    assert response.redirect_chain[-1][0] == f"/survey/{draft.pk}/1/"
    assert "The answers could not be used: liked: no such movie: 5" in page(response)


def test_films_that_are_gone_meanwhile_lead_back_to_the_films(
    english: Client, live_model: Any
) -> None:
    draft = at_the_end(english)
    Draft.objects.update(liked=[*PICKS[:2], 999999])
    response = english.post(f"/survey/{draft.pk}/4/", LAST, follow=True)
    assert response.redirect_chain[-1][0] == f"/survey/{draft.pk}/1/"
    assert "is not known here" in page(response)
    assert not Respondent.objects.exists()


# --- not ready ---------------------------------------------------------------------------------


def test_without_a_live_model_the_pages_say_what_to_run(db: None, english: Client) -> None:
    start, empty = english.get("/"), english.get("/survey/")
    sent = english.post("/survey/", {"liked": PICKS, "next": "1"})
    assert [start.status_code, empty.status_code, sent.status_code] == [200, 503, 503]
    for response in (start, empty, sent):
        assert "publish_model" in page(response)
        assert "OTTwin is not ready yet." in page(response)


def test_without_platforms_the_survey_says_what_to_run(english: Client, live_model: Any) -> None:
    Platform.objects.update(is_active=False)
    data = {"liked": PICKS, "consent": "on", "finish": "1", "token": TOKEN}
    response = english.post("/survey/", data)
    assert response.status_code == 503
    assert "load_reference_data" in page(response)


def test_an_unknown_draft_is_a_page_that_leads_on(english: Client, live_model: Any) -> None:
    for path in (f"/survey/{uuid4()}/", f"/survey/{uuid4()}/2/"):
        response = english.get(path)
        assert response.status_code == 404
        assert "There is no survey at this address" in page(response)
        assert 'href="/survey/"' in page(response)


# --- how ---------------------------------------------------------------------------------------


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
