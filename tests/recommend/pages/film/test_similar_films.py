"""The films that a page of a film names as similar, from the live run."""

from __future__ import annotations

import re

from django.test import Client
from django.utils import timezone

from movies.models import Movie
from recommend.models import ModelRun
from recommend.ranking.similar import similar_films
from tests.recommend.pages.reading import section
from tests.worlds import add_factors, bare_run, film_ids


def similar_on_the_page(movie: int) -> list[int]:
    html = Client().get(f"/movies/{movie}/").content.decode()
    shown = section(html, 'aria-labelledby="similar"')
    return [int(one) for one in re.findall(r'href="/movies/(\d+)/"', shown)]


def test_with_a_model_the_nearest_in_taste_are_like_it(live_model: ModelRun) -> None:
    numbers = similar_on_the_page(2)

    assert len(numbers) == 10
    assert 2 not in numbers
    assert len(set(numbers) & set(film_ids("Action"))) >= 8  # their people are those of this one


def test_a_film_that_the_model_does_not_know_is_like_films_of_its_genres(
    live_model: ModelRun,
) -> None:
    Movie.objects.create(movie_id=900, title="Unheard of", genres=["Horror"])

    assert set(similar_on_the_page(900)) <= set(film_ids("Horror"))


def test_ties_go_to_the_lower_number_and_only_the_live_run_counts(five_films: None) -> None:
    first, second, third = Movie.objects.order_by("pk")[:3]
    for state, films in ((ModelRun.State.READY, [third]), (ModelRun.State.LIVE, [first, second])):
        is_live = state == ModelRun.State.LIVE
        run = bare_run(state=state, published_at=timezone.now() if is_live else None)
        for film in films:
            add_factors(run, movie=film.pk)

    assert similar_films(first.pk, limit=10) == [second.pk]
    assert similar_films(77777, limit=10) == []


def test_by_genres_the_share_in_common_counts_then_how_well_known(five_films: None) -> None:
    Movie.objects.update(genres=["Western"])
    for number, genres, ratings in (
        (901, ["Horror", "Comedy"], 0),
        (902, ["Horror", "Comedy"], 5),
        (903, ["Horror"], 9),
        (904, ["Horror", "Comedy"], 7),
    ):
        Movie.objects.create(movie_id=number, title="x", genres=genres, rating_count=ratings)

    assert similar_films(901, limit=10) == [904, 902, 903]
