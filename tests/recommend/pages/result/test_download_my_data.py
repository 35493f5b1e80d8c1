"""Everything that is stored of a respondent, for them to keep."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from matching.models import Similarity
from movies.models import Movie
from ottstats.models import PlatformRecommendation
from recommend.services.reactions import react
from recommend.services.submission import Survey, submit_survey
from survey.models import AnsweredWishes, Draft, Respondent
from tests.worlds import film_ids

PICKS = film_ids("Action")[:5]


@pytest.fixture
def respondent(live_model: Any) -> Respondent:
    draft = Draft.objects.create(
        liked=PICKS,
        shown=film_ids("Horror")[:1],
        also_shown=film_ids("Horror")[1:2],
        subscribed=["netflix"],
        monthly_budget=9000,
        expires_at=timezone.now() + timedelta(days=7),
    )
    survey = Survey(
        liked=PICKS,
        gender="female",
        age=27,
        education="college",
        income="2m_4m",
        ott_frequency="daily",
        region="seoul",
        district="서초구",
        subscribed=("netflix",),
        monthly_budget=6000,
        statistics_consent=True,
        learning_consent=True,
        shown=film_ids("Horror")[:1],
        wishes=AnsweredWishes(
            ("squid_game",), no_ads=True, min_resolution=1080, owned=("watcha_basic",)
        ),
    )
    person = submit_survey(survey=survey, token="a-token-of-this-test", draft=draft)
    film = person.recommended_movies.order_by("rank")[0].movie_id
    react(respondent=person, movie_id=film, kind="seen")
    return person


def fetched(client: Client, respondent: Respondent, language: str = "en") -> Any:
    client.cookies["django_language"] = language
    return client.get(f"/results/{respondent.pk}/data.json")


def test_it_is_a_file_that_no_cache_keeps(client: Client, respondent: Respondent) -> None:
    response = fetched(client, respondent)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    assert response["Content-Disposition"] == 'attachment; filename="ottwin.json"'
    assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))
    assert response["X-Robots-Tag"] == "noindex"
    page = client.get(f"/results/{respondent.pk}/").content.decode()
    assert f'href="/results/{respondent.pk}/data.json" download' in page


def test_it_holds_the_answers_in_words(client: Client, respondent: Respondent) -> None:
    data = fetched(client, respondent).json()
    answers = data["answers"]
    assert [film["title"] for film in answers.pop("liked_films")] == [
        movie.title for movie in respondent.preferred_movies.order_by("-rating_count", "movie_id")
    ]
    assert answers == {
        "gender": "Female",
        "age": 27,
        "education": "College or university",
        "income": "2 to 4 million won",
        "ott_frequency": "Every day",
        "region": "Seoul",
        "district": "서초구",
        "monthly_budget_won": 6000,
        "subscribed": ["Netflix"],
        "must_have": ["Squid Game"],
        "no_ads": True,
        "min_streams": None,
        "min_resolution": 1080,
        "owned": ["Watcha Basic"],
    }
    assert data["consent"]["statistics"] is True
    assert data["consent"]["learning"] is True
    assert [film["title"] for film in data["offered_films"]] == ["Horror film 61"]
    assert data["consent"]["version"] == respondent.consent_version
    assert data["form_digest"] == respondent.submission
    (draft,) = data["drafts"]
    assert len(draft["liked_films"]) == 5
    assert [film["title"] for film in draft["offered_films"]] == [
        "Horror film 61",
        "Horror film 62",
    ]
    assert (draft["subscribed"], draft["monthly_budget_won"]) == (["Netflix"], 9000)


def test_it_holds_the_whole_result_in_words(client: Client, respondent: Respondent) -> None:
    data = fetched(client, respondent).json()
    stored = PlatformRecommendation.objects.get(user=respondent)
    assert data["result"] == f"http://testserver/results/{respondent.pk}/"
    assert f"/shared/{stored.share_id}/" in data["share_link"]
    assert data["recommended_platform"] == "Netflix"
    assert data["model_run"] == stored.parts["run"]
    assert [row["score"] for row in data["platforms"]] == [
        row["score"] for row in stored.parts["platforms"]
    ]
    assert data["platforms"][0]["platform"] == "Netflix"
    expected = data["expected"]
    assert expected["groups_of_films"]["platforms"]
    assert all(0 <= chance <= 1 for _film, chance in expected["chances_by_film_number"])
    assert expected["what_one_film_would_change"].keys() >= {"pick", "ask"}
    assert {row["group"] for row in data["platforms"][0]["usage"]} == {
        "Female",
        "aged 20–29",
        "Seoul",
    }
    films = list(respondent.recommended_movies.select_related("movie").order_by("rank"))
    assert [film["title"] for film in data["films"]] == [film.movie.title for film in films]
    titles = dict(Movie.objects.values_list("pk", "title"))
    assert [film["because"] for film in data["films"]] == [
        [titles[pick] for pick in film.because] for film in films
    ]
    (reaction,) = data["reactions"]
    assert reaction["said"] == "Seen"
    assert reaction["film"]["title"].startswith("Action film")


def test_the_twin_is_there_without_its_number(client: Client, respondent: Respondent) -> None:
    data = fetched(client, respondent).json()
    similarity = Similarity.objects.get(user=respondent)
    assert data["twin"]["who"] == "A woman aged 25 to 34"
    assert data["twin"]["similarity"] == similarity.score
    assert len(data["twin"]["seen_by_both"]) == len(similarity.overlapped_movies)
    assert "ml_user" not in json.dumps(data)
    Similarity.objects.update(ml_user=None)
    assert fetched(client, respondent).json()["twin"]["who"] is None


def test_in_korean_it_is_readable_text(client: Client, respondent: Respondent) -> None:
    text = fetched(client, respondent, "ko").content.decode()
    assert "Action 영화" in text
    assert "여성" in text
    assert text.startswith('{\n  "result"')


def test_a_person_who_told_nothing_gets_nothing_invented(client: Client, live_model: Any) -> None:
    person = submit_survey(survey=Survey(liked=[]), token="another-token-of-this-test")
    data = fetched(client, person).json()
    assert data["twin"] is None
    assert data["answers"]["gender"] is None
    assert data["answers"]["liked_films"] == []
    assert (data["drafts"], data["reactions"]) == ([], [])
    assert (data["consent"]["learning"], data["offered_films"]) == (False, [])


def test_a_stranger_gets_nothing(client: Client, respondent: Respondent) -> None:
    assert client.get(f"/results/{uuid4()}/data.json").status_code == 404
    now = timezone.now()
    Respondent.objects.update(consented_at=now - timedelta(days=90), retain_until=now)
    assert fetched(client, respondent).status_code == 404


def test_it_takes_few_queries(
    client: Client, respondent: Respondent, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(13):  # two of them for the names of the wishes
        fetched(client, respondent)
