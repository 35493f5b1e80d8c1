"""Which films the poster screen shows: the formula by hand, ties, series, adaptivity."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from recommend.scoring.next_screen import Candidates, next_screen
from recommend.scoring.screen_quotas import Quotas, quotas_of, taste_clusters


def films(likes: list[float], **columns: Any) -> Candidates:
    """Candidates 1, 2, … with `columns` and unrelated otherwise."""
    count = len(likes)
    values: dict[str, Any] = {
        "factors": np.eye(count),
        "familiarity": np.ones(count),
        "series": [""] * count,
        "quotas": Quotas.none(count),
    }
    values |= {
        name: np.array(column)
        for name, column in columns.items()
        if name not in ("series", "quotas")
    }
    values |= {name: columns[name] for name in ("series", "quotas") if name in columns}
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
        quotas=Quotas.none(count),
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


class TestQuotas:
    """100 films by falling likes: first the old ones, then the Korean ones, then the new ones."""

    def candidates(self, *, new: int = 30, korean: int = 30) -> Candidates:
        count = 100
        years = [2015 if film >= count - new else 1975 for film in range(count)]
        is_korean = np.array([count - new - korean <= film < count - new for film in range(count)])
        factors = np.ones((count, 1))
        return films(
            [float(count - film) for film in range(count)],
            factors=factors,
            quotas=quotas_of(years, is_korean, factors),
        )

    def test_a_third_is_new_and_a_third_korean_from_the_first_rows_on(self) -> None:
        screen = next_screen(self.candidates(), None, [], 24)
        for size, least in ((4, 1), (7, 2), (10, 3), (24, 8)):
            assert sum(film > 70 for film in screen[:size]) >= least
            assert sum(40 < film <= 70 for film in screen[:size]) >= least
        assert screen[0] == 1  # what most people like still comes first
        assert len(set(screen)) == 24

    def test_of_a_quota_the_best_are_taken(self) -> None:
        screen = next_screen(self.candidates(), None, [], 24)
        assert sorted(film for film in screen if film > 70) == list(range(71, 79))

    def test_a_catalogue_with_few_of_them_is_not_searched_for_the_last_ones(self) -> None:
        screen = next_screen(self.candidates(new=6, korean=0), None, [], 24)
        assert sum(film > 94 for film in screen) == 2
        assert next_screen(self.candidates(new=0, korean=0), None, [], 24) == list(range(1, 25))

    def test_after_a_pick_the_taste_decides(self) -> None:
        assert next_screen(self.candidates(), np.ones(1), [], 24) == list(range(1, 25))

    def test_the_next_screens_keep_to_it_while_films_are_left(self) -> None:
        candidates = self.candidates()
        first = next_screen(candidates, None, [], 24)
        second = next_screen(candidates, None, first, 24)
        assert not set(first) & set(second)
        assert sum(film > 70 for film in second) >= 7  # a third of the 22 that are left

    def test_every_kind_of_taste_has_a_film(self) -> None:
        kinds = np.repeat(np.arange(8), 25)  # the likes fall, so the first kinds fill the screen
        factors = np.eye(8)[kinds]
        quotas = quotas_of([None] * 200, np.zeros(200, bool), factors)
        likes = [float(200 - film) for film in range(200)]
        screen = next_screen(films(likes, factors=factors, quotas=quotas), None, [], 24)
        assert {int(kinds[film - 1]) for film in screen} == set(range(8))
        assert set(taste_clusters(factors).tolist()) == set(range(8))

    def test_each_decade_with_enough_films_has_one(self) -> None:
        years = [1970] * 60 + [1980] * 5 + [1990] * 5 + [2000] * 5 + [1950] * 5
        factors = np.ones((80, 1))
        quotas = quotas_of(years, np.zeros(80, bool), factors)
        likes = [float(80 - film) for film in range(80)]
        screen = next_screen(films(likes, factors=factors, quotas=quotas), None, [], 24)
        assert {61, 66, 71} <= set(screen)
        assert 76 not in screen
