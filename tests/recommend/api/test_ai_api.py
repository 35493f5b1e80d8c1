"""`GET /api/ai/`: for visitors and members, and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from movies.models import Movie
from recommend.models import GenreModel, MemberEvent, ModelRun
from recommend.services.members.events import record_event, take_event_back
from tests.recommend.results.shelves.members import new_member
from tests.recommend.seasons import ship_seasons
from tests.worlds import film_ids

HORROR = film_ids("Horror")


@pytest.fixture(autouse=True)
def everywhere(live_model: ModelRun) -> None:
    ship_seasons()
    Movie.objects.update(platforms_fetched={"netflix": True})


def answer(client: Client) -> dict[str, Any]:
    response = client.get("/api/ai/", headers={"accept-language": "en"})
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    found: dict[str, Any] = response.json()
    return found


def test_a_visitor_gets_films_of_the_season(client: Client) -> None:
    found = answer(client)
    assert (len(found["films"]), found["likes"]) == (8, 0)
    assert found["words"]
    assert set(found["genres"]) <= {"Action", "Comedy", "Drama", "Horror"}
    assert {"movie_id", "title", "platforms"} <= set(found["films"][0])


def test_a_like_counts_in_the_very_next_request_and_so_does_taking_it_back(client: Client) -> None:
    member = new_member()
    client.force_login(member.user)
    before = answer(client)
    for movie in HORROR[:10]:
        record_event(member=member, movie_id=movie, kind=MemberEvent.Kind.LIKE)
    after = answer(client)
    assert (after["likes"], after["genres"][0]) == (10, "Horror")
    assert after["explanation"] == "Horror · Action: learned from 10 likes of yours."
    assert before["films"] != after["films"]
    for movie in HORROR[:10]:
        take_event_back(member=member, movie_id=movie, kind=MemberEvent.Kind.LIKE)
    assert answer(client) == before


def test_nobody_gets_the_picks_of_another_member(client: Client) -> None:
    other = new_member("other")
    record_event(member=other, movie_id=HORROR[0], kind=MemberEvent.Kind.LIKE)
    client.force_login(new_member("me").user)
    assert answer(client)["likes"] == 0
    refused = client.get("/api/ai/", {"member": other.pk}, headers={"accept-language": "en"})
    assert refused.status_code == 400
    assert refused.json()["fields"] == {"member": ["There is no such field."]}


def test_without_a_genre_model_there_are_no_films_and_no_error(client: Client) -> None:
    GenreModel.objects.all().delete()
    for _ in range(2):
        found = answer(client)
        assert (found["films"], found["genres"], found["explanation"]) == ([], [], "")
        client.force_login(new_member(f"m{_}").user)


def test_other_methods_are_refused(client: Client) -> None:
    assert client.post("/api/ai/").status_code == 405
