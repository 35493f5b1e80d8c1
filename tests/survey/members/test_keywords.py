"""Keywords of members: counted as people see them, the same in the form and in the API."""

from __future__ import annotations

import unicodedata

import pytest
from django.test import Client

from movies.genres import FORMATS, GENRES
from survey.models import Member
from tests.survey.members.accounts import ask, bearer, joined, pair

pytestmark = pytest.mark.django_db
SEVEN = "겨울밤에보는무서운귀신영화"
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"


@pytest.fixture
def minji(db: None) -> Member:
    return joined()


def by_api(client: Client, keyword: str) -> int:
    headers = bearer(pair(client)["access"])
    answer = ask(client, "/api/me/", {"keywords": [keyword]}, "patch", headers=headers)
    return int(answer.status_code)


def by_form(client: Client, minji: Member, keyword: str) -> int:
    client.force_login(minji.user)
    return int(client.post("/me/profile/", {"keyword_1": keyword}).status_code)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (unicodedata.normalize("NFD", SEVEN), [SEVEN]),
        ("e\u0301" * 20, ["\u00e9" * 20]),
        ("\u200bwhale\ufeff", ["whale"]),
        ("\u202ewhale", ["whale"]),
        ("\u200b" * 30, []),
        ("\u200d", []),
        (" ,", []),
        ("\u3164", []),
        ("\u115f\u1160", []),
        ("\uffa0\u2800 \u3164", []),
        ("\u3164무서운\u3164\u2800밤\u1160", ["무서운 밤"]),
        (FAMILY, [FAMILY]),
    ],
)
def test_a_keyword_is_stored_as_it_is_seen(
    client: Client, minji: Member, typed: str, stored: list[str]
) -> None:
    assert by_api(client, typed) == 200
    minji.refresh_from_db()
    assert minji.keywords == stored
    assert by_form(client, minji, typed) == 302
    minji.refresh_from_db()
    assert minji.keywords == stored


@pytest.mark.parametrize("typed", ["가" * 21, "e\u0301" * 21, "a\u2028b", "a\x85b", "a\x00b"])
def test_what_is_too_long_or_no_word_is_refused(client: Client, minji: Member, typed: str) -> None:
    assert by_api(client, typed) == 400
    assert by_form(client, minji, typed) == 400
    minji.refresh_from_db()
    assert minji.keywords == []


@pytest.mark.parametrize("genre", sorted(FORMATS))
def test_a_format_is_no_genre_to_like(client: Client, minji: Member, genre: str) -> None:
    assert genre in GENRES  # films have it
    headers = bearer(pair(client)["access"])
    answer = ask(client, "/api/me/", {"interests": [genre]}, "patch", headers=headers)
    assert answer.json()["fields"] == {"interests": [f"No such genre: {genre}"]}
    client.force_login(minji.user)
    assert f'value="{genre}"' not in client.get("/me/").content.decode()
    assert client.post("/me/profile/", {"interests": [genre]}).status_code == 400


def test_whoever_chose_a_format_before_can_still_save(client: Client, minji: Member) -> None:
    Member.objects.filter(pk=minji.pk).update(interests=["IMAX", "Drama"])
    client.force_login(minji.user)
    assert client.get("/me/").status_code == 200
    assert client.post("/me/profile/", {"interests": ["Drama"]}).status_code == 302
    minji.refresh_from_db()
    assert minji.interests == ["Drama"]
