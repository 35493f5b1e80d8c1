"""What members read and change of themselves in the API: their own, and nothing of others."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from ottstats.models import PlatformRecommendation
from recommend.services.members.events import record_event
from survey.models import Member, Respondent
from tests.movies.admin.admin_rows import Rows, one_of_each
from tests.survey.members.accounts import EMAIL, ask, bearer, joined, pair

pytestmark = pytest.mark.django_db


@pytest.fixture
def minji(db: None) -> Member:
    return joined(region="seoul", keywords=("귀신",))


@pytest.fixture
def jun(minji: Member) -> Member:
    return joined("jun@site.kr", region="busan")


@pytest.fixture
def hers(minji: Member, client: Client) -> dict[str, str]:
    return bearer(pair(client)["access"])


def test_a_change_stores_what_is_said_and_nothing_else(
    client: Client, minji: Member, hers: dict[str, str]
) -> None:
    said = {"interests": ["Drama", "Drama"], "region": None, "learning_consent": True}
    found = ask(client, "/api/me/", said, "patch", headers=hers).json()
    assert (found["interests"], found["region"], found["keywords"]) == (["Drama"], "", ["귀신"])
    minji.refresh_from_db()
    since = minji.learning_consented_at
    ask(client, "/api/me/", {"learning_consent": True}, "patch", headers=hers)
    minji.refresh_from_db()
    assert minji.learning_consented_at == since
    ask(client, "/api/me/", {"learning_consent": False}, "patch", headers=hers)
    minji.refresh_from_db()
    assert (minji.learns, minji.learning_version) == (False, "")


def test_a_genre_is_stored_as_films_and_forms_have_it(
    client: Client, minji: Member, hers: dict[str, str]
) -> None:
    said = {"interests": ["Children's", "Drama", "Children"]}
    found = ask(client, "/api/me/", said, "patch", headers=hers).json()
    assert found["interests"] == ["Children", "Drama"]


def test_withdrawing_the_consent_to_learning_deletes_the_views_and_nothing_else(
    client: Client, minji: Member, hers: dict[str, str]
) -> None:
    one_of_each()
    ask(client, "/api/me/", {"learning_consent": True}, "patch", headers=hers)
    for kind in ("view", "like"):
        record_event(member=minji, movie_id=260, kind=kind)
    said = {"learning_consent": False, "interests": ["nothing"]}
    assert ask(client, "/api/me/", said, "patch", headers=hers).status_code == 400
    assert minji.events.count() == 2
    said["interests"] = ["Drama"]
    found = ask(client, "/api/me/", said, "patch", headers=hers).json()
    assert (found["interests"], found["learning_consent"]) == (["Drama"], False)
    assert [event.kind for event in minji.events.all()] == ["like"]


@pytest.mark.parametrize(
    "extra",
    [
        {"email": "jun@site.kr"}, {"user": 1}, {"user_id": 1}, {"member": 1}, {"pk": 1},
        {"is_staff": True}, {"password": "tide-lamp-tide-x"}, {"last_visit": "2099-01-01"},
        {"membership_consented_at": None}, {"user__is_staff": True},
    ],
)  # fmt: skip
def test_nobody_is_changed_by_naming_another_column_or_member(
    client: Client, jun: Member, hers: dict[str, str], extra: dict[str, Any]
) -> None:
    extra = {name: jun.pk if value == 1 else value for name, value in extra.items()}
    answer = ask(client, "/api/me/", extra | {"region": "jeju"}, "patch", headers=hers)
    assert answer.status_code == 400
    assert sorted(Member.objects.values_list("region", flat=True)) == ["busan", "seoul"]


@pytest.mark.parametrize("method", ["get", "patch", "delete"])
@pytest.mark.parametrize("place", ["{pk}/", "?user={pk}", "?id={pk}", "results/{pk}/"])
def test_another_members_number_in_the_address_opens_nothing(
    client: Client, jun: Member, hers: dict[str, str], method: str, place: str
) -> None:
    address = "/api/me/" + place.format(pk=jun.pk)
    answer = ask(client, address, {"region": "jeju"} if method == "patch" else None, method,
                 headers=hers)  # fmt: skip
    assert answer.status_code in (400, 404, 405)
    assert "jun@" not in answer.content.decode()
    assert sorted(Member.objects.values_list("region", flat=True)) == ["busan", "seoul"]


def test_only_ones_own_results_are_listed(
    client: Client, minji: Member, jun: Member, hers: dict[str, str]
) -> None:
    rows: Rows = one_of_each()
    until = timezone.now() + timedelta(days=365)
    Respondent.objects.update(member=minji, retain_until=until)
    Respondent.objects.create(submission="jun's", retain_until=until, member=jun)
    Respondent.objects.create(submission="nobody's", retain_until=until)
    answer = client.get("/api/me/results/", headers=hers)
    (found,) = answer.json()["results"]
    assert found["user_id"] == str(rows[Respondent].pk)
    assert found["result_url"].endswith(f"/results/{rows[Respondent].pk}/")
    assert found["platform"] == PlatformRecommendation.objects.get().platform.slug
    assert answer["Cache-Control"] == "no-store"


def test_the_number_of_queries_does_not_grow_with_the_results(
    client: Client, minji: Member, hers: dict[str, str], django_assert_num_queries: Any
) -> None:
    for number in range(5):
        Respondent.objects.create(
            submission=f"{number}", retain_until=timezone.now() + timedelta(days=9), member=minji
        )
    with django_assert_num_queries(4):  # user, member, results, platforms
        assert len(client.get("/api/me/results/", headers=hers).json()["results"]) == 5


def test_visitors_read_nothing(client: Client) -> None:
    for path in ("/api/me/", "/api/me/results/"):
        answer = client.get(path, headers={"accept-language": "en"})
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"].startswith("Bearer")
        assert answer.json()["detail"] == "Please log in."


def test_script_in_keywords_is_kept_as_text_and_shown_escaped(
    client: Client, minji: Member, hers: dict[str, str]
) -> None:
    word = "<img src=x onerror>"
    found = ask(client, "/api/me/", {"keywords": [word]}, "patch", headers=hers)
    assert found.json()["keywords"] == [word]
    assert found["Content-Type"] == "application/json"
    assert found["X-Content-Type-Options"] == "nosniff"


def test_leaving_by_the_session_ends_it(client: Client, minji: Member) -> None:
    client.force_login(minji.user)
    assert client.delete("/api/me/").status_code == 204
    assert client.get("/api/me/").status_code == 401
    assert not Member.objects.filter(user__username=EMAIL).exists()
