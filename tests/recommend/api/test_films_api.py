"""One film as JSON, and what members say of films through the API."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from movies.models import FilmText, Movie, Product
from recommend.models import MemberEvent
from survey.models import Member
from tests.joined import browser_of, joined

FILM = 2
ADDRESS = f"/api/movies/{FILM}/"
SAYINGS = ["like", "seen", "not-interested"]

pytestmark = pytest.mark.usefixtures("world")


@pytest.fixture
def member() -> Member:
    return joined()


def kinds() -> list[str]:
    return sorted(MemberEvent.objects.filter(movie=FILM).values_list("kind", flat=True))


def test_all_facts_of_a_film(client: Client) -> None:
    FilmText.objects.create(
        movie_id=FILM, language="en", overview="Toys", keywords=["toy"], source="KMDb",
        loaded_on=timezone.localdate(),
    )  # fmt: skip
    product = Product.objects.filter(slug="netflix_ad_standard").latest("valid_from")
    Movie.objects.filter(pk__gt=4).update(series="")
    movie = Movie.objects.get(pk=FILM)

    found = client.get(ADDRESS).json()

    assert found["movie_id"] == FILM
    assert (found["title"], found["title_ko"]) == ("Action film 2", "Action 영화 2")
    assert (found["year"], found["genres"]) == (movie.year, ["Action"])
    assert found["rating_count"] == movie.rating_count
    assert found["platforms"] == {"netflix": True, "watcha": False}
    assert found["statements"] == [
        {"platform": "netflix", "available": True, "source": "test", "checked_on": "2026-01-02"},
        {"platform": "watcha", "available": False, "source": "test", "checked_on": "2026-01-02"},
    ]
    assert found["texts"] == [
        {
            "language": "en",
            "overview": "Toys",
            "keywords": ["toy"],
            "source": "KMDb",
            "loaded_on": timezone.localdate().isoformat(),
        }
    ]
    assert found["cheapest"] == {
        "product": "netflix_ad_standard",
        "name": product.name,
        "name_ko": product.name_ko,
        "price": 7000,
        "has_ads": True,
        "source": product.source,
        "checked_on": product.checked_on.isoformat(),
    }
    assert (found["rented_at"], sorted(found["series"])) == ([], [3, 4])
    assert len(found["similar"]) == 10
    assert found["mine"] is None


def test_a_film_of_which_nothing_is_known(client: Client) -> None:
    Movie.objects.create(movie_id=900, title="Unheard of", genres=[])

    found = client.get("/api/movies/900/").json()

    assert (found["year"], found["rating_avg"], found["cheapest"]) == (None, None, None)
    assert (found["platforms"], found["statements"], found["similar"]) == ({}, [], [])


def test_the_api_names_the_same_similar_films_as_the_page(client: Client) -> None:
    html = client.get(f"/movies/{FILM}/").content.decode()
    strip = html.partition('aria-labelledby="similar"')[2]

    shown = [int(one) for one in re.findall(r'href="/movies/(\d+)/"', strip)]
    assert client.get(ADDRESS).json()["similar"] == shown


@pytest.mark.parametrize("path", SAYINGS)
def test_saying_something_twice_is_saying_it_once(member: Member, path: str) -> None:
    client = browser_of(member)
    name = {"like": "liked"}.get(path, path.replace("-", "_"))

    for _ in range(2):
        answer = client.put(f"{ADDRESS}{path}/")
        assert (answer.status_code, answer.content) == (204, b"")
    assert len(kinds()) == 1
    assert client.get(ADDRESS).json()["mine"] == {
        "liked": False, "seen": False, "not_interested": False, name: True,
    }  # fmt: skip

    for _ in range(2):
        assert client.delete(f"{ADDRESS}{path}/").status_code == 204
    assert kinds() == []


def test_a_view_is_counted_with_consent_only(member: Member) -> None:
    assert browser_of(joined("lee", learns=False)).post(f"{ADDRESS}view/").status_code == 204
    assert kinds() == []

    assert browser_of(member).post(f"{ADDRESS}view/").status_code == 204
    assert kinds() == ["view"]


def test_asking_for_a_film_never_counts(member: Member) -> None:
    client = browser_of(member)

    assert client.get(ADDRESS).status_code == 200
    for send in (client.get, client.head):
        for path in (*SAYINGS, "view"):
            assert send(f"{ADDRESS}{path}/").status_code == 405
    assert not MemberEvent.objects.exists()


def test_nobody_but_members_may_say_something(client: Client, admin_client: Client) -> None:
    for browser in (client, admin_client):
        for path in SAYINGS:
            assert browser.put(f"{ADDRESS}{path}/").status_code in (401, 403)
        assert browser.post(f"{ADDRESS}view/").status_code in (401, 403)
    assert not MemberEvent.objects.exists()


def test_one_member_says_nothing_for_another(member: Member) -> None:
    other = joined("lee")
    body = {"member": member.pk, "user": member.pk}

    browser_of(other).put(f"{ADDRESS}like/", body, content_type="application/json")

    assert list(MemberEvent.objects.values_list("member", flat=True)) == [other.pk]
    assert browser_of(member).get(ADDRESS).json()["mine"]["liked"] is False


def test_a_session_needs_the_token_against_foreign_forms(member: Member) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(member.user)

    for path in SAYINGS:
        assert client.put(f"{ADDRESS}{path}/").status_code == 403
        assert client.delete(f"{ADDRESS}{path}/").status_code == 403
    assert client.post(f"{ADDRESS}view/").status_code == 403
    assert not MemberEvent.objects.exists()


@pytest.mark.parametrize(
    "number", ["0", "-1", str(2**31), str(2**63), "9" * 5000, "abc", "1.5", "²", "77777"]
)
def test_what_is_no_film_is_not_found(member: Member, number: str) -> None:
    client = browser_of(member)
    address = f"/api/movies/{number}/"

    found = [client.get(address), client.post(f"{address}view/")]
    for path in SAYINGS:
        found += [client.put(f"{address}{path}/"), client.delete(f"{address}{path}/")]

    assert {answer.status_code for answer in found} == {404}
    assert all(answer.json()["detail"] for answer in found)


def test_a_query_is_refused(member: Member) -> None:
    client = browser_of(member)

    assert client.get(f"{ADDRESS}?full=1").json()["fields"] == {"full": ["There is no such field."]}
    assert client.put(f"{ADDRESS}like/?undo=1").status_code == 400


def test_too_many_are_refused_for_a_while(member: Member, settings: Any) -> None:
    settings.REQUEST_LIMITS = settings.REQUEST_LIMITS | {"events": (2, 3600)}
    client = browser_of(member)

    codes = [client.put(f"{ADDRESS}like/").status_code for _ in range(3)]

    assert codes == [204, 204, 429]
    assert client.post(f"/movies/{FILM}/like/").status_code == 429  # counted together


def test_what_says_something_of_a_member_is_kept_for_nobody_else(
    client: Client, member: Member
) -> None:
    for browser in (client, browser_of(member)):
        answer = browser.get(ADDRESS)
        assert answer["Cache-Control"] == "private, no-cache"
        assert {"Cookie", "Authorization"} <= set(answer["Vary"].split(", "))


def test_whoever_asks_too_often_waits(client: Client, settings: Any) -> None:
    settings.REQUEST_LIMITS = settings.REQUEST_LIMITS | {"search": (2, 3600)}

    answers = [client.get(path) for path in (ADDRESS, "/api/ai/", ADDRESS, "/api/ai/")]

    assert [answer.status_code for answer in answers] == [200, 200, 429, 429]
    assert int(answers[-1]["Retry-After"]) > 0


def test_every_operation_is_described(client: Client) -> None:
    paths = client.get("/api/schema/", {"format": "json"}).json()["paths"]

    for path in SAYINGS:
        assert set(paths[f"/api/movies/{{movie_id}}/{path}/"]) == {"put", "delete"}
    assert set(paths["/api/movies/{movie_id}/view/"]) == {"post"}
    film = paths["/api/movies/{movie_id}/"]["get"]
    assert film["operationId"] == "film_retrieve"
    assert "examples" in film["responses"]["200"]["content"]["application/json"]
