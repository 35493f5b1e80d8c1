"""Which films the poster screen shows: the formula by hand, ties, series, adaptivity."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from recommend.scoring.next_screen import Candidates, next_screen


def films(likes: list[float], **columns: Any) -> Candidates:
    """Candidates 1, 2, … with `columns` and unrelated otherwise."""
    count = len(likes)
    values: dict[str, Any] = {
        "factors": np.eye(count),
        "familiarity": np.ones(count),
        "series": [""] * count,
    }
    values |= {name: np.array(column) for name, column in columns.items() if name != "series"}
    values |= {"series": columns.get("series", values["series"])}
    return Candidates(np.arange(1, count + 1), likes=np.array(likes, np.float64), **values)


def invented(count: int = 120, *, seed: int = 3) -> Candidates:
    """Candidates of eight kinds, a third of them in one of ten series."""
    rng = np.random.default_rng(seed)
    kinds = np.eye(8)[np.arange(count) % 8]
    return Candidates(
        movie_ids=np.arange(1, count + 1) * 10,
        factors=kinds + 0.1 * rng.standard_normal((count, 8)),
        likes=rng.integers(50, 3000, size=count).astype(np.float64),
        familiarity=rng.choice([0.5, 1.0, 2.0], size=count),
        series=[f"series {film % 30}" if film % 30 < 10 else "" for film in range(count)],
    )


class TestBeforeAnyPick:
    def test_the_films_that_most_people_like_come_first(self) -> None:
        assert next_screen(films([80, 100, 90]), None, [], 3) == [2, 3, 1]

    def test_a_film_that_few_in_korea_recognise_comes_later(self) -> None:
        assert next_screen(films([100, 51], familiarity=[0.5, 1.0]), None, [], 2) == [2, 1]
        assert next_screen(films([100, 49], familiarity=[0.5, 1.0]), None, [], 2) == [1, 2]

    def test_ties_go_to_the_lower_id(self) -> None:
        assert next_screen(films([5, 5, 5, 5]), None, [], 4) == [1, 2, 3, 4]

    def test_who_recognised_nothing_gets_the_best_liked_of_the_others(self) -> None:
        assert next_screen(films([100, 99, 98, 97]), None, [1, 3], 2) == [2, 4]

    def test_a_longer_screen_begins_like_a_shorter_one(self) -> None:
        assert next_screen(invented(), None, [], 24)[:10] == next_screen(invented(), None, [], 10)

    def test_fewer_films_than_asked_for_are_all_shown(self) -> None:
        assert next_screen(films([3, 2, 1]), None, [], 24) == [1, 2, 3]

    def test_no_candidate_gives_no_film(self) -> None:
        nothing = films([], factors=np.zeros((0, 64)))
        assert next_screen(nothing, None, [], 24) == []
        assert next_screen(nothing, np.zeros(64), [1], 24) == []

    def test_films_without_likes_are_shown_too(self) -> None:
        assert next_screen(films([0, 0]), None, [], 2) == [1, 2]


class TestSeries:
    def test_a_third_film_of_one_waits_for_the_next_screen(self) -> None:
        candidates = films([9, 8, 7, 6, 5], series=["wars", "wars", "wars", "", ""])
        assert next_screen(candidates, None, [], 3) == [1, 2, 4]
        assert next_screen(candidates, None, [1, 2, 4], 2) == [3, 5]

    def test_films_of_no_series_have_none_in_common(self) -> None:
        assert next_screen(films([9, 8, 7, 6]), None, [], 4) == [1, 2, 3, 4]

    def test_two_series_have_two_films_each(self) -> None:
        candidates = films([9, 8, 7, 6, 5, 4], series=["wars", "park"] * 3)
        assert next_screen(candidates, None, [], 4) == [1, 2, 3, 4]

    def test_if_nothing_else_is_left_they_fill_the_screen(self) -> None:
        candidates = films([9, 8, 7, 6, 5], series=["wars", "wars", "wars", "wars", ""])
        assert next_screen(candidates, None, [], 4) == [1, 2, 5, 3]


class TestAfterPicks:
    def test_the_taste_counts_by_its_fourth_root(self) -> None:
        # 16 times as near to the taste is worth twice the likes.
        taste = np.array([0.05, 0.8])
        assert next_screen(films([100, 51]), taste, [], 2) == [2, 1]
        assert next_screen(films([100, 49]), taste, [], 2) == [1, 2]

    def test_films_against_the_taste_are_all_as_far_from_it(self) -> None:
        # 0.0625 and the least, 0.001: (0.0625 / 0.001)^(1/4) = 2.81.
        taste = np.array([0.0625, 0.0, -3.0])
        assert next_screen(films([100, 282, 290]), taste, [], 3) == [3, 2, 1]
        assert next_screen(films([100, 280, 270]), taste, [], 3) == [1, 2, 3]

    def test_familiarity_counts_too(self) -> None:
        taste = np.array([0.9, 0.8])
        assert next_screen(films([1, 1]), taste, [], 1) == [1]
        assert next_screen(films([1, 1], familiarity=[0.5, 1.0]), taste, [], 1) == [2]

    def test_other_picks_bring_other_films(self) -> None:
        candidates = invented()
        shown = next_screen(candidates, None, [], 24)
        screens = [next_screen(candidates, np.eye(8)[kind], shown, 24) for kind in range(2)]
        for kind, screen in enumerate(screens):
            other = screens[1 - kind]
            assert sum((film // 10 - 1) % 8 == kind for film in screen) > sum(
                (film // 10 - 1) % 8 == kind for film in other
            )

    def test_a_taste_against_everything_still_fills_the_screen(self) -> None:
        assert next_screen(films([3, 2, 1]), -np.ones(3), [], 3) == [1, 2, 3]

    def test_what_was_shown_may_be_no_candidate(self) -> None:
        assert next_screen(films([3, 2, 1]), None, [1, 777], 24) == [2, 3]

    @pytest.mark.parametrize("likes", [None, 0, 5])
    def test_nothing_is_shown_twice_until_all_is_shown(self, likes: int | None) -> None:
        candidates = invented()
        taste = None if likes is None else np.eye(8)[likes]
        shown: list[int] = []
        while screen := next_screen(candidates, taste, shown, 24):
            assert not set(screen) & set(shown)
            assert len(screen) == len(set(screen)) == min(24, 120 - len(shown))
            shown += screen
        assert sorted(shown) == candidates.movie_ids.tolist()

    def test_the_same_films_come_every_time(self) -> None:
        screens = [next_screen(invented(), np.eye(8)[2], {10, 20, 30}, 24) for _ in range(2)]
        assert screens[0] == screens[1]
