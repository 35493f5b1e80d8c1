"""How sure a choice is: simulated outcomes of outlooks with an obvious answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.arrays import Floats
from recommend.decision.certainty import TOSS_UP, beats, platform_sureness, simulate, sureness
from recommend.decision.outlook import Outlook
from tests.recommend.decision.outlooks import outlook_with


def values(outlook: Outlook, outcomes: int = 2000) -> Floats:
    """Films of each platform, (o, p)."""
    return simulate(outlook, outcomes=outcomes).of_platforms()


def sure_of(outlook: Outlook, platform: str, **weights: float) -> float:
    return platform_sureness(simulate(outlook, outcomes=2000), weights, platform, outlook.evidence)


# --- outcomes ------------------------------------------------------------------------------------


def test_the_mean_of_the_outcomes_is_the_expectation() -> None:
    outlook = outlook_with(
        "ab", {"1?": 12.0, "?1": 5.0, "??": 6.0, "00": 9.0}, prior=0.3, rate=(60.0, 0.3)
    )

    found = values(outlook, 20_000).mean(axis=0)

    assert found == pytest.approx(outlook.expected @ outlook.carried, rel=0.04)


def test_the_outcomes_depend_on_the_seed() -> None:
    outlook = outlook_with("ab", {"1?": 12.0, "?1": 5.0})
    first, again, other = (simulate(outlook, seed=seed) for seed in (1, 1, 2))

    assert first.liked.tolist() == again.liked.tolist()
    assert first.there.tolist() == again.there.tolist()
    assert first.liked.tolist() != other.liked.tolist()
    assert simulate(outlook).liked.tolist() == simulate(outlook).liked.tolist()


def test_known_availability_is_the_same_in_all_outcomes() -> None:
    found = simulate(outlook_with("abc", {"10?": 5.0})).there

    assert (found[:, 0, 0] == 1).all()
    assert (found[:, 0, 1] == 0).all()
    assert ((found[:, 0, 2] >= 0) & (found[:, 0, 2] <= 1)).all()
    assert found[:, 0, 2].std() > 0


def test_unknown_films_of_a_platform_vary_together() -> None:
    many = outlook_with("ab", {"??": 5000.0, "?1": 2000.0}, prior=0.1, spread=0.0)

    there = simulate(many, outcomes=2000).there

    assert np.corrcoef(there[:, 0, 0], there[:, 1, 0])[0, 1] > 0.6
    assert np.corrcoef(there[:, 0, 0], there[:, 0, 1])[0, 1] < 0.1


def test_an_unknown_platform_varies_like_a_known_one_with_the_same_expectation() -> None:
    known, unknown = (
        simulate(outlook, outcomes=4000).of_platforms()[:, 0]
        for outlook in (
            outlook_with("a", {"1": 10.0}, spread=0.0),
            outlook_with("a", {"?": 50.0}, prior=0.2, rate=(1e6, 0.2), spread=0.0),
        )
    )

    assert unknown.mean() == pytest.approx(known.mean(), rel=0.05)
    assert unknown.std() == pytest.approx(known.std(), rel=0.05)


def test_the_fewer_films_the_prior_was_counted_from_the_more_it_varies() -> None:
    few, many = (
        simulate(outlook_with("a", {"?": 5000.0}, prior=0.2, rate=(films, 0.3))).there.std()
        for films in (10.0, 1000.0)
    )

    assert few > 5 * many


@pytest.mark.parametrize("rate", [0.0, 1.0])
def test_a_certain_rate_does_not_vary(rate: float) -> None:
    """Includes a small rate that was stored as 0."""
    found = simulate(outlook_with("ab", {"?1": 5.0}, prior=rate, rate=(50.0, rate)))

    assert (found.there[:, 0, 0] == rate).all()


def test_likes_of_groups_known_on_the_same_platforms_vary_together() -> None:
    outlook = outlook_with("ab", {"10": 400.0, "1?": 400.0, "01": 400.0}, spread=0.5)

    liked = simulate(outlook, outcomes=2000).liked

    correlation = np.corrcoef(liked.T)
    assert correlation[0, 1] > 0.95
    assert abs(correlation[0, 2]) < 0.15


def test_without_spread_and_noise_only_chance_is_left() -> None:
    liked = simulate(outlook_with("a", {"1": 25.0}, spread=0.0), outcomes=5000).liked

    assert liked.std() == pytest.approx(5.0, rel=0.05)


@pytest.mark.parametrize("outlook", [outlook_with("ab", {}), outlook_with("", {"": 3.0})])
def test_no_films_or_no_platforms_are_allowed(outlook: Outlook) -> None:
    outcomes = simulate(outlook, outcomes=7)

    assert outcomes.of_platforms().tolist() == [[0.0] * len(outlook.platforms)] * 7
    assert outcomes.of_sets([frozenset(), frozenset("a")]).tolist() == [[0.0, 0.0]] * 7


# --- sets of platforms ---------------------------------------------------------------------------


def test_a_set_has_each_film_once_and_the_empty_set_none() -> None:
    outcomes = simulate(outlook_with("ab", {"11": 4.0, "10": 3.0, "01": 2.0, "00": 9.0}))
    # Groups are in the order they were written down in.
    both, only_a, only_b, _nowhere = outcomes.liked.T

    found = outcomes.of_sets([frozenset(), frozenset("a"), frozenset("b"), frozenset("ab")])

    assert found[:, 0].tolist() == [0.0] * len(found)
    assert found[:, 1] == pytest.approx(both + only_a)
    assert found[:, 2] == pytest.approx(both + only_b)
    assert found[:, 3] == pytest.approx(both + only_a + only_b)


def test_a_set_of_one_platform_has_what_the_platform_has() -> None:
    outcomes = simulate(outlook_with("ab", {"1?": 4.0, "?0": 3.0, "??": 2.0}))

    found = outcomes.of_sets([frozenset("a"), frozenset("b")])

    assert found == pytest.approx(outcomes.of_platforms())


def test_an_unknown_platform_adds_nothing() -> None:
    outcomes = simulate(outlook_with("ab", {"1?": 4.0, "?0": 3.0}))

    found = outcomes.of_sets([frozenset("a"), frozenset("ax"), frozenset("x")])

    assert found[:, 1].tolist() == found[:, 0].tolist()
    assert found[:, 2].tolist() == [0.0] * len(found)
    assert outcomes.of_sets([]).shape == (len(found), 0)


@settings(max_examples=50, deadline=None)
@given(
    st.dictionaries(st.text("01?", min_size=3, max_size=3), st.floats(0, 30), max_size=6),
    st.floats(0.05, 0.95),
    st.floats(0, 1),
)
def test_one_platform_more_never_takes_a_film_away(
    groups: dict[str, float], prior: float, spread: float
) -> None:
    outcomes = simulate(outlook_with("abc", groups, prior=prior, spread=spread), outcomes=20)

    found = outcomes.of_sets([frozenset("a"), frozenset("ab"), frozenset("abc")])

    assert (np.diff(found, axis=1) >= -1e-9).all()
    assert (found[:, 2] <= outcomes.liked.sum(axis=1) + 1e-9).all()


# --- how sure ------------------------------------------------------------------------------------


def test_sureness_and_beats_by_hand() -> None:
    values = np.array([[3.0, 2.0], [1.0, 2.0], [2.0, 2.0], [5.0, 0.0]])

    assert [sureness(values, place) for place in (0, 1)] == [0.75, 0.5]
    assert beats(values, 0, 1) == 0.5 + 0.25 / 2
    assert beats(values, 1, 0) == 0.25 + 0.25 / 2


def test_a_platform_with_every_film_is_sure() -> None:
    outlook = outlook_with("ab", {"11": 4.0, "10": 3.0, "1?": 3.0})

    assert sure_of(outlook, "a") == 1.0
    assert sure_of(outlook, "b") < 0.5


def test_two_equal_platforms_are_a_toss_up() -> None:
    found = values(outlook_with("ab", {"10": 8.0, "01": 8.0}))

    assert beats(found, 0, 1) == pytest.approx(0.5, abs=0.05)
    assert beats(found, 0, 1) < TOSS_UP
    assert beats(found, 0, 1) + beats(found, 1, 0) == pytest.approx(1.0)


def test_two_platforms_with_the_same_films_are_an_exact_tie() -> None:
    found = values(outlook_with("ab", {"11": 8.0}))

    assert beats(found, 0, 1) == 0.5
    assert sureness(found, 0) == sureness(found, 1) == 1.0


def test_a_larger_lead_is_surer() -> None:
    chances = [
        beats(values(outlook_with("ab", {"10": lead, "01": 10.0})), 0, 1)
        for lead in (10.0, 13.0, 20.0, 60.0)
    ]

    assert chances == sorted(chances)
    assert chances[-1] > 0.95


def test_a_larger_spread_is_less_sure() -> None:
    chances = [
        beats(values(outlook_with("ab", {"10": 30.0, "01": 15.0}, spread=spread)), 0, 1)
        for spread in (0.1, 0.5, 1.0)
    ]

    assert chances == sorted(chances, reverse=True)
    assert chances[0] > chances[2] + 0.1


def test_noise_in_the_forecast_is_less_sure() -> None:
    calm, noisy = (
        beats(values(outlook_with("ab", {"10": 30.0, "01": 15.0}, spread=0.1, noise=one)), 0, 1)
        for one in (0.0, 0.8)
    )

    assert noisy < calm - 0.1


def test_unknown_films_of_a_little_known_platform_are_less_sure() -> None:
    guessed = {"1?": 5.0, "0?": 40.0}
    few, many = (
        beats(values(outlook_with("ab", guessed, prior=0.25, rate=one, spread=0.1)), 1, 0)
        for one in ((10.0, 0.25), (1000.0, 0.25))
    )

    assert 0.5 < few < many - 0.03


def test_the_usage_of_similar_people_counts() -> None:
    outlook = outlook_with("ab", {"10": 10.0, "01": 10.0}, spread=0.1)

    assert (
        sure_of(outlook, "a", a=1.2, b=1.0) > sure_of(outlook, "a") > sure_of(outlook, "a", b=1.2)
    )


def test_a_platform_without_evidence_is_neither_compared_nor_ever_sure() -> None:
    outlook = outlook_with("ab", {"0?": 90.0, "10": 1.0}, evidence="a")

    assert sure_of(outlook, "a") == 1.0
    assert sure_of(outlook, "b") == 0.0
    assert sure_of(replace(outlook, evidence=frozenset()), "a") == 0.0
