"""Where a person lives: asked in step 3, a district only in Seoul and only with living data."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from common.models import DataLoad
from survey import own_answers
from survey.models import Draft, Respondent
from tests.ottstats.netflix_by_district import ABOVE, BELOW, netflix_by_district
from tests.recommend.members import a_member, browser_of, kept_by
from tests.survey.answering import ABOUT_YOU, LAST, OTT, PICKS, begin, go, page, summary

SEOUL = ABOUT_YOU | {"region": "seoul", "district": ABOVE}


def at_step_3(client: Client) -> Draft:
    draft = begin(client)
    go(client, draft, 2, OTT, 3)
    return draft


def chosen(html: str, name: str) -> str:
    select = re.search(rf'<select name="{name}".*?</select>', html, re.DOTALL)
    assert select
    option = re.search(r'<option value="([^"]*)" selected', select[0])
    return option[1] if option else ""


def sent(client: Client, answers: dict[str, Any]) -> Respondent:
    """The respondent of a survey with these answers in step 3."""
    draft = at_step_3(client)
    go(client, draft, 3, answers, 4)
    client.post(f"/survey/{draft.pk}/4/", LAST | {"send": "1"})
    return Respondent.objects.get(drafts=draft)


def test_all_regions_are_asked_and_no_answer_is_chosen(live_model: Any, client: Client) -> None:
    html = page(client.get(f"/survey/{at_step_3(client).pk}/3/"))
    select = re.search(r'<select name="region".*?</select>', html, re.DOTALL)
    assert select
    assert len(re.findall("<option", select[0])) == 18
    assert chosen(html, "region") == ""


def test_without_living_data_no_district_is_asked(live_model: Any, client: Client) -> None:
    draft = at_step_3(client)
    assert 'name="district"' not in page(client.get(f"/survey/{draft.pk}/3/"))
    go(client, draft, 3, SEOUL, 4)
    client.post(f"/survey/{draft.pk}/4/", LAST | {"send": "1"})
    stored = Respondent.objects.get()
    assert (stored.region, stored.district) == ("seoul", "")


def test_region_and_district_are_stored_with_consent_only(live_model: Any, client: Client) -> None:
    netflix_by_district()
    draft = at_step_3(client)
    go(client, draft, 3, SEOUL, 4)
    assert not Respondent.objects.exists()
    draft.refresh_from_db()
    assert ABOVE not in str(vars(draft)), "it stays in the browser until there is consent"
    html = page(client.get(f"/survey/{draft.pk}/3/"))
    assert (chosen(html, "region"), chosen(html, "district")) == ("seoul", ABOVE)

    client.post(f"/survey/{draft.pk}/4/", LAST | {"send": "1"})

    stored = Respondent.objects.get()
    assert (stored.region, stored.district) == ("seoul", ABOVE)
    client.post(f"/results/{stored.pk}/delete/")
    assert not Respondent.objects.exists()


def test_who_answers_nothing_has_no_region(live_model: Any, client: Client) -> None:
    stored = sent(client, ABOUT_YOU | {"region": "", "district": ""})
    assert (stored.region, stored.district) == ("", "")


def test_a_district_does_not_count_once_another_region_is_chosen(
    live_model: Any, client: Client
) -> None:
    netflix_by_district()
    stored = sent(client, SEOUL | {"region": "busan"})
    assert (stored.region, stored.district) == ("busan", "")


def test_a_survey_finished_from_the_films_keeps_the_answers(
    live_model: Any, client: Client
) -> None:
    netflix_by_district()
    draft = at_step_3(client)
    go(client, draft, 3, SEOUL, 4)
    client.post(f"/survey/{draft.pk}/1/", {"liked": PICKS, "finish": "1", "consent": "on"})
    stored = Respondent.objects.get()
    assert (stored.region, stored.district) == ("seoul", ABOVE)


@pytest.mark.parametrize(
    ("answers", "target"),
    [({"region": "tokyo"}, "#id_region"), ({"district": "없는구"}, "#id_district")],
)
def test_other_places_are_refused_beside_the_question(
    live_model: Any, client: Client, answers: dict[str, str], target: str
) -> None:
    netflix_by_district()
    client.cookies["django_language"] = "en"
    draft = at_step_3(client)
    response = client.post(f"/survey/{draft.pk}/3/", SEOUL | answers | {"next": "1"})
    assert response.status_code == 400
    assert "Please choose one of the answers given." in summary(page(response), target)


def test_answers_of_a_cookie_stay_valid_once_the_living_data_are_gone(
    live_model: Any, client: Client
) -> None:
    netflix_by_district()
    draft = at_step_3(client)
    go(client, draft, 3, SEOUL, 4)
    assert own_answers.COOKIE in client.cookies
    DataLoad.objects.filter(kind=DataLoad.Kind.LIVING_DATA).delete()
    client.post(f"/survey/{draft.pk}/4/", LAST | {"send": "1"})
    stored = Respondent.objects.get()
    assert (stored.gender, stored.age, stored.region, stored.district) == (
        "female", 31, "seoul", "",
    )  # fmt: skip


def test_a_member_is_not_asked_again(live_model: Any) -> None:
    netflix_by_district()
    member = a_member(region="seoul")
    kept_by(member, region="seoul", district=BELOW)
    client = browser_of(member)
    html = page(client.get(f"/survey/{at_step_3(client).pk}/3/"))
    assert (chosen(html, "region"), chosen(html, "district")) == ("seoul", BELOW)


def test_a_member_whose_profile_has_no_region_lives_where_the_newest_result_says(
    live_model: Any,
) -> None:
    netflix_by_district()
    member = a_member()
    kept_by(member, "an-older-one", region="busan")
    kept_by(member, region="seoul", district=BELOW)
    client = browser_of(member)
    draft = at_step_3(client)
    html = page(client.get(f"/survey/{draft.pk}/3/"))
    shown = {name: chosen(html, name) for name in ("region", "district")}
    assert shown == {"region": "seoul", "district": BELOW}
    go(client, draft, 3, ABOUT_YOU | shown, 4)
    client.post(f"/survey/{draft.pk}/4/", LAST | {"send": "1"})
    stored = Respondent.objects.get(drafts=draft)
    assert (stored.region, stored.district) == ("seoul", BELOW)


def test_a_member_whose_newest_result_has_no_region_is_asked(live_model: Any) -> None:
    netflix_by_district()
    member = a_member()
    kept_by(member, region="seoul", district=BELOW)
    kept_by(member, "a-newer-one")
    client = browser_of(member)
    html = page(client.get(f"/survey/{at_step_3(client).pk}/3/"))
    assert (chosen(html, "region"), chosen(html, "district")) == ("", "")


def test_a_member_who_moved_has_no_district(live_model: Any) -> None:
    netflix_by_district()
    member = a_member(region="jeju")
    kept_by(member, region="seoul", district=BELOW)
    client = browser_of(member)
    html = page(client.get(f"/survey/{at_step_3(client).pk}/3/"))
    assert (chosen(html, "region"), chosen(html, "district")) == ("jeju", "")


@pytest.mark.parametrize("columns", [{"region": "tokyo"}, {"region": "busan", "district": ABOVE}])
def test_the_database_refuses_what_the_form_does(live_model: Any, columns: dict[str, str]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        kept_by(a_member(), **columns)
