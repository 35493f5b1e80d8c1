"""Scores, orders, correlations and mean ages on figures that are computed by hand."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from scipy import stats

from common.arrays import Floats
from ottstats.living.figures import AGES, BANDS, GENDERS, SERVICES, Cell, LivingDongs, LivingYear
from ottstats.living.formulas import (
    Correlation,
    adverts_of,
    correlation,
    correlations_by_age,
    dongs_of,
    mean_ages,
    services_of,
    standard_scores,
    targets_of,
    weighted_scores,
    yearly_scores,
)

FIRST = Cell("가구", "female", 20)
GAME, NETFLIX = SERVICES.index("game"), SERVICES.index("netflix")


def a_year(months: Sequence[str] = ("2023-01", "2023-02"), districts: int = 1) -> LivingYear:
    """Of twelve cells a district, all of which use nothing."""
    shape = (districts, len(GENDERS), len(AGES), len(months))
    names = ["가구", "나구", "다구"][:districts]
    return LivingYear(months, names, np.zeros((*shape, len(SERVICES))), np.ones(shape))


def order(year: LivingYear, month: str, method: str) -> list[str]:
    return [one.service for one in services_of(year, FIRST, month, method)]


# --- scores ---


def test_z_is_of_all_cells_and_months_by_the_deviation_of_a_population() -> None:
    year = a_year()
    year.use[0, :, :3, :, GAME] = 10  # half of the 24 values: mean 5, deviation 5
    found = standard_scores(year)
    assert found.shape == year.use.shape
    assert (found[0, :, :3, :, GAME] == 1).all()
    assert (found[0, :, 3:, :, GAME] == -1).all()


def test_z_differs_from_that_of_a_sample() -> None:
    year = a_year()
    year.use[0, 0, 0, 0, GAME] = 24  # mean 1, variance (23² + 23) / 24 = 23
    assert standard_scores(year)[0, 0, 0, 0, GAME] == pytest.approx(math.sqrt(23), abs=1e-12)


@pytest.mark.parametrize("same", [7, 0.1, 0.131364])
def test_a_service_that_is_the_same_everywhere_scores_0(same: float) -> None:
    year = a_year()
    year.use[..., GAME] = same  # the mean of equal values may differ from them by rounding
    for scores in (standard_scores(year), yearly_scores(year), weighted_scores(year)):
        assert (scores[..., GAME] == 0).all()


def test_the_published_rule_multiplies_the_z_of_the_year_by_the_ratio_of_the_month() -> None:
    year = a_year()
    year.use[0, :, :3, :, GAME] = [5, 15]  # mean of the months 10: among zeros z is 1
    year.use[0, :, 3:, :, GAME] = [-1, 1]  # their mean is 0
    found = weighted_scores(year)
    assert (yearly_scores(year)[0, :, :3, GAME] == 1).all()
    assert (found[0, :, :3, 0, GAME] == 0.5).all()
    assert (found[0, :, :3, 1, GAME] == 1.5).all()
    assert (found[0, :, 3:, :, GAME] == 0).all(), "no ratio of a mean of 0"


def test_the_published_rule_turns_the_order_of_months_round_where_z_is_negative() -> None:
    year = a_year()
    year.use[..., GAME] = 100
    year.use[0, 0, 0, :, GAME] = [1, 3]
    found = weighted_scores(year)[0, 0, 0, :, GAME]
    assert found[1] < found[0] < 0, "more use, and a lower score"


def test_the_scores_that_are_kept_cannot_be_changed() -> None:
    year = a_year()
    for scores in (standard_scores(year), yearly_scores(year), weighted_scores(year)):
        with pytest.raises(ValueError, match="read-only"):
            scores[0] = 1


def test_another_year_has_scores_of_its_own() -> None:
    years = [a_year() for _number in range(4)]
    for number, year in enumerate(years):
        year.use[0, 0, 0, 0, GAME] = number
    assert [standard_scores(year)[0, 0, 0, 0, GAME] > 0 for year in years] == [False] + 3 * [True]


# --- services of a cell ---


def test_services_come_by_score_and_equal_ones_by_name() -> None:
    year = a_year()
    year.use[0, 0, 0, 0, NETFLIX] = 1
    assert order(year, "2023-01", "standard") == [
        "netflix", "delivery", "finance", "game", "shopping", "video", "youtube",
    ]  # fmt: skip
    assert order(year, "2023-02", "standard") == [
        "delivery", "finance", "game", "shopping", "video", "youtube", "netflix",
    ]  # fmt: skip


def test_score_and_z_are_equal_by_default_and_differ_by_the_published_rule() -> None:
    year = a_year()
    year.use[0, :, :3, :, GAME] = [5, 15]
    standard, weighted = (
        services_of(year, FIRST, "2023-02", method)[0] for method in ("standard", "weighted")
    )
    assert standard.score == standard.z
    assert (weighted.service, weighted.score, weighted.z) == ("game", 1.5, 1.0)


@pytest.mark.parametrize(
    ("cell", "month"),
    [
        (Cell("없구", "female", 20), "2023-01"),
        (Cell("가구", "f", 20), "2023-01"),
        (Cell("가구", "female", 25), "2023-01"),
        (FIRST, "2023-03"),
    ],
)
def test_an_unknown_cell_or_month_is_an_error(cell: Cell, month: str) -> None:
    with pytest.raises(ValueError, match="not in"):
        services_of(a_year(), cell, month, "standard")


# --- targets of a service ---


@pytest.mark.parametrize("method", ["standard", "weighted"])
def test_targets_come_by_z_and_equal_ones_by_district_gender_and_age(method: str) -> None:
    year = a_year(districts=2)
    year.use[1, 1, 4, :, NETFLIX] = 3
    found = targets_of(year, "netflix", method, 300)
    assert [one.cell for one in found[:4]] == [
        Cell("나구", "male", 60),
        FIRST,
        Cell("가구", "female", 30),
        Cell("가구", "female", 40),
    ]
    assert [one.cell for one in found[6:8]] == [
        Cell("가구", "female", 70),
        Cell("가구", "male", 20),
    ]
    assert len(found) == 24


def test_no_more_targets_than_asked_for() -> None:
    assert len(targets_of(a_year(districts=2), "netflix", "standard", 5)) == 5


def test_the_z_of_a_target_is_the_mean_of_its_months_or_that_of_its_mean() -> None:
    year = a_year()
    year.use[0, 0, 0, :, GAME] = [0, 12]
    # Of 24 values one is 12: mean .5, variance 144 / 24 - .25 = 5.75.
    standard = targets_of(year, "game", "standard", 1)[0]
    assert standard.z == pytest.approx((11.5 - 0.5) / 2 / math.sqrt(5.75), abs=1e-12)
    # Of 12 means one is 6: mean .5, variance 36 / 12 - .25 = 2.75.
    weighted = targets_of(year, "game", "weighted", 1)[0]
    assert weighted.z == pytest.approx(5.5 / math.sqrt(2.75), abs=1e-12)


# --- correlations ---


def test_r_and_its_interval_by_hand() -> None:
    """Sums of products 4, of squares 5 and 5: r = .8; n = 4, so atanh(.8) ± 1.96."""
    found = correlation("x", np.array([1.0, 2, 3, 4]), np.array([1.0, 3, 2, 4]))
    assert found.r == pytest.approx(0.8, abs=1e-12)
    assert found.low == pytest.approx(math.tanh(math.atanh(0.8) - 1.959963984540054), abs=1e-12)
    assert found.high == pytest.approx(math.tanh(math.atanh(0.8) + 1.959963984540054), abs=1e-12)
    assert not found.established


@pytest.mark.parametrize("n", [4, 5, 10, 27, 500])
def test_r_and_its_interval_are_those_of_scipy(n: int) -> None:
    rng = np.random.default_rng(n)
    for share in (0.0, 0.3, -0.9, 0.999):
        one = rng.normal(size=n)
        other = share * one + math.sqrt(1 - share**2) * rng.normal(size=n)
        found, known = correlation("x", one, other), stats.pearsonr(one, other)
        interval = known.confidence_interval(0.95)
        assert found.r == pytest.approx(known.statistic, abs=1e-12)
        assert found.low == pytest.approx(interval.low, abs=1e-12)
        assert found.high == pytest.approx(interval.high, abs=1e-12)


@pytest.mark.parametrize("sign", [1, -1])
def test_a_straight_line_is_established_without_a_width(sign: int) -> None:
    one = np.arange(5.0)
    found = correlation("x", one, 3 * sign * one + 2)
    assert (found.r, found.low, found.high) == (sign, sign, sign)
    assert found.established
    assert found.rises == (sign > 0), "used less in the same places: no place to advertise"


@pytest.mark.parametrize("n", [2, 3])
def test_fewer_than_four_values_have_no_interval(n: int) -> None:
    found = correlation("x", np.arange(float(n)), np.arange(float(n)) ** 2)
    assert found.r is not None
    assert (found.low, found.high, found.established) == (None, None, False)


@pytest.mark.parametrize("n", [1, 2, 9])
def test_what_does_not_vary_has_no_r(n: int) -> None:
    line, none = np.arange(float(n)), Correlation("x", None, None, None)
    for same in (np.ones(n), np.full(n, 0.1), np.full(n, 0.131364)):
        assert correlation("x", same, line) == none
        assert correlation("x", line, same) == none
        assert correlation("x", same, same) == none


def test_what_hardly_varies_stays_between_minus_1_and_1() -> None:
    one = np.array([1.0, 1.0, 1.0, 1.0 + 1e-15])
    found = correlation("x", one, one)
    assert found.r is not None
    assert -1 <= found.r <= 1


@pytest.mark.parametrize(
    ("low", "high", "established"),
    [(0.1, 0.9, True), (-0.9, -0.1, True), (0.0, 0.9, False), (-0.5, 0.0, False)],
)
def test_an_interval_that_touches_0_establishes_nothing(
    low: float, high: float, established: bool
) -> None:
    assert Correlation("x", 0.5, low, high).established is established


def adverts(**columns: Floats) -> list[str]:
    """The order beside "game"; services without a column do not vary."""
    use = np.zeros((len(next(iter(columns.values()))), len(SERVICES)))
    for service, values in columns.items():
        use[:, SERVICES.index(service)] = values
    return [one.service for one in adverts_of(use, "game")]


def test_adverts_are_established_first_then_by_r_and_those_without_r_last() -> None:
    game = np.arange(10.0)
    noise = np.array([1.0, -1, 2, -2, 0, 0, 2, -2, 1, -1])
    found = adverts(game=game, video=-game, netflix=game + noise, youtube=noise, finance=2 * game)
    assert found == ["finance", "netflix", "video", "youtube", "delivery", "shopping"]


def test_equal_correlations_come_by_name() -> None:
    game = np.arange(6.0)
    columns = dict.fromkeys(("youtube", "delivery", "netflix"), game)
    assert adverts(game=game, **columns)[:3] == ["delivery", "netflix", "youtube"]


# --- dongs ---


def some_dongs(districts: Sequence[int]) -> LivingDongs:
    shape = (len(districts), len(GENDERS), len(BANDS), len(SERVICES))
    use = np.arange(math.prod(shape), dtype=np.float64).reshape(shape)
    return LivingDongs(np.array(districts, np.int64), use)


def test_a_dong_of_a_cell_is_the_mean_of_its_two_bands() -> None:
    dongs = some_dongs([0, 1, 1])
    found = dongs_of(a_year(districts=2), dongs, Cell("나구", "male", 70))
    assert (found == (dongs.use[1:, 1, 10] + dongs.use[1:, 1, 11]) / 2).all()
    first = dongs_of(a_year(districts=2), dongs, FIRST)
    assert (first == (dongs.use[:1, 0, 0] + dongs.use[:1, 0, 1]) / 2).all()


def test_a_district_without_dongs_has_none_and_no_correlation() -> None:
    found = dongs_of(a_year(districts=3), some_dongs([0, 1]), Cell("다구", "male", 30))
    assert found.shape == (0, len(SERVICES))
    assert {one.r for one in adverts_of(found, "game")} == {None}


def test_correlations_by_age_are_over_dongs_and_both_genders() -> None:
    dongs = some_dongs([0, 0, 1])
    rng = np.random.default_rng(4)
    dongs.use[:] = rng.normal(size=dongs.use.shape)
    dongs.use[:, :, 4:6, NETFLIX] = 0.1  # of people in their 40s
    found = correlations_by_age(dongs)
    assert found.shape == (len(AGES), len(SERVICES), len(SERVICES))
    pair = [(dongs.use[:, :, 0, at] + dongs.use[:, :, 1, at]).ravel() for at in (GAME, NETFLIX)]
    assert found[0, GAME, NETFLIX] == pytest.approx(stats.pearsonr(*pair).statistic, abs=1e-12)
    assert np.isnan(found[2, NETFLIX]).all()
    assert not np.isnan(np.delete(found, 2, axis=0)).any()


# --- mean ages ---


def test_mean_ages_are_by_the_middles_of_the_bands() -> None:
    people = np.array([[1.0, 1.0], [0.0, 3.0], [0.0, 0.0]])
    found = mean_ages(people, (20, 25), years=5)
    assert found[:2].tolist() == [25.0, 27.5]
    assert np.isnan(found[2])
    assert mean_ages(np.array([2.0, 2.0]), (20, 70), years=10) == 50.0
