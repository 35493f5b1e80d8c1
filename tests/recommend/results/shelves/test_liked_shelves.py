"""Because you liked X, and your genre."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone, translation

from movies.models import Movie
from recommend.models import ModelRun
from recommend.ranking.in_use import in_use
from recommend.ranking.words.similar import similar_films
from recommend.results.shelves.personal import liked_most
from tests.recommend.results.shelves.shelved import (
    NOT_INTERESTED,
    SEEN,
    a_member,
    a_result,
    an_event,
    films,
    row,
)
from tests.worlds import film_ids

ACTION, COMEDY, DRAMA = film_ids("Action"), film_ids("Comedy"), film_ids("Drama")


def test_the_newest_like_leads_to_ten_films_like_it(live_model: ModelRun) -> None:
    member = a_member()
    an_event(member, ACTION[0], at=timezone.now() - timedelta(hours=1))
    an_event(member, DRAMA[0])
    with translation.override("en"):
        found = row("because", member)
    assert found is not None
    assert found.title == f"Because you liked “Drama film {DRAMA[0]}”"
    shown = [film.movie.pk for film in found.films]
    assert len(shown) == 10
    assert set(shown) <= set(DRAMA[1:])


def test_it_names_the_films_that_the_page_of_the_film_names(live_model: ModelRun) -> None:
    member = a_member()
    an_event(member, ACTION[0])
    Movie.objects.filter(pk=ACTION[0]).update(genres=["Action", "Drama"])
    alike = similar_films(ACTION[0], in_use().catalogue, in_use().genre_model, limit=10)
    assert films("because", member) == alike


def test_likes_picks_seen_and_unwanted_films_are_not_shown_again(live_model: ModelRun) -> None:
    member = a_member()
    a_result(member, ACTION[1:3])
    an_event(member, ACTION[3], SEEN)
    an_event(member, ACTION[4], NOT_INTERESTED)
    an_event(member, ACTION[0])
    assert not set(films("because", member, limit=50)) & set(ACTION[:5])


def test_the_newest_like_counts_also_if_the_run_does_not_know_it(live_model: ModelRun) -> None:
    member = a_member()
    an_event(member, ACTION[0], at=timezone.now() - timedelta(hours=1))
    Movie.objects.create(movie_id=900, title="Of today", genres=["Drama"])
    an_event(member, 900)
    with translation.override("en"):
        found = row("because", member)
    assert found is not None
    assert found.title == "Because you liked “Of today”"
    assert {film.movie.pk for film in found.films} <= set(DRAMA)


def test_without_a_like_there_is_no_such_shelf(live_model: ModelRun) -> None:
    member = a_member()
    a_result(member, ACTION[:3])
    assert films("because", member) == []
    assert films("because", None) == []


def test_with_mine_it_keeps_to_own_subscriptions(live_model: ModelRun) -> None:
    member = a_member()
    a_result(member, COMEDY[:3], subscribed=["watcha"])
    an_event(member, ACTION[0])
    assert sorted(films("because", member, mine=True)) == [4, 8, 12, 16, 20]


# --- your genre ---


def test_your_genre_is_the_one_liked_most_best_first(live_model: ModelRun) -> None:
    member = a_member()
    a_result(member, [*DRAMA[:3], ACTION[0]])
    with translation.override("en"):
        found = row("genre", member)
    assert found is not None
    assert found.title == "Your genre: Drama"
    shown = [film.movie.pk for film in found.films]
    assert set(shown) == set(DRAMA[3:])
    by_taste = [movie for movie in films("for-you", member, limit=50) if movie in shown]
    assert by_taste


def test_a_film_counts_a_part_for_each_of_its_genres(world: str) -> None:
    Movie.objects.filter(pk=1).update(genres=["War", "Western", "Musical"])
    Movie.objects.filter(pk=2).update(genres=["War", "Musical"])
    assert (
        liked_most([1, 2, 41], in_use().catalogue) == "Drama"
    )  # 1, beside 5/6 for War and Musical
    assert liked_most([1, 2], in_use().catalogue) == "Musical"  # as much as War


def test_of_two_genres_liked_alike_the_newest_counts(world: str) -> None:
    assert liked_most([ACTION[0], DRAMA[0]], in_use().catalogue) == "Action"
    assert liked_most([DRAMA[0], ACTION[0]], in_use().catalogue) == "Drama"
    assert liked_most([], in_use().catalogue) == ""
    assert liked_most([999_999], in_use().catalogue) == ""
