"""A member keeps results, deletes them, and lets their likes count in them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from movies.models import Movie
from recommend.models import PickFromLike
from recommend.services.members import keeping
from recommend.services.reactions import react
from survey.models import Member, Respondent
from tests.operators import data_set_being_replaced
from tests.recommend.members import LIKE, LIKED, SEEN, a_member, a_result, browser_of, kept_by, say
from tests.recommend.pages.reading import section, words
from tests.recommend.services.reacting import listed
from tests.survey.answering import TOKEN
from tests.worlds import film_ids


def results_of(client: Client) -> str:
    response = client.get("/me/")
    assert response.status_code == 200
    return section(response.content.decode(), 'aria-labelledby="results"')


def follow(client: Client, address: str, **fields: str) -> str:
    response = client.post(address, fields, follow=True)
    assert response.status_code == 200
    return words(response.content.decode())


def test_results_are_there_newest_first_with_platform_and_link(
    mine: Client, member: Member, result: Respondent
) -> None:
    newer = kept_by(member, "another-token")
    html = results_of(mine)
    assert html.count('class="mark"') == 2
    assert html.index(f'href="/results/{newer.pk}/"') < html.index(f'href="/results/{result.pk}/"')


def test_without_a_result_the_page_offers_the_survey(mine: Client) -> None:
    html = results_of(mine)
    assert "There are no results in your account yet." in html
    assert 'href="/survey/"' in html


def test_the_result_of_this_device_can_be_kept_from_the_page(mine: Client, member: Member) -> None:
    response = mine.post(
        "/survey/",
        {"liked": film_ids("Action")[:5], "token": TOKEN, "finish": "1", "consent": "on"},
    )
    respondent = Respondent.objects.get()
    assert response["Location"] == f"/results/{respondent.pk}/"
    assert "only on this device" in results_of(mine)
    said = follow(mine, f"/me/results/{respondent.pk}/keep/")
    assert "Your account keeps this result from now on." in said
    assert "only on this device" not in results_of(mine)
    assert Respondent.objects.get().member == member


def test_the_page_of_a_result_offers_to_keep_it(mine: Client, member: Member) -> None:
    respondent = a_result()
    address = f"/results/{respondent.pk}/"
    assert "Keep this result in my account" in mine.get(address).content.decode()
    response = mine.post(f"/me/results/{respondent.pk}/keep/", {"back": "1"})
    assert response["Location"] == address
    html = mine.get(address).content.decode()
    assert "Your account keeps this result from now on." in html
    assert "Keep this result in my account" not in html
    assert "Your account keeps this result." in section(html, 'class="manage')


def test_visitors_are_offered_to_join_only_for_a_result_that_nobody_keeps(
    english: Client, member: Member
) -> None:
    respondent = a_result()
    address = f"/results/{respondent.pk}/"
    assert f'href="/join/?next={address}"' in english.get(address).content.decode()
    keeping.keep_result(member=member, respondent=respondent)
    html = english.get(address).content.decode()  # the link stays the key
    assert "/join/?next=" not in html
    assert "/keep/" not in html


def test_one_result_too_many_is_refused_with_the_reason(
    mine: Client, member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "MOST_RESULTS", 0)
    response = mine.post(f"/me/results/{a_result().pk}/keep/")
    assert response.status_code == 400
    assert "at most 0 results" in response.content.decode()


def test_a_deleted_result_is_gone_and_the_others_stay(
    mine: Client, member: Member, result: Respondent
) -> None:
    other = kept_by(member, "another-token")
    assert "The result has been deleted." in follow(mine, f"/me/results/{result.pk}/delete/")
    assert list(Respondent.objects.all()) == [other]
    assert mine.post(f"/me/results/{result.pk}/delete/").status_code == 404


def test_use_my_likes_changes_the_list_and_leaving_them_out_restores_it(
    mine: Client, member: Member, result: Respondent
) -> None:
    before = listed(result)
    say(member, LIKE, *LIKED)
    address = f"/me/results/{result.pk}/likes/"
    assert "Leave my likes out" not in results_of(mine)
    assert "now counts in this result" in follow(mine, address, likes="use")
    assert listed(result) != before
    assert PickFromLike.objects.count() == len(LIKED)
    assert "Leave my likes out" in results_of(mine)
    assert "no longer count in this result" in follow(mine, address, likes="leave")
    assert listed(result) == before
    assert "Leave my likes out" not in results_of(mine)


def test_the_page_of_the_result_takes_back_what_came_from_the_account(
    mine: Client, member: Member, result: Respondent
) -> None:
    before = listed(result)
    say(member, SEEN, before[0])
    follow(mine, f"/me/results/{result.pk}/likes/", likes="use")
    assert before[0] not in listed(result)
    mine.post(f"/results/{result.pk}/films/", {"take_back": str(before[0])})
    assert listed(result) == before


def test_too_many_changes_of_a_result_are_refused_for_a_while(
    mine: Client, result: Respondent, settings: Any
) -> None:
    settings.REQUEST_LIMITS = settings.REQUEST_LIMITS | {"events": (2, 3600)}
    address = f"/me/results/{result.pk}/likes/"
    codes = [mine.post(address, {"likes": said}).status_code for said in ("use", "leave", "use")]
    assert codes == [302, 302, 429]


def test_likes_that_would_leave_no_film_are_refused_with_the_reason(
    mine: Client, member: Member, result: Respondent
) -> None:
    say(member, SEEN, *Movie.objects.values_list("pk", flat=True))
    response = mine.post(f"/me/results/{result.pk}/likes/", {"likes": "use"})
    assert response.status_code == 400
    assert "No film is left to recommend" in response.content.decode()


@pytest.mark.django_db(transaction=True)
def test_while_the_data_are_replaced_the_page_says_so(live_model: Any) -> None:
    member = a_member()
    result, mine = kept_by(member), browser_of(member)
    mine.raise_request_exception = False
    say(member, LIKE, *LIKED)
    with data_set_being_replaced():
        response = mine.post(f"/me/results/{result.pk}/likes/", {"likes": "use"})
    assert response.status_code == 503
    assert "Retry-After" in response


def test_reactions_on_the_page_of_a_kept_result_work_as_ever(
    member: Member, result: Respondent
) -> None:
    film = listed(result)[0]
    react(respondent=result, movie_id=film, kind=SEEN)
    assert film not in listed(result)
