"""Everything that is stored about a member, for them to keep."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken

from recommend.services.members.learning import choose_learning
from recommend.services.members.likes import use_likes
from recommend.services.reactions import react
from survey.members import tokens
from survey.models import Draft, Member, Respondent
from tests.recommend.members import LIKE, LIKED, SEEN, VIEW, a_member, browser_of, kept_by, say
from tests.worlds import film_ids

# Where the rows of each table that names a member or a respondent are in the file.
IN_THE_FILE = {
    "survey.Respondent": "results",
    "recommend.MemberEvent": "films",
    "survey.Respondent_preferred_movies": "results.answers.liked_films",
    "survey.Respondent_subscribed_platforms": "results.answers.subscribed",
    "survey.Draft": "results.drafts",
    "matching.Similarity": "results.twin",
    "ottstats.PlatformRecommendation": "results.platforms",
    "recommend.RecommendedMovie": "results.films",
    "recommend.Reaction": "results.reactions",
    "recommend.PickFromLike": "results.picks_from_likes",
}
LEFT_OUT = {
    "recommend.HomeMember": "numbers made of answers that are in the file, gone with the next run",
}


@pytest.fixture
def data(live_model: Any) -> Any:
    member = a_member(
        interests=["Horror"], keywords=["귀신"], birth_year=1994, gender="female", region="seoul"
    )
    choose_learning(member=member, learns=True)
    draft = Draft.objects.create(
        liked=film_ids("Action")[:3], expires_at=timezone.now() + timedelta(days=7)
    )
    result = kept_by(member, subscribed=("netflix",))
    Draft.objects.filter(pk=draft.pk).update(respondent=result)
    film = result.recommended_movies.order_by("rank")[0].movie_id
    react(respondent=result, movie_id=film, kind="not_interested")
    say(member, LIKE, *LIKED)
    say(member, SEEN, film_ids("Drama")[0])
    say(member, VIEW, LIKED[0])
    use_likes(member=member, respondent=result)
    response = browser_of(member).get("/me/data.json")
    assert response.status_code == 200
    return response


def test_it_is_a_file_to_keep(data: Any) -> None:
    assert data["Content-Type"] == "application/json"
    assert data["Content-Disposition"] == 'attachment; filename="ottwin-account.json"'
    assert {"private", "no-store"} <= set(data["Cache-Control"].split(", "))


def test_it_names_who_they_are_and_what_they_agreed_to(data: Any) -> None:
    content = data.json()
    assert content["account"]["email"] == "mina@example.com"
    assert content["about_you"] == {
        "gender": "Female",
        "birth_year": 1994,
        "region": "Seoul",
        "genres": ["Horror"],
        "keywords": ["귀신"],
    }
    member = Member.objects.get()
    assert content["consents"]["membership"]["version"] == member.membership_version
    assert content["consents"]["learning"]["given_at"]
    assert member.user.password not in json.dumps(content)


def test_it_has_every_film_and_what_they_did_with_it(data: Any) -> None:
    films = [(one["film"]["title"], one["what"]) for one in data.json()["films"]]
    assert films == [
        *((f"Horror film {movie}", "Liked") for movie in LIKED),
        (f"Drama film {film_ids('Drama')[0]}", "Seen"),
        (f"Horror film {LIKED[0]}", "Viewed"),
    ]


def test_a_result_is_as_in_its_own_file_and_says_what_came_from_the_account(data: Any) -> None:
    (result,) = data.json()["results"]
    respondent = Respondent.objects.get()
    client = browser_of(Member.objects.get())
    alone = client.get(f"/results/{respondent.pk}/data.json").json()
    assert result | {"picks_from_likes": None} == alone | {"picks_from_likes": None}
    titles = [film["title"] for film in result["picks_from_likes"]]
    assert titles == [f"Horror film {movie}" for movie in LIKED]
    in_the_account = {one["in_the_account"]: one["said"] for one in result["reactions"]}
    assert in_the_account == {True: "Seen", False: "Not interested"}


def _filled(content: Any, path: str) -> bool:
    for name in path.split("."):
        content = content[name]
        if isinstance(content, list) and content and isinstance(content[0], dict):
            *_, rest = path.partition(f"{name}.")
            return any(_filled(one, rest) for one in content) if rest else True
    return bool(content)


def test_every_table_that_names_them_is_in_it_or_has_a_reason(data: Any) -> None:
    tables = {
        model._meta.label
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model in (Member, Respondent)
    }
    assert tables == IN_THE_FILE.keys() | LEFT_OUT.keys()
    content = data.json()
    assert [path for path in IN_THE_FILE.values() if not _filled(content, path)] == []


def test_it_says_when_they_logged_in_and_has_no_key_of_it(client: Client, db: None) -> None:
    member = a_member()
    browser = browser_of(member)
    issued = tokens.new_pair(user=member.user)
    tokens.rotate(refresh=issued.refresh)
    device = TOTPDevice.objects.create(user=member.user, confirmed=True)
    tokens.new_pair(user=a_member("jun").user)
    browser_of(Member.objects.latest("pk"))
    answer = browser.get("/me/data.json")
    found = answer.json()["logged_in"]
    assert len(found["browsers"]) == 1
    assert [set(one) for one in found["tokens"]] == [{"issued_at", "ends_at"}] * 2
    assert found["second_factor_since"][:19] == device.created_at.isoformat()[:19]
    secrets = [browser.session.session_key, device.key, issued.refresh]
    secrets += OutstandingToken.objects.values_list("jti", flat=True)
    assert not [secret for secret in secrets if secret in answer.content.decode()]


def test_a_member_without_anything_gets_a_file_too(client: Client, db: None) -> None:
    content = browser_of(a_member()).get("/me/data.json").json()
    assert (content["films"], content["results"]) == ([], [])
    assert content["consents"]["learning"] is None
