"""Who likes every film gets a reason of its own, which is not that the data are being replaced."""

from __future__ import annotations

import pytest
from django.test import Client

from movies.models import Movie
from recommend.models import ModelRun, MovieFactors
from tests.recommend.api.test_api import ANSWERS, recommend


@pytest.mark.parametrize("strategy", ["blend", "taste", "twin"])
@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "No film is left to recommend"), ("ko", "추천할 영화가 남아 있지")],
)
def test_who_likes_every_film_gets_the_reason(
    live_model: ModelRun, client: Client, strategy: str, language: str, said: str
) -> None:
    every = list(Movie.objects.values_list("pk", flat=True))
    body = ANSWERS | {"liked": every, "strategy": strategy}
    headers = {"Accept-Language": language}
    response = client.post(
        "/api/recommendations/", body, content_type="application/json", headers=headers
    )
    assert (response.status_code, said in response.json()["detail"]) == (400, True)
    assert len(recommend(client, liked=every[1:], strategy=strategy).json()["movies"]) == 1


def test_films_without_vectors_are_being_replaced(live_model: ModelRun, client: Client) -> None:
    MovieFactors.objects.all().delete()
    response = recommend(client, liked=[])
    assert response.status_code == 503
