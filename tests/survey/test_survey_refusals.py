"""What the survey refuses, with which message, and that it stores nothing then."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.http import QueryDict
from django.test import Client

from movies.models import Movie, Platform
from survey import own_answers
from survey.models import LARGEST_BUDGET, Draft, Respondent
from tests.survey.answering import (
    ABOUT_YOU,
    LAST,
    OTT,
    PICKS,
    TOKEN,
    at_the_end,
    begin,
    go,
    page,
    summary,
)

NOTHING_LEFT = "No film is left to recommend: you picked or set aside every film there is."


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
    assert html.index('name="consent"') < html.index('name="finish"')
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
    assert '<meta name="robots" content="noindex">' in page(response)
    assert not Draft.objects.exists()


def test_an_error_of_core_is_shown_and_the_draft_kept(
    english: Client, live_model: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from common.errors import DataError

    def refuse(**_: Any) -> None:
        raise DataError("liked: no such movie: 5")

    draft = at_the_end(english)
    monkeypatch.setattr("survey.views.sending.submit_survey", refuse)
    response = english.post(f"/survey/{draft.pk}/4/", LAST, follow=True)
    assert response.redirect_chain[-1][0] == f"/survey/{draft.pk}/1/"
    assert "The answers could not be used: liked: no such movie: 5" in page(response)


def test_films_that_are_deleted_meanwhile_lead_back_to_the_films(
    english: Client, live_model: Any
) -> None:
    draft = at_the_end(english)
    Draft.objects.update(liked=[*PICKS[:2], 999999])
    response = english.post(f"/survey/{draft.pk}/4/", LAST, follow=True)
    assert response.redirect_chain[-1][0] == f"/survey/{draft.pk}/1/"
    assert "is not known here" in page(response)
    assert not Respondent.objects.exists()


def test_without_a_live_model_the_pages_say_it_and_the_log_what_to_run(
    db: None, english: Client, caplog: pytest.LogCaptureFixture
) -> None:
    start, empty = english.get("/"), english.get("/survey/")
    sent = english.post("/survey/", {"liked": PICKS, "next": "1"})
    assert [start.status_code, empty.status_code, sent.status_code] == [200, 503, 503]
    for response in (start, empty, sent):
        assert "publish_model" not in page(response)
        assert "OTTwin is not ready yet." in page(response)
    assert caplog.text.count("publish_model") == 2  # survey and answers


def test_without_platforms_the_log_says_what_to_run(
    english: Client, live_model: Any, caplog: pytest.LogCaptureFixture
) -> None:
    Platform.objects.update(is_active=False)
    data = {"liked": PICKS, "consent": "on", "finish": "1", "token": TOKEN}
    response = english.post("/survey/", data)
    assert response.status_code == 503
    assert "load_reference_data" not in page(response)
    assert "load_reference_data" in caplog.text


def test_an_unknown_draft_is_a_page_that_leads_on(english: Client, live_model: Any) -> None:
    for path in (f"/survey/{uuid4()}/", f"/survey/{uuid4()}/2/"):
        response = english.get(path)
        assert response.status_code == 404
        assert "There is no survey at this address" in page(response)
        assert 'href="/survey/"' in page(response)


def every_film() -> list[int]:
    return list(Movie.objects.values_list("pk", flat=True))


def test_who_picks_every_film_is_told_so_and_keeps_the_picks(
    english: Client, live_model: Any
) -> None:
    draft = begin(english, liked=every_film())
    for step in (2, 3):
        go(english, draft, step, {}, step + 1)
    response = english.post(f"/survey/{draft.pk}/4/", LAST, follow=True)
    assert response.redirect_chain[-1][0] == f"/survey/{draft.pk}/1/"
    assert NOTHING_LEFT in page(response)
    assert "being replaced" not in page(response)
    draft.refresh_from_db()
    assert sorted(draft.liked) == sorted(every_film())
    assert not Respondent.objects.exists()


def test_who_picks_every_film_and_finishes_at_once_keeps_the_picks_too(
    english: Client, live_model: Any
) -> None:
    liked = every_film()
    data = {"liked": liked, "finish": "1", "token": TOKEN, "consent": "on"}
    response = english.post("/survey/", data)
    assert response.status_code == 400
    assert NOTHING_LEFT in summary(page(response), "#id_consent")
    assert len(re.findall(r'name="liked"[^>]*checked', page(response))) == len(liked)
    assert not Respondent.objects.exists()
