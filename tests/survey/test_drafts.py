"""An unfinished survey: what is stored where and for how long, and how it can be continued."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from recommend.services.submission import delete_result
from survey import own_answers
from survey.models import DRAFT_LIFETIME, AnsweredWishes, Draft, Respondent
from survey.services import purge_expired_respondents, save_films, save_ott
from tests.operators import all_rows
from tests.survey.answering import ABOUT_YOU, LAST, OTT, PICKS, at_the_end, begin, go, page


def test_back_keeps_everything(client: Client, live_model: Any) -> None:
    draft = at_the_end(client)
    client.post(f"/survey/{draft.pk}/4/", {"education": "graduate", "income": "", "back": "1"})
    third = page(client.get(f"/survey/{draft.pk}/3/"))
    assert 'value="31"' in third
    for chosen in ("female", "weekly"):
        assert re.search(rf'<input[^>]*value="{chosen}"[^>]*checked', third)
    response = client.post(f"/survey/{draft.pk}/3/", {**ABOUT_YOU, "age": "32", "back": "1"})
    assert response["Location"] == f"/survey/{draft.pk}/2/"
    second = page(client.get(response["Location"]))
    assert re.search(r'value="netflix"[^>]*checked', second)
    assert re.search(r'name="budget_choice" value="15000"[^>]*checked', second)
    response = client.post(f"/survey/{draft.pk}/2/", {"monthly_budget": "17,000원", "back": "1"})
    assert response["Location"] == f"/survey/{draft.pk}/1/"
    for pick in PICKS:
        assert re.search(rf'value="{pick}" checked', page(client.get(response["Location"])))
    assert 'value="17000"' in page(client.get(f"/survey/{draft.pk}/2/"))
    assert 'value="32"' in page(client.get(f"/survey/{draft.pk}/3/"))
    fourth = page(client.get(f"/survey/{draft.pk}/4/"))
    assert re.search(r'value="graduate"[^>]*checked', fourth)


def test_nothing_said_about_oneself_is_stored_before_consent(
    client: Client, live_model: Any
) -> None:
    draft = at_the_end(client)
    client.post(f"/survey/{draft.pk}/4/", {"education": "graduate", "income": "2m_4m"})
    columns = {field.name for field in Draft._meta.get_fields()}
    assert columns == {
        *("draft_id", "liked", "disliked", "shown", "also_shown", "subscribed", "monthly_budget"),
        "step",
        *("must_have", "no_ads", "min_streams", "min_resolution", "owned"),
        *("respondent", "created_at", "expires_at"),
    }
    rows = "\n".join(row for table in all_rows().values() for row in table)
    for word in ("weekly", "graduate", "2m_4m"):
        assert word not in rows
    assert not Respondent.objects.exists()


def test_another_browser_can_continue_by_the_link_but_sees_no_personal_answer(
    client: Client, live_model: Any
) -> None:
    draft = at_the_end(client)
    other = Client()
    response = other.get(f"/survey/{draft.pk}/")
    assert response["Location"] == f"/survey/{draft.pk}/4/"
    assert 'value="31"' not in page(other.get(f"/survey/{draft.pk}/3/"))
    assert re.search(r'value="netflix"[^>]*checked', page(other.get(f"/survey/{draft.pk}/2/")))


def test_the_link_never_leads_to_anothers_result(client: Client, live_model: Any) -> None:
    """The same answers sent from another browser are another person."""
    draft = begin(client)
    go(client, draft, 2, OTT, 3)
    go(client, draft, 3, {}, 4)
    other = Client()
    other.get(f"/survey/{draft.pk}/4/")
    first, second = (
        sender.post(f"/survey/{draft.pk}/4/", {"consent": "on"}) for sender in (client, other)
    )
    assert first["Location"] != second["Location"]
    assert Respondent.objects.count() == 2
    draft.refresh_from_db()
    assert first["Location"] == f"/results/{draft.respondent_id}/"  # still the first one's


def test_back_is_possible_with_a_wrong_answer(client: Client, live_model: Any) -> None:
    draft = at_the_end(client)
    for step, wrong in ((4, {"income": "lots"}), (3, {"age": "x"}), (2, {"monthly_budget": "x"})):
        response = client.post(f"/survey/{draft.pk}/{step}/", {**wrong, "back": "1"})
        assert response["Location"] == f"/survey/{draft.pk}/{step - 1}/"


def test_a_draft_can_be_discarded(client: Client, live_model: Any) -> None:
    draft = begin(client)
    for _ in range(2):
        response = client.post(f"/survey/{draft.pk}/discard/", follow=True)
        assert "모두 지웠어요" in page(response)
    assert not Draft.objects.exists()
    assert client.get(f"/survey/{draft.pk}/2/").status_code == 404
    assert f'href="/survey/{draft.pk}/"' not in page(client.get("/survey/"))


def test_a_deleted_draft_does_not_come_back(client: Client, live_model: Any) -> None:
    draft = begin(client)
    stale = Draft.objects.get()
    Draft.objects.all().delete()
    with pytest.raises(Draft.DoesNotExist):
        save_ott(draft=stale, subscribed=[], monthly_budget=None)
    assert not Draft.objects.exists()
    assert client.post(f"/survey/{draft.pk}/2/", {"next": "1"}).status_code == 404


def test_a_late_step_does_not_take_the_draft_from_its_owner(
    client: Client, live_model: Any
) -> None:
    draft = at_the_end(client)
    stale = Draft.objects.get()
    client.post(f"/survey/{draft.pk}/4/", LAST)
    save_ott(draft=stale, subscribed=["netflix"], monthly_budget=None)
    assert Draft.objects.get().respondent == Respondent.objects.get()


def test_a_sent_survey_is_not_offered_for_continuing(client: Client, live_model: Any) -> None:
    draft = at_the_end(client)
    client.post(f"/survey/{draft.pk}/4/", LAST)
    assert f'href="/survey/{draft.pk}/"' not in page(client.get("/survey/"))


def test_coming_back_to_the_first_page_goes_on_with_the_same_draft(
    client: Client, live_model: Any
) -> None:
    """The browser's back button leads to the page from before the draft."""
    token = "the-token-of-that-page"
    draft = begin(client, token=token)
    go(client, draft, 2, OTT, 3)
    go(client, draft, 3, ABOUT_YOU, 4)
    response = client.post("/survey/", {"liked": PICKS[:4], "next": "1", "token": token})
    assert response["Location"] == f"/survey/{draft.pk}/2/"
    assert Draft.objects.get().liked == PICKS[:4]
    assert 'value="31"' in page(client.get(f"/survey/{draft.pk}/3/"))
    begin(client, token="the-token-of-a-new-page")
    assert Draft.objects.count() == 2


def test_the_link_leads_to_the_furthest_step_and_no_further(
    client: Client, live_model: Any
) -> None:
    draft = begin(client)
    assert client.get(f"/survey/{draft.pk}/")["Location"].endswith("/2/")
    assert client.get(f"/survey/{draft.pk}/4/")["Location"].endswith("/2/")
    go(client, draft, 2, OTT, 3)
    go(client, draft, 1, {"liked": PICKS}, 2)  # going back does not shorten the way
    assert client.get(f"/survey/{draft.pk}/")["Location"].endswith("/3/")


def test_the_page_shows_the_address_for_continuing(client: Client, live_model: Any) -> None:
    draft = begin(client)
    assert f"http://testserver/survey/{draft.pk}/" in page(client.get(f"/survey/{draft.pk}/2/"))


def test_a_browser_goes_on_with_the_survey_that_it_has_begun(
    client: Client, live_model: Any
) -> None:
    draft = begin(client)
    assert client.get("/survey/?q=x")["Location"] == f"/survey/{draft.pk}/1/?q=x"
    assert f'href="/survey/{draft.pk}/"' in page(client.get("/"))
    other = Client()
    assert other.get("/survey/").status_code == 200
    assert f"/survey/{draft.pk}/" not in page(other.get("/"))


def test_a_draft_can_be_resumed_for_seven_days_after_the_last_step(
    client: Client, live_model: Any
) -> None:
    draft = begin(client)
    draft.refresh_from_db()
    assert abs(draft.expires_at - timezone.now() - timedelta(days=7)) < timedelta(minutes=1)
    Draft.objects.update(expires_at=timezone.now() + timedelta(minutes=1))
    go(client, draft, 2, OTT, 3)
    draft.refresh_from_db()
    assert draft.expires_at - timezone.now() > DRAFT_LIFETIME - timedelta(minutes=1)
    Draft.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(f"/survey/{draft.pk}/3/").status_code == 404
    assert purge_expired_respondents() == 0
    assert not Draft.objects.exists()


def test_deleting_the_result_deletes_the_draft(client: Client, live_model: Any) -> None:
    draft = at_the_end(client)
    client.post(f"/survey/{draft.pk}/4/", LAST)
    draft.refresh_from_db()
    assert draft.respondent == Respondent.objects.get()
    delete_result(respondent=Respondent.objects.get())
    assert not Draft.objects.exists()


def test_the_cookie_is_for_the_survey_only_and_not_for_scripts(
    client: Client, live_model: Any
) -> None:
    draft = begin(client)
    cookie = client.cookies[own_answers.COOKIE]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/survey/", True, "Lax")
    assert cookie["max-age"] == ""  # until the browser ends
    assert str(draft.pk) in cookie.value


@pytest.mark.parametrize("change", ["x", "female", ""])
def test_a_forged_cookie_is_ignored(client: Client, live_model: Any, change: str) -> None:
    draft = at_the_end(client)
    value = client.cookies[own_answers.COOKIE].value
    client.cookies[own_answers.COOKIE] = value.replace("31", change) if change else ""
    assert 'value="31"' not in page(client.get(f"/survey/{draft.pk}/3/"))
    assert client.post(f"/survey/{draft.pk}/4/", LAST).status_code == 302
    assert Respondent.objects.get().age is None


def test_films_that_were_shown_are_remembered_in_order_and_up_to_a_limit(db: None) -> None:
    draft = save_films(draft=None, liked=[3, 1], shown=[5, 6])
    save_films(draft=draft, liked=[3], shown=[6, 7])
    draft.refresh_from_db()
    assert (draft.liked, draft.shown) == ([3], [5, 6, 7])
    save_films(draft=draft, liked=[3], shown=range(10, 1010))
    assert draft.shown[0] == 10
    assert len(draft.shown) == 1000


@pytest.mark.parametrize("values", [{"step": 0}, {"step": 5}, {"monthly_budget": 10_000_001}])
def test_the_database_enforces_the_rules_too(db: None, values: dict[str, int]) -> None:
    draft = save_ott(
        draft=save_films(draft=None, liked=[]), subscribed=["netflix"], monthly_budget=None
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        Draft.objects.filter(pk=draft.pk).update(**values)


def test_the_wishes_of_a_draft_become_those_of_the_respondent(
    live_model: Any, client: Client
) -> None:
    draft = at_the_end(client)
    wishes = AnsweredWishes(("squid_game",), no_ads=True, owned=("netflix_standard",))
    save_ott(draft=draft, subscribed=["netflix"], monthly_budget=15_000, wishes=wishes)
    client.post(f"/survey/{draft.pk}/4/", LAST)
    assert Respondent.objects.get().wishes == wishes
