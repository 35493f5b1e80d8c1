"""The start page and the survey page: what a respondent sees, and what is stored."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from movies.models import Platform
from recommend.services import surveys
from survey.forms import SurveyForm, WholeNumberField, known_token
from survey.models import LARGEST_BUDGET, Respondent
from tests.worlds import film_ids

TOKEN = "a-token-of-this-test"
PICKS = film_ids("Action")[:5]


def answers(**changes: Any) -> dict[str, Any]:
    """A complete form; `None` leaves an answer out."""
    data = {
        "token": TOKEN,
        "liked": PICKS,
        "gender": "female",
        "age": "31",
        "education": "college",
        "income": "4m_6m",
        "ott_frequency": "weekly",
        "subscribed": ["netflix"],
        "monthly_budget": "15000",
        "consent": "on",
    }
    return {name: value for name, value in (data | changes).items() if value is not None}


def page(response: Any) -> str:
    return str(response.content.decode())


@pytest.fixture
def english(client: Client) -> Client:
    client.cookies["django_language"] = "en"
    return client


# --- the way of a respondent -----------------------------------------------------------------


def test_the_start_page_leads_to_the_survey(client: Client, live_model: Any) -> None:
    response = client.get("/")
    assert response.status_code == 200
    assert '<html lang="ko">' in page(response)
    assert 'href="/survey/"' in page(response)


def test_a_complete_survey_is_stored_and_leads_to_its_result(
    english: Client, live_model: Any
) -> None:
    response = english.post("/survey/", answers())
    stored = Respondent.objects.get()
    assert response.status_code == 302
    assert response["Location"] == f"/results/{stored.user_id}/"
    assert (stored.gender, stored.age, stored.education) == ("female", 31, "college")
    assert (stored.income, stored.ott_frequency) == ("4m_6m", "weekly")
    assert stored.monthly_budget == 15000
    assert set(stored.preferred_movies.values_list("pk", flat=True)) == set(PICKS)
    assert [platform.slug for platform in stored.subscribed_platforms.all()] == ["netflix"]


def test_films_and_consent_are_enough(client: Client, live_model: Any) -> None:
    data = {"token": TOKEN, "liked": PICKS[:3], "consent": "on"}
    assert client.post("/survey/", data).status_code == 302
    stored = Respondent.objects.get()
    assert (stored.gender, stored.age, stored.education, stored.monthly_budget) == (
        "",
        None,
        "",
        None,
    )


def test_the_same_form_sent_twice_is_one_respondent(client: Client, live_model: Any) -> None:
    first = client.post("/survey/", answers())
    second = client.post("/survey/", answers(liked=PICKS[::-1]))
    assert first["Location"] == second["Location"]
    assert Respondent.objects.count() == 1


def test_going_back_and_changing_an_answer_is_a_new_result(client: Client, live_model: Any) -> None:
    first = client.post("/survey/", answers())
    second = client.post("/survey/", answers(age="32"))
    assert first["Location"] != second["Location"]
    assert Respondent.objects.count() == 2


def test_two_tabs_carry_different_tokens(client: Client, live_model: Any) -> None:
    found = [
        re.findall(r'name="token" value="([^"]+)"', page(client.get("/survey/"))) for _ in range(2)
    ]
    assert [len(tokens) for tokens in found] == [1, 1]
    assert found[0] != found[1]


def test_the_form_offers_the_best_known_films_and_the_active_platforms(
    english: Client, live_model: Any
) -> None:
    Platform.objects.filter(slug="wavve").update(is_active=False)
    html = page(english.get("/survey/"))
    assert html.count('name="liked"') == 60
    assert 'value="netflix"' in html
    assert 'value="wavve"' not in html
    assert "checked" not in re.search(r'<input[^>]*name="consent"[^>]*>', html)[0]  # type: ignore[index]
    assert "90 days" in html


def test_titles_are_korean_with_the_original_beside_on_korean_pages(
    client: Client, live_model: Any
) -> None:
    html = page(client.get("/survey/"))
    assert re.search(r"Action 영화 \d+", html)
    assert re.search(r'lang="en">Action film \d+', html)


# --- searching for films -----------------------------------------------------------------------


def test_searching_keeps_every_answer_and_pick_and_stores_nothing(
    english: Client, live_model: Any
) -> None:
    data = answers(find="1", search="Horror film 6", consent="on", age="12x")
    response = english.post("/survey/", data)
    html = page(response)
    assert response.status_code == 200
    assert not Respondent.objects.exists()
    for pick in PICKS:
        assert re.search(rf'value="{pick}" checked', html)
    assert html.index("Horror film 61") < html.index("Action film")
    for kept in ('value="12x"', 'value="Horror film 6"', 'value="15000"', f'value="{TOKEN}"'):
        assert kept in html
    for chosen in ("female", "netflix"):
        assert re.search(rf'<input[^>]*value="{chosen}"[^>]*checked', html)
    assert re.search(r'<option value="college" selected', html)
    assert re.search(r'<input[^>]*name="consent"[^>]*checked', html)
    assert "error-summary" not in html


def test_a_korean_title_is_found_in_either_language(english: Client, live_model: Any) -> None:
    html = page(english.post("/survey/", {"find": "1", "search": "Drama 영화 41"}))
    assert "1 film found" in html
    assert "Drama film 41" in html


def test_a_search_without_a_hit_says_so_and_still_offers_films(
    english: Client, live_model: Any
) -> None:
    html = page(english.post("/survey/", {"find": "1", "search": "100%_zzz"}))
    assert "No film found for “100%_zzz”" in html
    assert html.count('name="liked"') == 60


def test_a_pick_that_is_no_film_does_not_disturb_a_search(english: Client, live_model: Any) -> None:
    data = {"find": "1", "search": "a\x00b", "liked": ["999999", "x", "9" * 30, "\x00", "²"]}
    assert english.post("/survey/", data).status_code == 200


# --- what is refused ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "message", "target"),
    [
        ({"liked": PICKS[:2]}, "Please pick at least 3 films", "#films"),
        ({"liked": [*PICKS[:2], PICKS[0]]}, "Please pick at least 3 films", "#films"),
        ({"liked": [*PICKS, 999999]}, "is not known here", "#films"),
        ({"liked": [*PICKS, "Matrix"]}, "is not known here", "#films"),
        ({"liked": [*PICKS, "1\x00"]}, "is not known here", "#films"),
        ({"liked": [*PICKS, "-1"]}, "is not known here", "#films"),
        ({"liked": [*PICKS, "9" * 5000]}, "is not known here", "#films"),
        ({"gender": "other\x00"}, "Please choose one of the answers", "#id_gender_0"),
        ({"age": "13"}, "People under 14 can not take part", "#id_age"),
        ({"age": "121"}, "at most 120", "#id_age"),
        ({"age": "young"}, "whole number, such as 31", "#id_age"),
        ({"age": "1" * 5000}, "", "#id_age"),
        ({"age": "3\x001"}, "whole number, such as 31", "#id_age"),
        ({"education": "phd"}, "Please choose one of the answers", "#id_education"),
        ({"income": "lots"}, "Please choose one of the answers", "#id_income"),
        ({"ott_frequency": "\x00"}, "Please choose one of the answers", "#id_ott_frequency"),
        ({"subscribed": ["netflix\x00"]}, "One of the platforms is not known", "#id_subscribed_0"),
        ({"subscribed": ["cinema"]}, "One of the platforms is not known", "#id_subscribed_0"),
        ({"monthly_budget": "-1"}, "can not be below 0", "#id_monthly_budget"),
        ({"monthly_budget": "99999999999999999999"}, "at most 10,000,000", "#id_monthly_budget"),
        (
            {"monthly_budget": str(LARGEST_BUDGET + 1)},
            f"at most {LARGEST_BUDGET:,}",
            "#id_monthly_budget",
        ),
        ({"monthly_budget": "cheap"}, "whole number, such as 15000", "#id_monthly_budget"),
        ({"consent": None}, "Without your consent", "#id_consent"),
        ({"token": None}, "This form has expired", "#survey-form"),
        ({"token": "\x00" * 20}, "This form has expired", "#survey-form"),
        ({"token": f"{TOKEN}!"}, "This form has expired", "#survey-form"),
    ],
)
def test_a_wrong_answer_gets_a_message_and_nothing_is_stored(
    english: Client, live_model: Any, changes: dict[str, Any], message: str, target: str
) -> None:
    response = english.post("/survey/", answers(**changes))
    html = page(response)
    assert response.status_code == 400
    assert not Respondent.objects.exists()
    assert message in html
    summary = html[html.index('role="alert"') : html.index("</ul>", html.index('role="alert"'))]
    assert f'href="{target}"' in summary
    assert f'id="{target[1:]}"' in html


def test_everything_entered_is_kept_beside_the_message(english: Client, live_model: Any) -> None:
    html = page(english.post("/survey/", answers(age="13")))
    assert 'value="13"' in html
    assert re.search(r'<input[^>]*name="age"[^>]*aria-invalid="true"', html)
    for pick in PICKS:
        assert re.search(rf'value="{pick}" checked', html)
    assert re.search(r'<option value="weekly" selected', html)
    assert f'name="token" value="{TOKEN}"' in html


def test_a_form_without_a_token_gets_one_that_is_accepted(english: Client, live_model: Any) -> None:
    html = page(english.post("/survey/", answers(token="short")))
    token = re.search(r'name="token" value="([^"]+)"', html)[1]  # type: ignore[index]
    assert english.post("/survey/", answers(token=token)).status_code == 302


def test_the_messages_are_korean_on_korean_pages(client: Client, live_model: Any) -> None:
    html = page(client.post("/survey/", answers(age="13", consent=None, liked=[])))
    assert "만 14세 미만은 참여할 수 없습니다" in html
    assert "좋아하는 영화를 3편 이상 골라 주세요" in html
    assert "동의하지 않으시면" in html


def test_more_than_1000_films_are_refused(english: Client, live_model: Any, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = None
    response = english.post("/survey/", answers(liked=list(range(1, 1002))))
    assert response.status_code == 400
    assert "Please pick at most 1,000 films." in page(response)


@pytest.mark.parametrize("body", [{"liked": list(range(5000))}, {"search": "x" * 3_000_000}])
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
    assert not Respondent.objects.exists()


def test_a_form_from_elsewhere_is_refused(live_model: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies["django_language"] = "en"
    response = client.post("/survey/", answers())
    assert response.status_code == 403
    assert "Please send the form again" in page(response)
    assert not Respondent.objects.exists()


def test_an_error_of_the_core_is_shown_on_the_form(
    english: Client, live_model: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from common.errors import DataError

    def refuse(**_: Any) -> None:
        raise DataError("liked: no such movie: 5")

    monkeypatch.setattr("survey.views.submit_survey", refuse)
    response = english.post("/survey/", answers())
    assert response.status_code == 400
    assert "The answers could not be used: liked: no such movie: 5" in page(response)


# --- not ready ---------------------------------------------------------------------------------


def test_without_a_live_model_the_pages_say_what_to_run(db: None, english: Client) -> None:
    start, empty = english.get("/"), english.get("/survey/")
    sent = english.post("/survey/", answers())
    assert [start.status_code, empty.status_code, sent.status_code] == [200, 503, 503]
    for response in (start, empty, sent):
        assert "publish_model" in page(response)
        assert "OTTwin is not ready yet." in page(response)


def test_without_platforms_the_survey_says_what_to_run(english: Client, live_model: Any) -> None:
    Platform.objects.update(is_active=False)
    response = english.post("/survey/", answers(subscribed=[]))
    assert response.status_code == 503
    assert "load_reference_data" in page(response)


# --- how ---------------------------------------------------------------------------------------


def test_the_pages_need_few_queries(
    client: Client, live_model: Any, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(2):  # model run, data set
        client.get("/")
    with django_assert_num_queries(4):  # model run, platforms, films, data set
        client.get("/survey/")
    with django_assert_num_queries(6):  # the same, the films found, and the picks
        client.post("/survey/", answers(find="1", search="Horror film 6"))


def test_no_page_has_inline_script_or_style_or_foreign_files(
    client: Client, live_model: Any
) -> None:
    for path in ("/", "/survey/", "/about/", "/statistics/"):
        html = page(client.get(path))
        assert "<script" not in html
        assert "style=" not in html
        assert not re.search(r'(src|rel="stylesheet" href)="https?:', html)


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


def test_the_form_says_what_the_service_takes(live_model: Any) -> None:
    data = QueryDict(mutable=True)
    for name, value in answers().items():
        data.setlist(name, [str(v) for v in value] if isinstance(value, list) else [value])
    form = SurveyForm(data, platforms=Platform.objects.all())
    assert form.is_valid()
    assert form.survey() == surveys.Survey(
        liked=PICKS,
        gender="female",
        age=31,
        education="college",
        income="4m_6m",
        ott_frequency="weekly",
        subscribed=("netflix",),
        monthly_budget=15000,
    )
