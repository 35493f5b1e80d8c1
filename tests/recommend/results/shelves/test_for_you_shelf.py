"""For you: the ranking of the newest result with all likes since."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from matching.models import Method, Similarity
from recommend.models import ModelRun, Reaction
from recommend.ranking.answers import Answers
from recommend.ranking.films import listed_films, rank
from recommend.ranking.in_memory import ranked_films
from recommend.ranking.in_use import in_use
from recommend.results.shelves import known
from recommend.results.shelves.page import Page
from recommend.results.shelves.registry import rows_of
from tests.recommend.results.shelves.shelved import (
    LIKE,
    NOT_INTERESTED,
    SEEN,
    a_member,
    a_result,
    an_event,
    films,
)
from tests.worlds import add_factors, film_ids

ACTION, DRAMA = film_ids("Action"), film_ids("Drama")


@pytest.mark.parametrize(
    "answers",
    [
        Answers(liked=ACTION[:5]),
        Answers(liked=[1, 22, 43], gender="female", age=27, seen=[2, 3]),
        Answers(liked=[1], not_interested=[21, 22, 23]),
        Answers(liked=[]),
    ],
)
def test_the_order_is_that_of_the_served_ranking(answers: Answers, live_model: ModelRun) -> None:
    served = rank(live_model, answers)
    twin = served.twin.ml_user_id if served.twin else None
    found = ranked_films(live_model, answers, twin, in_use().catalogue)
    assert found.listed == [film.movie.movie_id for film in served.films]
    assert found.by_score == served.catalogue.movie_ids.tolist()


def test_it_is_the_list_of_the_newest_result(live_model: ModelRun) -> None:
    member = a_member()
    a_result(member, DRAMA[:5], made_at=timezone.now() - timedelta(days=3))
    result = a_result(member, ACTION[:5], gender="female", age=27)
    answers = Answers(liked=ACTION[:5], gender="female", age=27)
    twin = rank(live_model, answers).twin
    assert twin is not None
    Similarity.objects.create(
        user=result,
        ml_user_id=twin.ml_user_id,
        score=twin.similarity,
        method=Method.JACCARD,
        relaxation=twin.relaxation,
        run=live_model.pk,
    )
    assert films("for-you", member) == listed_films(live_model, answers)[:20]


def test_a_like_since_counts_in_the_very_next_request_and_taking_it_back_too(
    live_model: ModelRun,
) -> None:
    member = a_member()
    a_result(member, ACTION[:4])
    before = films("for-you", member)
    an_event(member, DRAMA[0])
    after = films("for-you", member)
    assert after != before
    assert DRAMA[0] not in after
    assert len(set(after) & set(DRAMA)) > len(set(before) & set(DRAMA))
    member.events.all().delete()
    assert films("for-you", member) == before


def test_a_like_before_the_result_is_no_pick_of_it_and_does_not_come_back(
    live_model: ModelRun,
) -> None:
    member, other = a_member(), a_member("other")
    a_result(other, ACTION[:4])
    liked = films("for-you", other)[0]
    an_event(other, liked, SEEN)
    an_event(member, liked, at=timezone.now() - timedelta(days=1))
    a_result(member, ACTION[:4])
    assert films("for-you", member) == films("for-you", other)
    for name in ("for-you", "genre", "because"):
        assert liked not in films(name, member, limit=50), name
    assert liked in films("popular", member, limit=50)


def test_picks_of_an_older_result_are_not_recommended_back(live_model: ModelRun) -> None:
    member = a_member()
    a_result(member, ACTION[10:14], made_at=timezone.now() - timedelta(days=3))
    a_result(member, ACTION[:4])
    an_event(member, ACTION[4])
    for name in ("for-you", "genre", "because"):
        assert not set(ACTION[10:14]) & set(films(name, member, limit=50)), name
    assert set(ACTION[10:14]) <= set(films("popular", member, limit=80))


def test_what_was_seen_or_unwanted_of_an_older_result_never_shows(live_model: ModelRun) -> None:
    member = a_member()
    old = a_result(member, ACTION[:4], made_at=timezone.now() - timedelta(days=3))
    a_result(member, ACTION[:4])
    first = films("for-you", member)
    Reaction.objects.create(user=old, movie_id=first[0], kind=Reaction.Kind.SEEN)
    Reaction.objects.create(user=old, movie_id=first[1], kind=Reaction.Kind.NOT_INTERESTED)
    for name in ("for-you", "popular", "new", "genre", "because"):
        assert not set(first[:2]) & set(films(name, member, limit=50)), name


def test_a_pick_outdoes_what_was_not_wanted_of_an_older_list(live_model: ModelRun) -> None:
    member, same = a_member(), a_member("same")
    old = a_result(member, ACTION[:4], made_at=timezone.now() - timedelta(days=3))
    Reaction.objects.create(user=old, movie_id=DRAMA[0], kind=Reaction.Kind.NOT_INTERESTED)
    a_result(member, [*ACTION[:4], DRAMA[0]])
    a_result(same, [*ACTION[:4], DRAMA[0]])
    assert films("for-you", member) == films("for-you", same)


def test_only_the_newest_events_are_learned_from_but_all_are_left_out(
    live_model: ModelRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known, "MOST_EVENTS", 2)
    member = a_member()
    earlier = timezone.now() - timedelta(days=1)
    for kind, movie in ((LIKE, DRAMA[0]), (SEEN, DRAMA[1]), (NOT_INTERESTED, DRAMA[2])):
        an_event(member, movie, kind, at=earlier)
    for movie in ACTION[:2]:
        an_event(member, movie)
    answers = known.known_of(member).answers()
    assert answers is not None
    assert (answers.liked, answers.not_interested) == (ACTION[:2], [])
    assert not set(DRAMA[:3]) & set(films("for-you", member, limit=50))
    assert not set(DRAMA[1:3]) & set(films("popular", member, limit=50))


def test_likes_alone_rank_films_where_there_is_no_result(live_model: ModelRun) -> None:
    member = a_member()
    assert films("for-you", member) == []
    for movie in ACTION[:4]:
        an_event(member, movie)
    alone = ranked_films(live_model, Answers(liked=ACTION[:4]), None, in_use().catalogue)
    assert films("for-you", member) == alone.listed[:20]


def test_what_is_seen_or_unwanted_by_event_or_by_reaction_never_shows(
    live_model: ModelRun,
) -> None:
    member = a_member()
    result = a_result(member, ACTION[:4])
    first = films("for-you", member)
    an_event(member, first[0], SEEN)
    an_event(member, first[1], NOT_INTERESTED)
    Reaction.objects.create(user=result, movie_id=first[2], kind=Reaction.Kind.SEEN)
    Reaction.objects.create(user=result, movie_id=first[3], kind=Reaction.Kind.NOT_INTERESTED)
    for name in ("for-you", "popular", "new", "genre"):
        assert not set(first[:4]) & set(films(name, member, limit=50)), name


def test_a_like_outdoes_what_was_not_wanted_of_an_earlier_list(live_model: ModelRun) -> None:
    member, same = a_member(), a_member("same")
    result = a_result(member, ACTION[:4])
    Reaction.objects.create(user=result, movie_id=DRAMA[0], kind=Reaction.Kind.NOT_INTERESTED)
    an_event(member, DRAMA[0], LIKE)
    a_result(same, [*ACTION[:4], DRAMA[0]])
    assert films("for-you", member) == films("for-you", same)


def test_with_mine_there_are_only_films_of_own_subscriptions(live_model: ModelRun) -> None:
    member = a_member()
    a_result(member, ACTION[:4], subscribed=["watcha"])
    found = films("for-you", member, mine=True)
    assert found
    assert all(movie in ACTION and movie % 4 == 0 for movie in found)


def test_products_that_cost_nothing_more_count_as_paid_for(live_model: ModelRun) -> None:
    member = a_member()
    a_result(member, ACTION[:4], owned=["netflix_ads"])
    assert all(movie % 2 == 0 for movie in films("for-you", member, mine=True))


def test_there_are_20_films_and_as_many_as_are_asked_for(live_model: ModelRun) -> None:
    member = a_member()
    a_result(member, ACTION[:4])
    assert len(films("for-you", member)) == 20
    assert len(films("for-you", member, limit=50)) == 50
    assert len(films("for-you", member, limit=1)) == 1


def test_without_a_live_run_the_shelves_of_taste_are_empty(world: str) -> None:
    member = a_member()
    a_result(member, ACTION[:4])
    an_event(member, ACTION[5])
    for name in ("for-you", "genre"):
        assert films(name, member) == [], name
    assert set(films("because", member)) <= set(ACTION)  # by genres


def test_a_film_that_entered_since_is_ranked(live_model: ModelRun, empty_cache: None) -> None:
    from django.core.cache import cache

    from movies.models import Movie

    member = a_member()
    a_result(member, ACTION[:4])
    assert 81 not in films("for-you", member, limit=50)
    Movie.objects.create(movie_id=81, title="New", genres=["Action"])
    entered = add_factors(live_model, movie=81)
    entered.bias = 1_000
    entered.save()
    cache.clear()  # as a minute later
    assert films("for-you", member)[0] == 81


def test_each_person_sees_their_own(live_model: ModelRun) -> None:
    one, other = a_member("one"), a_member("other")
    a_result(one, ACTION[:5])
    a_result(other, DRAMA[:5])
    rows = [rows_of(["for-you"], member, page=Page())[0] for member in (one, other, one)]
    lists = [[film.movie.pk for film in found.films] for found in rows]
    assert lists[0] == lists[2] != lists[1]
