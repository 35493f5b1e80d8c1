"""Which films the poster screen shows: the formulas by hand, ties, variety, adaptivity."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from recommend.onboarding import Candidates, first_films, next_films


def films(popularity: list[float], **columns: Any) -> Candidates:
    """Candidates 1, 2, … that have nothing in common but what `columns` say."""
    count = len(popularity)
    values: dict[str, Any] = {
        "factors": np.eye(count),
        "clusters": np.arange(count),
        "divisiveness": np.ones(count),
        "familiarity": np.ones(count),
        "decades": np.arange(count),
        "languages": np.arange(count),
        "genres": np.eye(count, dtype=bool),
    }
    values |= {name: np.array(column) for name, column in columns.items()}
    return Candidates(np.arange(1, count + 1), popularity=np.array(popularity), **values)


def invented(count: int = 120, *, seed: int = 3) -> Candidates:
    """Candidates in eight clusters, three languages and five genres."""
    rng = np.random.default_rng(seed)
    clusters = rng.integers(8, size=count)
    return Candidates(
        movie_ids=np.arange(1, count + 1) * 10,
        factors=np.eye(8)[clusters] + 0.3 * rng.standard_normal((count, 8)),
        clusters=clusters,
        popularity=rng.integers(50, 3000, size=count).astype(np.float64),
        divisiveness=rng.uniform(0.7, 1.3, size=count),
        familiarity=rng.choice([0.5, 1.0, 2.0], size=count),
        decades=rng.integers(193, 201, size=count),
        languages=rng.integers(3, size=count),
        genres=rng.random((count, 5)) < 0.4,
    )


class TestFirstScreen:
    def test_films_with_nothing_in_common_come_by_popularity(self) -> None:
        assert first_films(films([80, 100, 90]), 3) == [2, 3, 1]

    def test_divisiveness_counts_by_its_root(self) -> None:
        # 1 * sqrt(1/4) = 0.5; 0.8^3 = 0.512 by the film of the largest deviation.
        assert first_films(films([100, 80], divisiveness=[1.0, 4.0]), 2) == [2, 1]
        assert first_films(films([100, 79], divisiveness=[1.0, 4.0]), 2) == [1, 2]

    def test_a_film_that_few_in_korea_recognise_comes_later(self) -> None:
        # 0.5 against 0.8^3 = 0.512 and 0.79^3 = 0.493.
        assert first_films(films([100, 80], familiarity=[0.5, 1.0]), 2) == [2, 1]
        assert first_films(films([100, 79], familiarity=[0.5, 1.0]), 2) == [1, 2]

    @pytest.mark.parametrize(
        ("column", "factor"),
        [("clusters", 0.4), ("decades", 0.95), ("languages", 0.97)],
    )
    def test_what_the_screen_has_already_counts_less(self, column: str, factor: float) -> None:
        for popularity, expected in (
            (100 * factor ** (1 / 3) + 1, [1, 3, 2]),
            (100 * factor ** (1 / 3) - 1, [1, 2, 3]),
        ):
            candidates = films([100, 99.999, popularity], **{column: [7, 7, 8]})
            assert first_films(candidates, 3) == expected

    def test_genres_count_by_their_mean(self) -> None:
        # Film 2 shares one of its two genres with film 1: (0.95 + 1) / 2 = 0.975 = 0.9916^3.
        genres = [[True, False, False], [True, True, False], [False, False, True]]
        assert first_films(films([100, 99.999, 99.2], genres=genres), 3) == [1, 3, 2]
        assert first_films(films([100, 99.999, 99.1], genres=genres), 3) == [1, 2, 3]

    def test_a_film_without_a_genre_is_no_worse_for_it(self) -> None:
        genres = [[True], [True], [False]]
        assert first_films(films([100, 99, 98], genres=genres), 3) == [1, 3, 2]

    def test_a_second_part_of_a_series_waits_for_all_others(self) -> None:
        factors = [[2.0, 0.0, 0.0], [3.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
        assert first_films(films([100, 99, 20, 10], factors=factors), 4) == [1, 3, 4, 2]

    def test_the_distance_to_the_nearest_film_counts(self) -> None:
        # Cosine 0.6 to film 1: sqrt(0.4) = 0.632 = 0.858^3.
        factors = [[1.0, 0.0], [0.6, 0.8], [0.0, 0.0]]
        assert first_films(films([100, 99.999, 86], factors=factors), 3) == [1, 3, 2]
        assert first_films(films([100, 99.999, 85], factors=factors), 3) == [1, 2, 3]

    def test_ties_go_to_the_lower_id(self) -> None:
        assert first_films(films([5, 5, 5, 5]), 4) == [1, 2, 3, 4]

    def test_every_cluster_comes_before_a_second_film_of_one_that_is_as_well_known(self) -> None:
        clusters = [0, 0, 0, 1, 1, 2, 2, 3]
        chosen = first_films(films([100, 99, 98, 97, 96, 95, 94, 93], clusters=clusters), 4)
        assert chosen == [1, 4, 6, 8]

    def test_the_screen_is_more_varied_than_the_best_known_films(self) -> None:
        candidates = invented()
        chosen = candidates.rows(first_films(candidates, 24))
        best_known = np.argsort(-candidates.popularity)[:24]
        assert len(set(candidates.clusters[chosen])) == 8
        for column in (candidates.clusters, candidates.decades, candidates.languages):
            assert np.bincount(column[chosen]).max() <= np.bincount(column[best_known]).max()

    def test_the_same_films_come_every_time(self) -> None:
        assert first_films(invented(), 24) == first_films(invented(), 24)

    def test_a_longer_screen_begins_like_a_shorter_one(self) -> None:
        assert first_films(invented(), 24)[:10] == first_films(invented(), 10)

    def test_fewer_films_than_asked_for_are_all_shown(self) -> None:
        assert sorted(first_films(films([3, 2, 1]), 24)) == [1, 2, 3]

    def test_no_candidate_gives_no_film(self) -> None:
        nothing = films([], genres=np.zeros((0, 0), dtype=bool), factors=np.zeros((0, 64)))
        assert first_films(nothing, 24) == []
        assert next_films(nothing, np.zeros(64), [1], 24) == []

    def test_films_that_nobody_disagrees_about_are_shown_too(self) -> None:
        assert first_films(films([1, 2], divisiveness=[0.0, 0.0]), 2) == [2, 1]


class TestNextScreen:
    def test_two_of_three_are_near_the_taste_and_the_third_explores(self) -> None:
        candidates = films([10, 10, 10, 10, 100, 90])
        taste = np.array([0.5, 0.9, 0.8, 0.7, 0.0, 0.0])
        assert next_films(candidates, taste, [], 6) == [2, 3, 5, 4, 1, 6]

    def test_what_is_near_is_weighed_by_familiarity(self) -> None:
        taste = np.array([0.9, 0.8])
        assert next_films(films([1, 1]), taste, [], 1) == [1]
        assert next_films(films([1, 1], familiarity=[0.5, 1.0]), taste, [], 1) == [2]

    def test_what_is_near_varies_in_decade(self) -> None:
        taste = np.array([0.9, 0.89, 0.86])
        candidates = films([1, 1, 1], decades=[199, 199, 200])
        assert next_films(candidates, taste, [], 2) == [1, 3]

    def test_exploring_goes_to_clusters_that_were_not_shown(self) -> None:
        candidates = films([100, 90, 80, 70, 60], clusters=[0, 0, 1, 1, 2])
        taste = np.array([1.0, 0, 0, 0, 0])
        # Places 1 and 2 are near; the third is of cluster 2, the only one without a film so far.
        assert next_films(candidates, taste, [1, 3], 3)[2] == 5

    def test_the_decades_of_earlier_screens_do_not_count(self) -> None:
        candidates = films([100, 99, 98], decades=[199, 199, 200])
        assert next_films(candidates, None, [1], 2) == [2, 3]

    def test_other_picks_bring_other_films(self) -> None:
        candidates = invented()
        shown = first_films(candidates, 24)
        screens = [next_films(candidates, np.eye(8)[likes], shown, 24) for likes in range(2)]
        for likes, screen in enumerate(screens):
            of_taste = candidates.clusters[candidates.rows(screen)] == likes
            others = candidates.clusters[candidates.rows(screens[1 - likes])] == likes
            assert of_taste.sum() > others.sum()

    def test_who_recognises_nothing_gets_other_clusters(self) -> None:
        candidates = films([100, 99, 98, 80, 79], clusters=[0, 0, 0, 1, 2])
        assert next_films(candidates, None, [1], 2) == [4, 5]

    def test_who_recognises_nothing_gets_better_known_films(self) -> None:
        # sqrt(1 / 1.9) = 0.7255 of the known film is less than 0.9^3 = 0.729, more than 0.9^4.
        candidates = films([100, 90], divisiveness=[1.0, 1.9])
        assert first_films(candidates, 1) == [2]
        assert next_films(candidates, None, [], 1) == [1]

    def test_who_recognises_nothing_gets_the_best_known_of_what_is_left(self) -> None:
        candidates = invented()
        shown = first_films(candidates, 24)
        left = np.setdiff1d(np.arange(len(candidates.movie_ids)), candidates.rows(shown))
        chosen = candidates.rows(next_films(candidates, None, shown, 24))
        assert candidates.popularity[chosen].mean() > candidates.popularity[left].mean()

    def test_a_taste_against_everything_still_fills_the_screen(self) -> None:
        assert sorted(next_films(films([3, 2, 1]), -np.ones(3), [], 3)) == [1, 2, 3]

    def test_what_was_shown_may_be_no_candidate(self) -> None:
        assert next_films(films([3, 2, 1]), None, [1, 777], 24) == [2, 3]

    @pytest.mark.parametrize("likes", [None, 0, 5])
    def test_nothing_is_shown_twice_until_all_is_shown(self, likes: int | None) -> None:
        candidates = invented()
        taste = None if likes is None else np.eye(8)[likes]
        shown = first_films(candidates, 24)
        while screen := next_films(candidates, taste, shown, 24):
            assert not set(screen) & set(shown)
            assert len(screen) == len(set(screen)) == min(24, 120 - len(shown))
            shown += screen
        assert sorted(shown) == candidates.movie_ids.tolist()

    def test_the_same_films_come_every_time(self) -> None:
        screens = [next_films(invented(), np.eye(8)[2], {10, 20, 30}, 24) for _ in range(2)]
        assert screens[0] == screens[1]
