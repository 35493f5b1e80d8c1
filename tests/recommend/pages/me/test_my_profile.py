"""Interests, keywords and the answers about a member, on their page."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from survey.models import Member
from tests.recommend.pages.reading import field, section, words

ANSWERS: dict[str, Any] = {
    "interests": ["Drama", "Horror"],
    "keyword_1": "귀신",
    "keyword_2": "첫사랑",
    "keyword_3": "",
    "gender": "female",
    "birth_year": "1994",
    "region": "seoul",
}


def saved(client: Client, **changes: Any) -> Any:
    return client.post("/me/profile/", ANSWERS | changes)


def test_what_is_saved_is_there_when_one_comes_back(mine: Client, member: Member) -> None:
    response = saved(mine)
    assert response["Location"] == "/me/#about-me"
    member.refresh_from_db()
    assert (member.interests, member.keywords) == (["Drama", "Horror"], ["귀신", "첫사랑"])
    assert (member.gender, member.birth_year, member.region) == ("female", 1994, "seoul")
    html = mine.get("/me/").content.decode()
    assert "Saved." in words(html)
    assert (field(html, "keyword_1"), field(html, "birth_year")) == ("귀신", "1994")
    assert '<option value="seoul" selected>' in html


def test_everything_may_be_left_empty(mine: Client, member: Member) -> None:
    saved(mine)
    assert mine.post("/me/profile/", {}).status_code == 302
    member.refresh_from_db()
    assert (member.interests, member.keywords, member.region) == ([], [], "")
    assert (member.gender, member.birth_year) == ("", None)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"interests": ["Drama", "Nonsense"]}, "Please choose one of the answers given."),
        (
            {"interests": ["Action", "Comedy", "Crime", "Drama", "Horror", "War", "Western"]},
            "Choose at most 6 genres.",
        ),
        ({"keyword_2": "k" * 21}, "Please write at most 20 characters."),
        ({"keyword_2": "가" * 10_000}, "Please write at most 20 characters."),
        ({"keyword_1": "a\u2028b"}, "Keywords are words on one line."),
        ({"birth_year": "soon"}, "Please write the year in four digits"),
        ({"birth_year": "1850"}, "members are 14 or older"),
        ({"birth_year": "2025"}, "members are 14 or older"),
        ({"birth_year": "9" * 400}, "Please"),
        ({"gender": "x"}, "Please choose one of the answers given."),
        ({"region": "tokyo"}, "Please choose one of the answers given."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_stored(
    mine: Client, member: Member, changes: dict[str, Any], message: str
) -> None:
    response = saved(mine, **changes)
    assert response.status_code == 400
    html = response.content.decode()
    assert message in words(section(html, 'class="error-summary"'))
    assert "귀신" in html or "keyword_1" in changes  # what was typed stays
    member.refresh_from_db()
    assert (member.interests, member.keywords, member.birth_year) == ([], [], None)


def test_keywords_are_escaped_and_emoji_are_words(mine: Client, member: Member) -> None:
    saved(mine, keyword_1="<script>x</script>", keyword_2="👻🎬", keyword_3="👻🎬")
    member.refresh_from_db()
    assert member.keywords == ["<script>x</script>", "👻🎬"]  # each once
    html = mine.get("/me/").content.decode()
    assert "<script>x" not in html
    assert field(html, "keyword_1") == "<script>x</script>"
    assert field(html, "keyword_2") == "👻🎬"


def test_a_null_character_is_refused(mine: Client, member: Member) -> None:
    assert saved(mine, keyword_1="a\x00b").status_code == 400
    member.refresh_from_db()
    assert member.keywords == []


def test_nothing_but_the_answers_can_be_changed(mine: Client, member: Member) -> None:
    saved(mine, membership_version="x", user=1, pk=1, learning_version="x", is_staff="on")
    after = Member.objects.select_related("user").get(pk=member.pk)
    assert after.membership_version == member.membership_version
    assert (after.learns, after.user.is_staff) == (False, False)


def test_a_reload_of_the_sent_form_leads_to_the_page(mine: Client) -> None:
    assert mine.get("/me/profile/")["Location"] == "/me/"


def test_learning_is_chosen_by_its_own_buttons(mine: Client, member: Member) -> None:
    assert "Learn from what I look at" in mine.get("/me/").content.decode()
    for pressed, learns in (("agree", True), ("withdraw", False)):
        response = mine.post("/me/learning/", {"learning": pressed})
        assert response["Location"] == "/me/#learning"
        member.refresh_from_db()
        assert member.learns == learns
    assert "Learn from what I look at" in mine.get("/me/").content.decode()
