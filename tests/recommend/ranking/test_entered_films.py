"""A film that TMDB's lists bring is recommended by its content, without training again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.utils import timezone

from movies import tasks
from movies.models import Movie, Platform
from recommend import tasks as recommend_tasks
from recommend.lab.training.stored_models import map_path
from recommend.lab.training.train import TrainingPlan, train_model
from recommend.models import ModelRun, MovieFactors
from recommend.ranking.answers import Answers
from recommend.ranking.vectors import run_factors
from recommend.results.recommendation import recommend
from tests.movies.fetching.listing_world import entered_id, listed_films
from tests.movies.tmdb.tmdb_films import StubFilm
from tests.movies.tmdb.tmdb_stub import TmdbStub
from tests.operators import run
from tests.worlds import film_ids

HORROR, COMEDY = 27, 35


def new_film(number: int, genre: int) -> StubFilm:
    [base] = listed_films(1, first=number)
    return StubFilm(**vars(base) | {"genre_ids": (genre,), "offers": {"flatrate": [8]}})


FILMS = [new_film(800_001, HORROR), new_film(800_002, COMEDY)]
SCARY, FUNNY = (entered_id(film) for film in FILMS)


@pytest.fixture
def tmdb(live_model: ModelRun, settings: Any, tmp_path: Path) -> Iterator[TmdbStub]:
    """A live model, and a list of Netflix with two new films."""
    settings.MODEL_DIR = tmp_path
    with TmdbStub(FILMS, key="right") as stub:
        settings.TMDB_API_KEY, settings.TMDB_BASE_URL, settings.TMDB_RATE = "right", stub.url, 500
        settings.REDIS_URL = ""
        yield stub


def ranks_of(genre: str) -> dict[int, int]:
    """The 50 films of a person who likes a genre."""
    found = recommend(Answers(gender="female", age=27, liked=film_ids(genre)[:5]))
    return {film.movie.movie_id: film.rank for film in found.films}


def sync() -> str:
    return run("sync_catalogue", "--platform", "netflix")[0].splitlines()[-1]


def assert_placed(live: ModelRun) -> None:
    assert set(
        MovieFactors.objects.filter(run=live, from_content=True).values_list("movie", flat=True)
    ) == {SCARY, FUNNY}
    assert ranks_of("Horror")[SCARY] <= 20
    assert ranks_of("Comedy")[FUNNY] <= 20
    assert ranks_of("Horror").get(FUNNY, 51) > ranks_of("Horror")[SCARY]


def test_a_film_of_a_list_is_recommended_by_its_content_at_once(
    tmdb: TmdbStub, live_model: ModelRun
) -> None:
    assert SCARY not in ranks_of("Horror")
    assert sync().startswith(
        "Took over 1 lists (netflix 2): 2 films are new; 2 films placed by their content"
    )
    assert_placed(live_model)
    assert Movie.objects.get(pk=SCARY).platforms == {"netflix": True}
    picked = recommend(Answers(gender="female", age=27, liked=[SCARY]))
    first = {film.movie.movie_id for film in picked.films[:10]}
    assert len(first & set(film_ids("Horror"))) >= 6


def test_a_process_that_has_read_the_vectors_before_reads_those_of_new_films(
    tmdb: TmdbStub, live_model: ModelRun
) -> None:
    ranks_of("Horror")
    before = run_factors(live_model.pk).movie_ids
    sync()
    assert SCARY in ranks_of("Horror")
    after = run_factors(live_model.pk).movie_ids
    assert set(after.tolist()) - set(before.tolist()) == {SCARY, FUNNY}


def test_the_nightly_task_places_them_too_and_a_second_night_changes_nothing(
    tmdb: TmdbStub, live_model: ModelRun
) -> None:
    Platform.objects.exclude(pk="netflix").update(is_active=False)
    assert tasks.sync_catalogue() == 1
    assert_placed(live_model)
    stored = list(MovieFactors.objects.order_by("pk").values_list("pk", "bias"))
    assert recommend_tasks.place_new_films() == 0
    assert list(MovieFactors.objects.order_by("pk").values_list("pk", "bias")) == stored


def test_training_stores_the_map_that_places_films_and_one_learned_later_is_nearly_the_same(
    tmdb: TmdbStub, live_model: ModelRun
) -> None:
    trained = train_model(plan=TrainingPlan(rating_algorithm="BaselineOnly"))
    assert map_path(trained.pk).is_file()
    ModelRun.objects.filter(pk=live_model.pk).update(state="retired")
    ModelRun.objects.filter(pk=trained.pk).update(state="live", published_at=timezone.now())
    sync()
    stored = MovieFactors.objects.filter(run=trained, from_content=True).order_by("movie")
    exact = np.array([row.factors for row in stored])
    stored.delete()
    map_path(trained.pk).unlink()
    assert recommend_tasks.place_new_films() == 2
    again = np.array(
        [row.factors for row in MovieFactors.objects.filter(run=trained, movie__in=[SCARY, FUNNY])
         .order_by("movie")]
    )  # fmt: skip
    assert map_path(trained.pk).is_file()
    assert np.abs(again - exact).max() < 1e-3


def test_the_next_training_takes_them_as_films_without_ratings(
    tmdb: TmdbStub, live_model: ModelRun
) -> None:
    sync()
    trained = train_model(plan=TrainingPlan(rating_algorithm="BaselineOnly"))
    rows = MovieFactors.objects.filter(run=trained, movie__in=[SCARY, FUNNY])
    assert list(rows.values_list("from_content", flat=True)) == [True, True]
    assert Movie.objects.get(pk=SCARY).rating_count == 0


def test_without_a_live_model_the_command_says_what_to_run(
    tmdb: TmdbStub, live_model: ModelRun
) -> None:
    ModelRun.objects.update(state="retired")
    _out, err = run("sync_catalogue", "--platform", "netflix")
    assert "`manage.py train_model` places the films" in err
    assert recommend_tasks.place_new_films() == 0


def test_a_run_without_a_map_that_cannot_learn_one_says_what_to_run(
    tmdb: TmdbStub, live_model: ModelRun
) -> None:
    MovieFactors.objects.filter(run=live_model, movie__gt=3).delete()
    Movie.objects.filter(movie_id__gt=3).delete()
    _out, err = run("sync_catalogue", "--platform", "netflix")
    assert "has no content map and cannot learn one" in err
    assert "`manage.py train_model`" in err
