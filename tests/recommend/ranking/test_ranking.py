"""The ranking inside PostgreSQL equals the formulas, and the offline code that is measured."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.utils import timezone

from common.arrays import Floats
from common.errors import NotReadyError
from movies.models import Movie
from recommend.lab.data.cases import Cases, top_movies
from recommend.lab.training.train import TrainingPlan, train_model
from recommend.models import ModelRun, MovieFactors, Rating, TasteVector
from recommend.ranking.answers import Answers
from recommend.ranking.catalogue import (
    Catalogue,
    chosen_places,
    movies_at,
    rank_catalogue,
)
from recommend.ranking.neighbours import neighbour_likes
from recommend.results.recommendation import NoFilmLeftError, recommend, recommend_again
from recommend.scoring.variety import Variety
from recommend.scoring.weights import FACTORS, Weights
from tests.recommend.ranking.stored import served_to, stored_blend
from tests.worlds import GENRES, film_ids

NO_CODE = np.zeros(FACTORS)


def served(
    run: ModelRun,
    weights: Weights = Weights(),  # noqa: B008 - frozen
    *,
    own: Floats | None = None,
    twin: int | None = None,
    left_out: Sequence[int] = (),
) -> Catalogue:
    """The catalogue for a taste of ones, or `own`, and answers without a code."""
    taste = np.ones(FACTORS) if own is None else own
    return rank_catalogue(
        run=run.pk, weights=weights, taste=taste, code=NO_CODE, twin=twin, left_out=left_out
    )


SOME_WEIGHTS = [
    Weights(),
    Weights(twin=0.3),
    Weights(0.1, 3.0, 20),
    Weights(answers=2.0),
    Weights(0.1, 2.0, 20, answers=1.0, novelty=0.3),
]


@pytest.mark.parametrize("weights", SOME_WEIGHTS)
def test_sql_and_offline_rankings_are_equal(live_model: ModelRun, weights: Weights) -> None:
    blend = stored_blend(live_model, weights)
    movie_ids = blend.train.movie_ids
    picks = [film_ids("Comedy")[:4], film_ids("Horror")[3:10], [1, 21, 41, 61, 2], [5]]
    columns = [np.searchsorted(movie_ids, ids) for ids in picks]
    cases = Cases(np.array(["female"] * 4), np.array([18, 25, 35, 25]), columns)
    scores = blend.of_cases(cases)
    top = top_movies(scores, cases, 20)
    for case, catalogue in enumerate(served_to(live_model, blend, cases, picks)):
        ranked = movies_at(catalogue, np.arange(20))
        expected = np.sort(scores[case][top[case]])[::-1]
        assert [row.score for row in ranked] == pytest.approx(expected.tolist(), abs=1e-4)
        assert [row.score for row in ranked] == catalogue.scores[:20].tolist()
        offline = movie_ids[top[case]].tolist()
        assert len(set(offline) & {row.movie_id for row in ranked}) >= 19


@pytest.mark.parametrize("weights", SOME_WEIGHTS[2:])
def test_every_film_is_ranked_by_its_offline_score(live_model: ModelRun, weights: Weights) -> None:
    blend = stored_blend(live_model, weights)
    movie_ids = blend.train.movie_ids
    liked = film_ids("Drama")[:5]
    columns = [np.searchsorted(movie_ids, liked)]
    cases = Cases(np.array(["male"]), np.array([35]), columns)
    scores = blend.of_cases(cases)[0]

    (catalogue,) = served_to(live_model, blend, cases, [liked])

    by_id = dict(zip(movie_ids.tolist(), scores.tolist(), strict=True))
    assert sorted(catalogue.movie_ids) == [one for one in by_id if one not in liked]
    assert catalogue.listed == len(catalogue.movie_ids) == 75
    assert catalogue.scores == pytest.approx([by_id[one] for one in catalogue.movie_ids], abs=1e-4)
    assert (np.diff(catalogue.scores) <= 0).all()


def test_each_film_comes_with_how_many_rated_it_and_what_kind_it_is(live_model: ModelRun) -> None:
    Movie.objects.filter(movie_id=9).update(year=None, genres=[])

    catalogue = served(live_model)

    movies = Movie.objects.in_bulk()
    assert len(catalogue.movie_ids) == len(movies)
    kinds = set()
    for movie_id, ratings, place in zip(
        catalogue.movie_ids, catalogue.ratings, catalogue.kinds, strict=True
    ):
        movie, kind = movies[movie_id], catalogue.kinds_of[place]
        decade = movie.year // 10 * 10 if movie.year else None
        assert ratings == movie.rating_count
        assert kind.platforms == movie.platforms
        assert (kind.stratum.decade, list(kind.stratum.genres)) == (decade, movie.genres)
        kinds.add((str(sorted(movie.platforms.items())), decade, tuple(movie.genres)))
    assert len(catalogue.kinds_of) == len(kinds)


def test_films_with_equal_scores_are_in_the_order_of_their_ids(live_model: ModelRun) -> None:
    MovieFactors.objects.filter(run=live_model).update(factors=[1.0] * FACTORS)

    catalogue = served(live_model, left_out=[2, 40])

    others = [movie_id for movie_id in range(1, 81) if movie_id not in (2, 40)]
    assert catalogue.movie_ids.tolist() == others
    assert [row.movie_id for row in movies_at(catalogue, np.arange(5))] == [1, 3, 4, 5, 6]
    first = chosen_places(catalogue, Variety(), size=500)
    assert first.tolist() == list(range(78))


def test_where_no_film_is_left_the_catalogue_is_empty(live_model: ModelRun) -> None:
    catalogue = served(live_model, Weights(0.1, 3.0, 20), left_out=range(1, 81))

    assert (len(catalogue.movie_ids), catalogue.listed) == (0, 0)
    assert chosen_places(catalogue, Variety(0.5, 2), size=50).tolist() == []
    assert movies_at(catalogue, np.arange(0)) == []


def test_the_share_of_the_neighbours_is_that_of_their_likes(live_model: ModelRun) -> None:
    own = np.asarray(TasteVector.objects.filter(run=live_model, ml_user=1).get().taste)
    weights = Weights(neighbours=3.0, neighbour_count=12)
    catalogue = served(live_model, weights, own=own, left_out=[1, 2])
    alone = served(live_model, own=own, left_out=[1, 2])

    likes = neighbour_likes(live_model.pk, weights, own)
    shares = np.mean([np.isin(catalogue.movie_ids, one) for one in likes], axis=0)

    taste = dict(zip(alone.movie_ids.tolist(), alone.scores.tolist(), strict=True))
    by_taste = np.array([taste[one] for one in catalogue.movie_ids.tolist()])
    assert len(likes) == 12
    assert set(likes[0]) == set(
        Rating.objects.filter(run=None, ml_user=1, rating__gte=4).values_list("movie_id", flat=True)
    )
    assert 0 < shares.max() <= 1
    assert catalogue.scores - by_taste == pytest.approx(3.0 * shares, abs=1e-5)


@pytest.mark.parametrize("weights", [Weights(), Weights(0.3), Weights(predictions_only=True)])
def test_where_neighbours_do_not_count_none_are_read(
    live_model: ModelRun, weights: Weights
) -> None:
    assert neighbour_likes(live_model.pk, weights, np.ones(64)) == []


def test_the_literal_strategy_ranks_what_is_not_predicted_behind_the_best_known_first(
    live_model: ModelRun,
) -> None:
    predicted = Rating.objects.filter(run=live_model, ml_user=1)
    predicted.filter(rank__gt=10).delete()
    left_out = [predicted.get(rank=3).movie_id]

    catalogue = served(live_model, Weights(predictions_only=True), twin=1, left_out=left_out)

    by_rank = predicted.exclude(movie__in=left_out).order_by("rank")
    first = list(by_rank.values_list("movie_id", flat=True))
    others = Movie.objects.exclude(pk__in=[*first, *left_out]).order_by("-rating_count", "pk")
    assert catalogue.listed == 9
    assert catalogue.movie_ids.tolist() == [*first, *others.values_list("pk", flat=True)]
    shown = movies_at(catalogue, chosen_places(catalogue, Variety(), size=50))
    assert [row.movie_id for row in shown] == first
    assert [row.score for row in shown] == list(by_rank.values_list("rating", flat=True))


@pytest.mark.parametrize("strategy", ["blend", "taste", "twin"])
class TestEveryStrategy:
    """Conformance: what holds for each strategy."""

    def films(self, strategy: str, liked: list[int], **answers: Any) -> list[int]:
        asked = {"gender": "female", "age": 27} | answers
        found = recommend(Answers(liked=liked, strategy=strategy, **asked))
        return [film.movie.movie_id for film in found.films]

    def test_liked_films_are_never_recommended_back(
        self, live_model: ModelRun, strategy: str
    ) -> None:
        liked = film_ids("Action")[:7]
        films = self.films(strategy, liked)
        assert not set(films) & set(liked)
        assert len(films) == len(set(films)) == 50

    def test_the_same_answers_give_the_same_films(
        self, live_model: ModelRun, strategy: str
    ) -> None:
        liked = film_ids("Drama")[:4]
        assert self.films(strategy, liked) == self.films(strategy, liked[::-1] + liked[:1])

    def test_no_pick_and_no_answers_still_give_films(
        self, live_model: ModelRun, strategy: str
    ) -> None:
        assert len(self.films(strategy, [], gender="", age=None)) == 50

    def test_one_pick_is_enough(self, live_model: ModelRun, strategy: str) -> None:
        assert len(self.films(strategy, [film_ids("Horror")[0]])) == 50


def test_the_blend_finds_the_genre_that_was_picked(live_model: ModelRun) -> None:
    found = recommend(Answers(gender="male", age=40, liked=film_ids("Horror")[:5]))
    first = {film.movie.movie_id for film in found.films[:10]}
    assert len(first & set(film_ids("Horror"))) >= 9


def test_the_literal_strategy_shows_only_what_the_twin_has_not_seen(live_model: ModelRun) -> None:
    found = recommend(
        Answers(gender="female", age=27, liked=film_ids("Action")[:5], strategy="twin")
    )
    assert found.twin is not None
    seen = Rating.objects.observed().filter(ml_user=found.twin.ml_user_id)
    films = {film.movie.movie_id for film in found.films}
    assert not films & set(seen.values_list("movie_id", flat=True))
    assert {str(film.rating_source) for film in found.films} == {"predicted"}
    stars = [film.predicted_rating for film in found.films]
    assert stars == sorted(stars, reverse=True)


def test_stars_come_from_the_twin_else_the_prediction_else_the_average(
    live_model: ModelRun,
) -> None:
    answers = Answers(gender="female", age=27, liked=film_ids("Action")[:5])
    twin = recommend(answers).twin
    assert twin is not None
    Rating.objects.filter(run=live_model, ml_user=twin.ml_user_id, rank__gt=20).delete()
    for film in recommend(answers).films:
        ratings = Rating.objects.filter(ml_user=twin.ml_user_id, movie=film.movie.movie_id)
        own = ratings.filter(run=None).first()
        predicted = ratings.filter(run=live_model).first()
        shown = own or predicted
        average = Movie.objects.get(pk=film.movie.movie_id).rating_avg
        expected = shown.rating if shown else average
        source = "twin" if own else "predicted" if predicted else "average"
        assert (film.predicted_rating, str(film.rating_source)) == (expected, source)


def test_fewer_than_four_picks_lean_on_the_group(live_model: ModelRun) -> None:
    group = [
        film.movie.movie_id for film in recommend(Answers(gender="female", age=20, liked=[])).films
    ]
    one = [
        film.movie.movie_id
        for film in recommend(Answers(gender="female", age=20, liked=[61])).films
    ]
    many = [
        film.movie.movie_id
        for film in recommend(Answers(gender="female", age=20, liked=film_ids("Horror")[:6])).films
    ]
    horror = set(film_ids("Horror"))
    assert len(set(group[:10]) & horror) < len(set(many[:10]) & horror)
    assert one != group


def test_overlap_is_exact_also_outside_the_fingerprint(live_model: ModelRun) -> None:
    liked = film_ids("Action")[:5]
    Movie.objects.filter(pk__in=liked[:2]).update(fingerprint_bit=None)
    found = recommend(Answers(gender="female", age=27, liked=liked))
    assert found.twin is not None
    seen = Rating.objects.observed().filter(ml_user=found.twin.ml_user_id, movie__in=liked)
    assert found.overlapped == sorted(seen.values_list("movie_id", flat=True))


def test_the_literal_strategy_takes_the_order_of_the_file_also_among_equal_stars(
    live_model: ModelRun,
) -> None:
    answers = Answers(gender="female", age=27, liked=film_ids("Action")[:5], strategy="twin")
    twin = recommend(answers).twin
    assert twin is not None
    predicted = Rating.objects.filter(run=live_model, ml_user=twin.ml_user_id)
    predicted.update(rating=5.0)
    by_rank = predicted.exclude(movie__in=answers.liked).order_by("rank")
    expected = list(by_rank.values_list("movie_id", flat=True)[:50])
    assert [film.movie.movie_id for film in recommend(answers).films] == expected


def test_a_twin_without_predictions_falls_back_to_own_taste(live_model: ModelRun) -> None:
    answers = Answers(gender="female", age=27, liked=film_ids("Action")[:5], strategy="twin")
    twin = recommend(answers).twin
    assert twin is not None
    Rating.objects.filter(run=live_model, ml_user=twin.ml_user_id).delete()
    films = [film.movie.movie_id for film in recommend(answers).films]
    by_taste = recommend(
        Answers(gender="female", age=27, liked=film_ids("Action")[:5], strategy="taste")
    ).films
    assert films == [film.movie.movie_id for film in by_taste]


def test_without_a_common_film_the_twin_is_found_by_taste(live_model: ModelRun) -> None:
    liked = film_ids("Horror")[:5]
    Movie.objects.filter(pk__in=liked).update(fingerprint_bit=None)
    twin = recommend(Answers(gender="female", age=27, liked=liked)).twin
    assert twin is not None
    assert twin.method == "taste"
    assert twin.similarity > 0.9


def test_who_has_seen_every_film_is_told_that_none_is_left(live_model: ModelRun) -> None:
    everything = [one for genre in GENRES for one in film_ids(genre)]
    answers = Answers(gender="female", age=27, liked=everything[:5], seen=everything)
    with pytest.raises(NoFilmLeftError):
        recommend_again(answers, None)


def test_a_run_that_vanishes_meanwhile_is_not_ready_instead_of_wrong(
    live_model: ModelRun,
) -> None:
    answers = Answers(gender="female", age=27, liked=film_ids("Action")[:5])
    recommend(answers)
    MovieFactors.objects.all().delete()
    with pytest.raises(NotReadyError, match="being replaced"):
        recommend(answers)


def test_a_film_that_nobody_has_rated_is_ranked_by_what_it_is_about(
    live_model: ModelRun, settings: Any, tmp_path: Path
) -> None:
    """A new Korean film, entered by staff before training."""
    settings.MODEL_DIR = tmp_path
    for movie_id, genre in ((9001, "Horror"), (9002, "Comedy")):
        Movie.objects.create(
            movie_id=movie_id, title=f"{genre} film {movie_id}", title_ko="새 영화", genres=[genre]
        )
    run = train_model(plan=TrainingPlan(rating_algorithm="BaselineOnly"))
    ModelRun.objects.filter(pk=live_model.pk).update(state="retired")
    ModelRun.objects.filter(pk=run.pk).update(state="live", published_at=timezone.now())

    stored = MovieFactors.objects.filter(run=run, from_content=True)
    found = recommend(Answers(gender="female", age=27, liked=film_ids("Horror")[:5]))

    assert [row.movie_id for row in stored.order_by("movie_id")] == [9001, 9002]
    ranks = {film.movie.movie_id: film.rank for film in found.films}
    assert ranks[9001] <= 20
    assert ranks.get(9002, 51) > ranks[9001]
    behind = found.films[ranks[9001]].movie.movie_id
    assert found.likely[9001] == pytest.approx(found.likely[behind], rel=0.5)
    picked = recommend(Answers(gender="female", age=27, liked=[9001]))
    first = {film.movie.movie_id for film in picked.films[:10]}
    assert len(first & set(film_ids("Horror"))) >= 6
