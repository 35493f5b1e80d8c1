"""What members say of films is limited by account, so that one address may stand for many."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from survey.models import Member
from tests.joined import browser_of, joined
from tests.recommend.pages.film.test_film_events import FILM, HERE

API = f"/api/movies/{FILM}/"


@pytest.fixture
def member(world: None) -> Member:
    return joined()


@pytest.fixture
def limits(settings: Any) -> Any:
    def changed(**limits: int) -> None:
        counted = {name: (most, 3600) for name, most in limits.items()}
        settings.REQUEST_LIMITS = settings.REQUEST_LIMITS | counted

    return changed


def test_views_of_others_behind_the_same_address_stop_no_like(member: Member, limits: Any) -> None:
    limits(views=2, views_account=2)
    others = browser_of(joined("jun@site.kr"))
    assert [others.post(f"{HERE}view/").status_code for _ in range(3)] == [204, 204, 429]
    hers = browser_of(member)
    assert hers.post(f"{HERE}like/").status_code == 302
    assert hers.put(f"{API}like/").status_code == 204


def test_each_account_has_a_count_of_its_own_on_pages_and_api(member: Member, limits: Any) -> None:
    limits(events_account=2)
    hers, his = browser_of(member), browser_of(joined("jun@site.kr"))
    assert hers.post(f"{HERE}like/").status_code == 302
    assert hers.put(f"{API}seen/").status_code == 204
    for answer in (hers.post(f"{HERE}like/"), hers.delete(f"{API}seen/")):
        assert answer.status_code == 429
        assert 3590 < int(answer["Retry-After"]) <= 3600
        assert "from your account" in answer.content.decode()
    assert hers.post(f"{HERE}view/").status_code == 204
    assert his.post(f"{HERE}like/").status_code == 302


def test_one_account_beyond_its_limit_takes_nothing_from_the_network(
    member: Member, limits: Any
) -> None:
    limits(events=3, events_account=1)
    hers, his = browser_of(member), browser_of(joined("jun@site.kr"))
    assert [hers.post(f"{HERE}like/").status_code for _ in range(5)] == [302, *[429] * 4]
    assert his.post(f"{HERE}like/").status_code == 302


def test_views_are_limited_by_account_and_by_network(member: Member, limits: Any) -> None:
    limits(views=3, views_account=2)
    hers = browser_of(member)
    assert [hers.post(f"{HERE}view/").status_code for _ in range(2)] == [204, 204]
    assert "from your account" in hers.post(f"{API}view/").json()["detail"]
    stranger = Client()
    assert [stranger.post(f"{HERE}view/").status_code for _ in range(2)] == [204, 429]
