"""The films of the poster screen out of the live run, and what the page says of more picks."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import numpy as np
import pytest
from django.db.models import Count, Q
from django.utils import timezone

from common.errors import NotReadyError
from movies.models import Movie, MovieDetails
from movies.movielens.sample_films import korean_films
from recommend.models import ModelRun, MovieFactors, SurveyFilm
from recommend.ranking import poster_screen
from recommend.ranking.poster_screen import PicksGain, films_to_show, picks_gain
from recommend.scoring.screen_quotas import Quotas
from tests.worlds import FILMS_EACH, GENRES, film_ids

EVERYTHING = len(GENRES) * FILMS_EACH
Queries = Callable[[int], AbstractContextManager[None]]


def shown_films(liked: list[int], shown: list[int], size: int = 24) -> list[int]:
    return [film.pk for film in films_to_show(liked=liked, shown=shown, size=size)]


def best_known(without: list[int]) -> list[int]:
    others = Movie.objects.exclude(pk__in=without).best_known_first()
    return list(others.values_list("pk", flat=True))


class TestFilmsToShow:
    def test_the_first_screen_has_24_films_of_all_kinds(self, live_model: ModelRun) -> None:
        films = films_to_show(liked=[], shown=[])
        assert len({film.pk for film in films}) == 24
        assert {genre for film in films for genre in film.genres} == set(GENRES)
        assert films[0].title

    def test_the_first_films_are_those_that_most_people_like(
        self, live_model: ModelRun, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(
            poster_screen, "quotas_of", lambda years, *_rest: Quotas.none(len(years))
        )
        poster_screen._candidates.cache_clear()
        Movie.objects.update(series="", title_ko="", platforms_fetched={})
        likes = Count("ratings", filter=Q(ratings__rating__gte=4, ratings__run=None))
        films = Movie.objects.annotate(likes=likes).order_by("-likes", "pk")
        assert shown_films([], []) == [film.pk for film in films[:24]]

    def test_of_one_series_no_more_than_two_are_on_a_screen(self, live_model: ModelRun) -> None:
        Movie.objects.update(series="")
        best = shown_films([], [])[:5]
        Movie.objects.filter(pk__in=best).update(series="the best")
        poster_screen._candidates.cache_clear()
        first = shown_films([], [])
        assert [film for film in best if film in first] == best[:2]
        second = shown_films([], first)
        assert [film for film in best if film in second] == best[2:4]

    def test_a_third_of_the_first_screen_is_korean_and_a_third_new(
        self, live_model: ModelRun
    ) -> None:
        """By TMDB's language, or by the project's list where TMDB was not asked."""
        last = shown_films([], [], size=EVERYTHING)[-60:]
        asked, listed, new = last[:15], last[15:30], last[30:]
        now = timezone.now()
        MovieDetails.objects.bulk_create(
            MovieDetails(movie_id=film, original_language="ko", fetched_at=now) for film in asked
        )
        for film, number in zip(listed, sorted(korean_films()), strict=False):
            Movie.objects.filter(pk=film).update(tmdb_id=number)
        Movie.objects.exclude(pk__in=new).update(year=1999)
        Movie.objects.filter(pk__in=new).update(year=2010)
        poster_screen._candidates.cache_clear()
        first = shown_films([], [])
        assert len(set(first) & {*asked, *listed}) >= 8
        assert len(set(first) & set(new)) >= 8

    def test_a_film_that_is_not_for_the_person_counts_against_the_taste(
        self, live_model: ModelRun
    ) -> None:
        liked, disliked = film_ids("Drama")[:2], film_ids("Horror")[:3]
        found = films_to_show(liked=liked, shown=[], disliked=disliked)
        assert not {film.pk for film in found} & set(disliked)
        stored = MovieFactors.objects.filter(run=live_model, movie__in=disliked)
        factors = np.array(list(stored.values_list("factors", flat=True)))
        with_them, without = (
            poster_screen._taste(live_model, liked, one) for one in (disliked, [])
        )
        assert with_them is not None
        assert without is not None
        assert np.abs(factors @ with_them).sum() < np.abs(factors @ without).sum()

    def test_picks_bring_films_of_their_kind_and_some_others(self, live_model: ModelRun) -> None:
        shown = shown_films([], [])
        liked = film_ids("Drama")[:3]
        chosen = shown_films(liked, shown)
        left = set(film_ids("Drama")) - set(liked) - set(shown)
        assert left < set(chosen)
        assert len(chosen) == 24

    def test_the_first_films_after_a_pick_are_of_its_kind(self, live_model: ModelRun) -> None:
        chosen = shown_films(film_ids("Horror")[:4], film_ids("Comedy"), size=6)
        assert set(chosen) < set(film_ids("Horror"))

    def test_liked_and_shown_films_never_come_back(self, live_model: ModelRun) -> None:
        liked = [1, 25]
        shown: list[int] = []
        while chosen := shown_films(liked, shown):
            assert not {*chosen} & {*shown, *liked}
            shown += chosen
        assert sorted(shown + liked) == list(range(1, EVERYTHING + 1))

    def test_a_pick_found_by_search_need_not_have_been_shown(self, live_model: ModelRun) -> None:
        assert 30 not in shown_films([30], [])

    def test_picks_that_the_run_does_not_know_change_nothing(self, live_model: ModelRun) -> None:
        shown = shown_films([], [])
        assert shown_films([999_999], shown) == shown_films([], shown)

    def test_a_run_without_such_films_shows_the_best_known(self, live_model: ModelRun) -> None:
        SurveyFilm.objects.all().delete()
        assert shown_films([], []) == best_known([])[:24]
        assert shown_films([3], [1, 2]) == best_known([1, 2, 3])[:24]

    def test_used_up_films_are_followed_by_the_best_known(self, live_model: ModelRun) -> None:
        few = film_ids("Comedy")[:5]
        SurveyFilm.objects.exclude(movie__in=few).delete()
        chosen = shown_films([], [])
        assert sorted(chosen[:5]) == few
        assert chosen[5:] == best_known(few)[:19]

    def test_a_film_whose_factors_are_gone_is_not_chosen(self, live_model: ModelRun) -> None:
        gone = shown_films([], [])[0]
        MovieFactors.objects.filter(movie=gone).delete()
        poster_screen._candidates.cache_clear()
        assert gone not in shown_films([], [])

    def test_a_film_that_was_deleted_meanwhile_is_left_out(self, live_model: ModelRun) -> None:
        gone, *others = shown_films([], [])
        Movie.objects.filter(pk=gone).delete()
        chosen = shown_films([], [])
        assert chosen[:23] == others
        assert len(chosen) == 24

    def test_films_that_people_in_korea_know_come_first(self, live_model: ModelRun) -> None:
        known = film_ids("Action")[::2]
        Movie.objects.exclude(pk__in=known).update(title_ko="", poster_path="")
        Movie.objects.filter(pk__in=known).update(poster_path="/a.jpg")
        first = shown_films([], [], size=4)
        assert first[0] in known

    def test_new_titles_are_noticed_after_ten_minutes(
        self, live_model: ModelRun, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(poster_screen.time, "monotonic", lambda: 1000.0)
        before = shown_films([], [])
        Movie.objects.filter(pk__in=before[:12]).update(title_ko="")
        assert shown_films([], []) == before
        monkeypatch.setattr(poster_screen.time, "monotonic", lambda: 1000.0 + 601)
        assert shown_films([], []) != before

    @pytest.mark.parametrize("shown", [[], [1, 2], list(range(1, 61))])
    def test_the_number_of_queries_stays_the_same(
        self, live_model: ModelRun, django_assert_num_queries: Queries, shown: list[int]
    ) -> None:
        films_to_show(liked=[5], shown=[])  # the arrays of the run are kept from now on
        with django_assert_num_queries(2):  # run, films
            films_to_show(liked=[], shown=shown, size=8)
        with django_assert_num_queries(3):  # and the factors of the picks
            films_to_show(liked=[5], shown=shown, size=8)
        with django_assert_num_queries(3):
            films_to_show(liked=[5, 25, 45, 65, 66, 67], shown=shown, size=8)

    def test_without_a_live_run_the_operator_is_told_what_to_do(self, world: str) -> None:
        with pytest.raises(NotReadyError, match="No model is live"):
            films_to_show(liked=[], shown=[])


class TestPicksGain:
    def measured(self, run: ModelRun, curve: dict[str, float] | None) -> None:
        metrics = {**run.metrics, "picks_curve": curve} if curve is not None else {}
        ModelRun.objects.filter(pk=run.pk).update(metrics=metrics)

    def test_it_is_the_gain_over_three_picks_in_percent(self, live_model: ModelRun) -> None:
        self.measured(live_model, {"1": 0.2, "3": 0.25, "5": 0.27, "10": 0.3, "20": 0.31})
        assert picks_gain() == [PicksGain(5, 8), PicksGain(10, 20), PicksGain(20, 24)]

    def test_points_that_are_no_better_are_left_out(self, live_model: ModelRun) -> None:
        self.measured(live_model, {"1": 0.3, "3": 0.25, "5": 0.2, "10": 0.251, "20": 0.26})
        assert picks_gain() == [PicksGain(20, 4)]

    @pytest.mark.parametrize("curve", [None, {}, {"1": 0.2}, {"3": 0.0, "5": 0.1}])
    def test_a_run_without_such_a_curve_says_nothing(
        self, live_model: ModelRun, curve: dict[str, float] | None
    ) -> None:
        self.measured(live_model, curve)
        assert picks_gain() == []

    def test_it_takes_one_query_once_it_is_known(
        self, live_model: ModelRun, django_assert_num_queries: Queries
    ) -> None:
        picks_gain()
        with django_assert_num_queries(1):
            picks_gain()

    def test_without_a_live_run_the_operator_is_told_what_to_do(self, world: str) -> None:
        with pytest.raises(NotReadyError, match="No model is live"):
            picks_gain()
