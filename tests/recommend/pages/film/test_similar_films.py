"""The films that a page of a film names as similar, by content."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import numpy as np
import pytest
from django.test import Client

from movies.models import FilmText, Movie
from recommend.lab.training.genre_model.store import store_genres, train_genres
from recommend.models import ModelRun
from recommend.ranking.in_use import in_use
from recommend.ranking.words.similar import similar_films
from recommend.scoring.genre_model import FilmTokens
from tests.recommend.pages.reading import section
from tests.worlds import film_ids

WHERE: dict[str, Any] = {"language": "ko", "source": "test", "loaded_on": date(2026, 11, 30)}


def tell(overviews: dict[int, str]) -> None:
    """A genre model of these texts is live."""
    for movie, overview in overviews.items():
        FilmText.objects.create(movie_id=movie, overview=overview, **WHERE)
    fitted, metrics = train_genres()
    store_genres(run=ModelRun.objects.get(is_live=True), fitted=fitted, metrics=metrics)


def similar(movie: int, **options: Any) -> list[int]:
    return similar_films(movie, in_use().catalogue, in_use().genre_model, **options)


def similar_on_the_page(movie: int) -> list[int]:
    html = Client().get(f"/movies/{movie}/").content.decode()
    shown = section(html, 'aria-labelledby="similar"')
    return [int(one) for one in re.findall(r'href="/movies/(\d+)/"', shown)]


def test_with_a_model_films_of_the_same_words_and_genres_are_like_it(
    live_model: ModelRun,
) -> None:
    numbers = similar_on_the_page(2)

    assert len(numbers) == 10
    assert 2 not in numbers
    assert set(numbers) <= set(film_ids("Action"))


def test_what_the_texts_tell_decides_among_films_of_a_genre(live_model: ModelRun) -> None:
    tell({1: "귀신 저택 하룻밤", 9: "귀신 저택 울음", 25: "귀신 저택 하룻밤", 5: "우주 로봇"})

    found = similar(1, limit=80)

    assert found[0] == 9
    assert found.index(25) == 19  # another genre: after all of its own
    assert len(found) == 20  # films of other genres and words are not like it


def test_a_film_that_entered_after_the_training_is_compared_by_its_text(
    live_model: ModelRun,
) -> None:
    tell({1: "귀신 저택 하룻밤", 9: "우주 로봇 함대"})
    Movie.objects.create(movie_id=900, title="New", genres=["Action"])
    FilmText.objects.create(movie_id=900, overview="우주 로봇 함대", **WHERE)

    assert similar(900, limit=1) == [9]
    assert 900 in similar(1, limit=80)  # by its genre until the next training


def test_films_can_be_chosen(live_model: ModelRun) -> None:
    wanted = in_use().catalogue.among([*range(8, 30), 77777])

    assert set(similar(1, limit=80, among=wanted)) == set(range(8, 21))


def test_of_four_thousand_films_each_is_most_like_itself() -> None:
    random = np.random.default_rng(1)
    columns = np.concatenate([np.sort(random.choice(20_000, 60, False)) for _ in range(4_000)])
    ids, starts = np.arange(4_000), np.arange(0, 240_001, 60)
    tokens = FilmTokens(ids, starts, columns, random.integers(1, 5, len(columns)))

    for film in range(10):
        found = tokens.alike(*tokens.of_film(film) or ())
        assert int(np.argmax(found)) == film
        assert found[film] == pytest.approx(1)


def test_a_film_that_the_model_does_not_know_is_like_films_of_its_genres(
    live_model: ModelRun,
) -> None:
    Movie.objects.create(movie_id=900, title="Unheard of", genres=["Horror"])

    assert set(similar_on_the_page(900)) <= set(film_ids("Horror"))


def test_an_unknown_film_and_one_without_genres_and_words_are_like_nothing(
    five_films: None,
) -> None:
    Movie.objects.create(movie_id=900, title="Unheard of", genres=[])

    assert similar(900, limit=10) == []
    assert similar(77777, limit=10) == []


def test_by_genres_the_cosine_counts_then_how_well_known(five_films: None) -> None:
    Movie.objects.update(genres=["Western"])
    for number, genres, ratings in (
        (901, ["Horror", "Comedy"], 0),
        (902, ["Horror", "Comedy"], 5),
        (903, ["Horror"], 9),
        (904, ["Horror", "Comedy"], 7),
    ):
        Movie.objects.create(movie_id=number, title="x", genres=genres, rating_count=ratings)

    assert similar(901, limit=10) == [904, 902, 903]
