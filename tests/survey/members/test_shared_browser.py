"""Two people on one browser: what one keeps in their account is not the other's."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from recommend.pages.household.invitations import invitation
from survey import device, own_answers
from survey.models import Draft, Member, Respondent
from tests.recommend.members import a_member, kept_by
from tests.survey.answering import ABOUT_YOU, LAST, at_the_end, begin, go, page

OTHER_ANSWERS = {"gender": "male", "age": "58"}


@pytest.fixture
def minji(live_model: Any) -> Member:
    return a_member("minji")


@pytest.fixture
def draft(client: Client, minji: Member) -> Draft:
    """Sent by Minji, who is logged in and keeps the result."""
    client.force_login(minji.user)
    draft = at_the_end(client)
    client.post(f"/survey/{draft.pk}/4/", LAST)
    client.post(f"/me/results/{Respondent.objects.get().pk}/keep/")
    return draft


def of_minji(minji: Member) -> Respondent:
    """Her only result."""
    return Respondent.objects.get(member=minji)


def test_logging_out_forgets_what_the_account_keeps(
    client: Client, draft: Draft, minji: Member
) -> None:
    link = f"/results/{of_minji(minji).pk}/"
    assert link in page(client.get("/"))
    html = page(client.post("/logout/", follow=True))
    assert link not in html
    assert [client.cookies[one].value for one in (device.COOKIE, own_answers.COOKIE)] == ["", ""]
    html = page(client.get(f"/survey/{draft.pk}/3/"))
    assert ABOUT_YOU["age"] not in html.partition('name="age"')[2].partition(">")[0]
    client.force_login(minji.user)
    assert link in page(client.get("/"))


def test_logging_out_leaves_a_result_that_nobody_keeps(client: Client, minji: Member) -> None:
    client.force_login(minji.user)
    draft = at_the_end(client)
    client.post(f"/survey/{draft.pk}/4/", LAST)
    link = f"/results/{Respondent.objects.get().pk}/"
    assert link in page(client.post("/logout/", follow=True))
    assert client.cookies[own_answers.COOKIE].value


def test_a_session_that_ended_shows_the_result_to_nobody_else(
    client: Client, draft: Draft, minji: Member
) -> None:
    link = f"/results/{of_minji(minji).pk}/"
    del client.cookies["sessionid"]
    assert link not in page(client.get("/"))
    jun = a_member("jun")
    client.force_login(jun.user)
    html = page(client.get("/"))
    assert "/results/" not in html
    own = kept_by(jun)
    html = page(client.get("/"))
    assert f"/results/{own.pk}/" in html
    assert link not in html
    assert "이 기기에서 지우기" not in html  # it is in the account, not on the device


def test_whoever_goes_on_with_the_draft_replaces_nothing_of_the_account(
    client: Client, draft: Draft, minji: Member
) -> None:
    kept = of_minji(minji)
    del client.cookies["sessionid"]
    html = page(client.get(f"/survey/{draft.pk}/3/"))
    assert ABOUT_YOU["age"] not in html.partition('name="age"')[2].partition(">")[0]
    for member, answers in ((None, OTHER_ANSWERS), (a_member("jun"), {"age": "33"})):
        if member is not None:
            client.force_login(member.user)
        go(client, draft, 3, answers, 4)
        sent = client.post(f"/survey/{draft.pk}/4/", {**LAST, "income": ""})
        assert sent["Location"] != f"/results/{kept.pk}/"
        kept.refresh_from_db()
        assert (kept.member, kept.age, kept.drafts.get()) == (minji, 31, draft)
        assert str(Respondent.objects.latest("number").age) == answers["age"]
    assert Respondent.objects.get(age=33).member is None


def test_the_same_answers_of_another_person_are_another_result(
    client: Client, draft: Draft, minji: Member
) -> None:
    kept = of_minji(minji)
    del client.cookies["sessionid"]
    go(client, draft, 3, ABOUT_YOU, 4)
    sent = client.post(f"/survey/{draft.pk}/4/", LAST)
    assert sent["Location"] != f"/results/{kept.pk}/"
    assert Respondent.objects.count() == 2


def test_a_child_on_the_same_browser_deletes_nothing_of_the_account(
    client: Client, draft: Draft, minji: Member
) -> None:
    del client.cookies["sessionid"]
    answer = client.post(f"/survey/{draft.pk}/3/", {"next": "1", "age": "12"})
    assert answer.status_code == 403
    assert of_minji(minji).age == 31


def test_the_member_still_changes_their_own_answers(
    client: Client, draft: Draft, minji: Member
) -> None:
    before = of_minji(minji)
    go(client, draft, 3, OTHER_ANSWERS, 4)
    client.post(f"/survey/{draft.pk}/4/", LAST)
    after = of_minji(minji)
    assert (after.age, after.pk == before.pk) == (58, False)
    assert Respondent.objects.count() == 1
    client.post(f"/survey/{draft.pk}/3/", {"next": "1", "age": "12"})
    assert not Respondent.objects.exists()


def test_a_survey_that_was_begun_stays_after_log_out(client: Client, minji: Member) -> None:
    client.force_login(minji.user)
    begin(client)
    assert "이어서 하기" in page(client.post("/logout/", follow=True))


def test_an_invitation_leads_nobody_to_the_result_of_another_account(
    client: Client, draft: Draft, minji: Member
) -> None:
    kept = of_minji(minji)
    code = invitation(kept.platform_recommendation.share_id)
    assert str(kept.pk) in client.get(f"/together/{code}/")["Location"]
    del client.cookies["sessionid"]
    assert client.get(f"/together/{code}/").status_code == 200
