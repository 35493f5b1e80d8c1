"""What a person can expect of all films: by hand, and film by film from the database."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from movies.demographics import group_of
from movies.models import Movie, Platform
from recommend.decision.availability import PRIOR_FILMS, CatalogueRate, known_rates
from recommend.decision.outlook import ABSENT, THERE, UNKNOWN, Outlook, outlook_of
from recommend.decision.platform import choose_platform
from recommend.models import ModelRun, MovieFactors
from recommend.ranking.answers import Answers
from recommend.results.forecast import catalogue_rates
from recommend.results.recommendation import recommend
from tests.recommend.decision.outlooks import outlook_with
from tests.worlds import GENRES, film_ids

RATES = {"a": (100.0, 0.3), "b": (10.0, 0.5)}


def outlook(
    liked: Sequence[float],
    kinds: Sequence[int],
    states: Sequence[Sequence[int]],
    priors: Sequence[Sequence[float]],
    **others: Any,
) -> Outlook:
    """Of platforms a and b; what was seen still holds."""
    values: dict[str, Any] = {
        "platforms": ["a", "b"],
        "evidence": frozenset("ab"),
        "rates": RATES,
        "spread": 0.6,
    }
    seen = np.array(states, np.int64).reshape(len(states), 2)
    prior = np.array(priors, np.float64).reshape(len(states), 2)
    return outlook_of(
        np.array(liked, np.float64),
        np.array(kinds, np.int64),
        seen,
        np.where(seen == UNKNOWN, prior, seen == THERE),
        **values | others,
    )


# --- the groups ----------------------------------------------------------------------------------

# Two kinds (say, of two decades) that are alike in where they are, and a third one.
THREE_KINDS: dict[str, Any] = {
    "liked": [0.5, 0.2, 0.4, 0.1],
    "kinds": [0, 1, 0, 2],
    "states": [[THERE, UNKNOWN], [THERE, UNKNOWN], [ABSENT, UNKNOWN]],
    "priors": [[0.9, 0.3], [0.9, 0.6], [0.9, 0.8]],
}


def test_films_that_are_in_the_same_state_everywhere_are_one_group() -> None:
    found = outlook(**THREE_KINDS)

    assert found.states.tolist() == [[ABSENT, UNKNOWN], [THERE, UNKNOWN]]
    assert found.films.tolist() == [1, 3]
    assert found.expected == pytest.approx([0.1, 1.1])


def test_what_is_unknown_is_the_mean_of_the_priors_weighted_by_how_likely_a_film_is_liked() -> None:
    found = outlook(**THREE_KINDS)

    assert found.carried[0] == pytest.approx([0.0, 0.8])
    assert found.carried[1] == pytest.approx([1.0, (0.9 * 0.3 + 0.2 * 0.6) / 1.1])


def test_films_of_which_the_last_word_is_older_are_a_group_of_their_own() -> None:
    liked, kinds, states = [0.5, 0.2, 0.4], [0, 1, 2], [[THERE, ABSENT]] * 3
    carried = np.array([[1.0, 0.0], [0.41, 0.0], [0.39, 0.04]])

    found = outlook_of(
        np.array(liked),
        np.array(kinds),
        np.array(states),
        carried,
        platforms=["a", "b"],
        evidence=frozenset("ab"),
        rates=RATES,
        spread=0.6,
    )

    assert found.expected == pytest.approx([0.6, 0.5])
    assert found.carried[0] == pytest.approx([(0.2 * 0.41 + 0.4 * 0.39) / 0.6, 0.4 * 0.04 / 0.6])
    assert found.carried[1].tolist() == [1.0, 0.0]


def test_films_that_nobody_can_like_do_not_divide_by_nothing() -> None:
    found = outlook([0.0], [0], [[UNKNOWN, THERE]], [[0.3, 0.3]])

    assert found.expected.tolist() == [0.0]
    assert found.carried.tolist() == [[0.3, 1.0]]
    assert found.noise.tolist() == [0.0]


def test_a_kind_without_films_is_an_empty_group() -> None:
    found = outlook([0.5], [1], [[UNKNOWN, THERE], [THERE, THERE]], [[0.3, 0.3]] * 2)

    assert found.films.tolist() == [0, 1]
    assert found.expected.tolist() == [0.0, 0.5]


def test_noise_is_the_relative_standard_deviation_of_the_draws() -> None:
    draws = np.array([[0.5, 0.2, 0.4, 0.1], [0.3, 0.2, 0.4, 0.3]])

    found = outlook(**THREE_KINDS, resampled=draws)

    assert found.noise == pytest.approx([0.1 / 0.1, 0.1 / 1.1])


@pytest.mark.parametrize("resampled", [None, np.ones((0, 4)), np.ones((1, 4))])
def test_without_two_draws_there_is_no_noise(resampled: Any) -> None:
    assert outlook(**THREE_KINDS, resampled=resampled).noise.tolist() == [0.0, 0.0]


def test_no_film_makes_no_group() -> None:
    found = outlook([], [], [], [])

    assert len(found.films) == len(found.expected) == len(found.noise) == 0
    assert found.states.shape == found.carried.shape == (0, 2)
    assert outlook([], [], [], [], resampled=np.ones((3, 0))).noise.shape == (0,)


def test_no_platform_makes_one_group() -> None:
    found = outlook_of(
        np.array([0.5, 0.2]),
        np.array([0, 1]),
        np.zeros((2, 0), np.int64),
        np.zeros((2, 0)),
        platforms=[],
        evidence=frozenset(),
        rates={},
        spread=0.6,
    )

    assert found.expected == pytest.approx([0.7])
    assert found.carried.shape == (1, 0)


@given(
    st.lists(
        st.tuples(
            st.tuples(st.sampled_from([ABSENT, UNKNOWN, THERE]), st.floats(0, 1)),
            st.tuples(st.sampled_from([ABSENT, UNKNOWN, THERE]), st.floats(0, 1)),
            st.lists(st.floats(0, 1), max_size=4),
        ),
        max_size=8,
    )
)
def test_coverage_over_groups_is_that_over_films(kinds: list[Any]) -> None:
    found = outlook(
        [liked for _, _, films in kinds for liked in films],
        [kind for kind, (_, _, films) in enumerate(kinds) for _ in films],
        [[a[0], b[0]] for a, b, _ in kinds],
        [[a[1], b[1]] for a, b, _ in kinds],
    )

    def film_by_film(column: int) -> float:
        worth = {ABSENT: lambda prior: 0.0, UNKNOWN: lambda prior: prior, THERE: lambda prior: 1.0}
        return math.fsum(
            liked * worth[kind[column][0]](kind[column][1]) for kind in kinds for liked in kind[2]
        )

    assert found.expected @ found.carried == pytest.approx([film_by_film(0), film_by_film(1)])
    by_platform = {row.platform: row for row in choose_platform(found, {}, exponent=0.5)}
    for column, platform in enumerate("ab"):
        row = by_platform[platform]
        assert row.coverage == pytest.approx(film_by_film(column))
        assert row.coverage_low - 1e-9 <= row.coverage <= row.coverage_high + 1e-9


# --- what is read off it -------------------------------------------------------------------------


def test_columns_are_those_of_platforms_with_evidence() -> None:
    found = outlook_with("ab", {"1?": 3.0, "?0": 2.0}, prior=0.4, evidence="a")

    assert list(found.columns()) == ["a"]
    assert found.columns()["a"].tolist() == [1.0, 0.4]


def test_a_platform_counts_nothing_where_next_to_nothing_is_expected() -> None:
    found = outlook_with("abc", {"100": 10.0, "010": 0.2, "001": 0.05}).columns()

    assert [column.tolist() for column in found.values()] == [[1, 0, 0], [0, 1, 0], [0, 0, 0]]


# --- stored --------------------------------------------------------------------------------------


def equal(one: Outlook, other: Outlook, **tolerance: float) -> bool:
    arrays = ("films", "expected", "noise", "states", "carried")
    return all(
        getattr(one, name) == pytest.approx(getattr(other, name), **tolerance) for name in arrays
    ) and [list(one.platforms), one.spread, one.evidence] == [
        list(other.platforms),
        other.spread,
        other.evidence,
    ]


@pytest.mark.parametrize(
    "found",
    [
        outlook(**THREE_KINDS, resampled=np.array([[0.5, 0.2, 0.4, 0.1], [0.3, 0.2, 0.4, 0.3]])),
        outlook_with("ab", {"1?": 3.25, "00": 0.125, "??": 2.5}, prior=0.75, evidence="b"),
        outlook_with("ab", {}),
        outlook_with("", {"": 2.0}),
    ],
)
def test_what_is_stored_is_read_back(found: Outlook) -> None:
    stored = json.loads(json.dumps(found.to_json()))

    again = Outlook.from_json(stored)

    assert equal(again, found, abs=1e-5)
    assert again.rates == {slug: pytest.approx(rate) for slug, rate in found.rates.items()}
    assert Outlook.from_json(again.to_json()).to_json() == again.to_json()


def test_it_is_stored_in_a_few_letters_and_five_digits() -> None:
    found = outlook_with("ab", {"1?": 1 / 3}, prior=2 / 3, rate=(40.0, 0.1), evidence="ba")

    assert found.to_json() == {
        "platforms": ["a", "b"],
        "spread": 0.6,
        "evidence": ["a", "b"],
        "rates": {"a": [40.0, 0.1], "b": [40.0, 0.1]},
        "groups": [["1?", 10, 0.33333, 0.0, [1.0, 0.66667]]],
    }


# --- from the database ---------------------------------------------------------------------------


def logit(chance: float) -> float:
    return math.log(chance / (1 - chance))


def prior_of(movie: Movie, catalogue: CatalogueRate, rate: float) -> float:
    """As `recommend.decision.availability` defines it, of one film."""

    def shrunk(known: int, carried: int) -> float:
        return (carried + 20 * rate) / (known + 20)

    decades = catalogue.decades.get((movie.year or 0) // 10 * 10, (0, 0))
    decade = logit(shrunk(*decades)) if movie.year else logit(rate)
    genres = [
        logit(shrunk(*catalogue.genres.get(genre, (0, 0)))) - logit(rate) for genre in movie.genres
    ]
    return 1 / (1 + math.exp(-decade - (sum(genres) / len(genres) if genres else 0.0)))


def chances_film_by_film(
    run: ModelRun, liked: list[int], group: tuple[int, int]
) -> dict[int, float]:
    """P(like) by the answers, of every film that is not among the liked ones."""
    vectors = {row.movie_id: row for row in MovieFactors.objects.filter(run=run)}
    code = np.frombuffer(bytes(run.answer_groups)).reshape(3, 8, 64)[group].copy()
    for movie_id in liked:
        code += np.asarray(vectors[movie_id].encoder, np.float64) / math.sqrt(len(liked))
    scores = {
        one: float(code @ np.asarray(row.decoder, np.float64)) + row.bias
        for one, row in vectors.items()
        if one not in liked
    }
    total = math.log(math.fsum(math.exp(score) for score in scores.values()))
    ratings = dict(Movie.objects.values_list("movie_id", "rating_count"))
    c = run.calibration["coefficients"]
    chances = {}
    for movie_id, score in scores.items():
        s, b = score - total, math.log(1 + ratings[movie_id])
        logit = c[0] + c[1] * s + c[2] * b + c[3] * s * s + c[4] * s * b + c[5] * b * b
        chances[movie_id] = 1 / (1 + math.exp(-logit))
    return chances


def test_the_outlook_of_a_person_is_that_of_their_films_one_by_one(live_model: ModelRun) -> None:
    Movie.objects.filter(movie_id__in=(2, 30)).update(year=None)
    Movie.objects.filter(movie_id__in=(50, 61)).update(genres=[])
    Platform.objects.filter(slug="wavve").update(is_active=False)
    liked = [film_ids(genre)[place] for place, genre in enumerate(GENRES)]  # all scores differ

    found = recommend(Answers(gender="female", age=27, liked=liked, strategy="taste")).outlook

    chances = chances_film_by_film(live_model, liked, group_of("female", 27))
    catalogues = catalogue_rates()
    rates = known_rates(catalogues)
    expected: Counter[str] = Counter()
    films: Counter[str] = Counter()
    coverage: Counter[str] = Counter()
    for movie in Movie.objects.filter(movie_id__in=chances):
        there = [movie.platforms.get(slug) for slug in found.platforms]
        states = "".join({True: "1", False: "0", None: "?"}[one] for one in there)
        expected[states] += chances[movie.movie_id]
        films[states] += 1
        for slug in found.platforms:
            known = movie.platforms.get(slug)
            is_there = prior_of(movie, catalogues[slug], rates[slug]) if known is None else known
            coverage[slug] += chances[movie.movie_id] * is_there

    assert "wavve" not in found.platforms
    stored = {states: count for states, count, *_ in found.to_json()["groups"]}
    assert stored == films
    assert dict(zip(stored, found.expected, strict=True)) == pytest.approx(expected, rel=1e-3)
    by_platform = dict(zip(found.platforms, found.expected @ found.carried, strict=True))
    assert by_platform == pytest.approx(coverage, rel=1e-3)


def test_the_outlook_knows_what_it_rests_on(live_model: ModelRun) -> None:
    Platform.objects.update(published_known=0, published_carried=0)
    found = recommend(Answers(gender="female", age=27, liked=film_ids("Comedy")[:4])).outlook

    assert list(found.platforms) == sorted(Platform.objects.offered().values_list("pk", flat=True))
    assert found.evidence == {"netflix", "watcha"}
    known = {slug: films for slug, (films, _rate) in found.rates.items() if films > PRIOR_FILMS}
    assert known == {"netflix": 50, "watcha": 30}
    assert found.spread == live_model.calibration["spread"]
    assert found.films.sum() == 76, "all films but the picks"
    assert (found.noise > 0).any()


def test_films_that_were_seen_or_refused_are_not_expected_any_more(live_model: ModelRun) -> None:
    answers = Answers(gender="female", age=27, liked=film_ids("Comedy")[:4])

    found = recommend(replace(answers, seen=[30], not_interested=[31, 32])).outlook

    assert found.films.sum() == 73


def test_the_same_answers_have_the_same_outlook(live_model: ModelRun) -> None:
    answers = Answers(gender="male", age=40, liked=film_ids("Horror")[:5])

    first, second = (recommend(answers).outlook.to_json() for _ in range(2))

    assert first == second
