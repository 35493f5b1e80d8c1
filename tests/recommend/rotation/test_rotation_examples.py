"""What the rotation plan buys and shows in small hand-made cases, and what it refuses."""

from __future__ import annotations

import pytest

from recommend.decision.bundles import ProductOffer
from recommend.rotation.plan import (
    Goal,
    Month,
    Rental,
    RotationFilm,
    RotationPlan,
    always,
    rental,
    rotate,
)

A = ProductOffer("A", 5000, frozenset("a"))
B = ProductOffer("B", 6000, frozenset("b"))
AB = ProductOffer("AB", 9000, frozenset("ab"))
FILMS = [
    RotationFilm(1, 0.9, frozenset("a")),
    RotationFilm(2, 0.8, frozenset("b")),
    RotationFilm(3, 0.7, frozenset("ab")),
    RotationFilm(4, 0.6, frozenset("c")),
]


def plan_of(
    offers: list[ProductOffer],
    films: list[RotationFilm],
    against: RotationPlan,
    goal: Goal = Goal.CHEAPER,
    *,
    months: int = 2,
    films_a_month: int = 2,
    cap: int | None = None,
) -> RotationPlan:
    return rotate(
        offers,
        films,
        months=months,
        films_a_month=films_a_month,
        monthly_cap=cap,
        against=against,
        goal=goal,
    )


def test_the_same_bundle_every_month_shows_the_likeliest_films_first() -> None:
    plan = always([A], FILMS, months=3, films_a_month=1)

    assert plan.months == (
        Month(("A",), 5000, (1,), 0.9),
        Month(("A",), 5000, (3,), 0.7),
        Month(("A",), 5000, (), 0.0),
    )
    assert (plan.cost, plan.expected, plan.gap) == (15_000, pytest.approx(1.6), 0)


def test_one_product_after_the_other_gives_as_many_films_for_less() -> None:
    against = always([AB], FILMS, months=2, films_a_month=2)

    plan = plan_of([A, B, AB], FILMS, against)

    assert (against.cost, plan.cost) == (18_000, 11_000)
    assert plan.months == (
        Month(("A",), 5000, (1, 3), pytest.approx(1.6)),
        Month(("B",), 6000, (2,), 0.8),
    )


def test_rotating_gives_more_films_for_the_same_money() -> None:
    against = always([B], FILMS, months=2, films_a_month=2)

    plan = plan_of([A, B, AB], FILMS, against, Goal.MORE)

    assert (against.expected, plan.expected) == (pytest.approx(1.5), pytest.approx(2.4))
    assert plan.cost == 11_000


def test_films_that_need_one_month_cost_one_month() -> None:
    against = always([A], FILMS, months=4, films_a_month=2)

    plan = plan_of([A], FILMS, against, months=4)

    assert [month.products for month in plan.months] == [("A",), (), (), ()]


def test_no_month_costs_more_than_the_cap() -> None:
    against = always([AB], FILMS, months=1, films_a_month=3)

    plan = plan_of([A, B, AB], FILMS, against, Goal.MORE, months=1, films_a_month=3, cap=8000)

    assert plan.months == (Month(("A",), 5000, (1, 3), pytest.approx(1.6)),)


def test_where_the_cap_forbids_as_many_films_the_plan_has_the_most_there_are() -> None:
    against = always([AB], FILMS, months=1, films_a_month=3)

    plan = plan_of([A, B, AB], FILMS, against, months=1, films_a_month=3, cap=8000)

    assert plan.expected == pytest.approx(1.6)
    assert against.expected == pytest.approx(2.4)
    assert plan.gap == 0


def test_of_sets_with_the_same_platforms_the_cheapest_then_the_first_is_bought() -> None:
    dear, again = (
        ProductOffer("dear A", 5500, frozenset("a")),
        ProductOffer("A again", 5000, frozenset("a")),
    )
    against = always([dear], FILMS, months=1, films_a_month=1)

    plan = plan_of([dear, again, A], FILMS, against, months=1, films_a_month=1)

    assert plan.months[0].products == ("A again",)


def test_products_that_exclude_each_other_take_turns() -> None:
    one = ProductOffer("A", 5000, frozenset("a"), frozenset({"B"}))
    against = always([AB], FILMS, months=2, films_a_month=3)

    plan = plan_of([one, B], FILMS, against, months=2, films_a_month=3)

    assert {month.products for month in plan.months} == {("A",), ("B",)}


@pytest.mark.parametrize("goal", Goal)
@pytest.mark.parametrize(
    ("offers", "films", "months", "films_a_month", "cap"),
    [
        ([], FILMS, 2, 2, None),
        ([A, B], [], 2, 2, None),
        ([A, B], FILMS, 0, 2, None),
        ([A, B], FILMS, 2, 0, None),
        ([A, B], FILMS, 2, 2, 0),
        (
            [A, B],
            [RotationFilm(4, 0.6, frozenset("c")), RotationFilm(5, 1.0, frozenset())],
            2,
            2,
            None,
        ),
        ([A, B], [RotationFilm(1, 0.0, frozenset("a"))], 2, 2, None),
    ],
)
def test_where_nothing_can_be_watched_nothing_is_bought(
    goal: Goal,
    offers: list[ProductOffer],
    films: list[RotationFilm],
    months: int,
    films_a_month: int,
    cap: int | None,
) -> None:
    against = always(offers[:1], films, months=months, films_a_month=films_a_month)

    plan = plan_of(
        offers, films, against, goal, months=months, films_a_month=films_a_month, cap=cap
    )

    assert plan == RotationPlan((Month((), 0, (), 0.0),) * months, 0.0)


def test_impossible_arguments_are_refused() -> None:
    against = always([A], FILMS, months=2, films_a_month=2)
    with pytest.raises(ValueError, match="0 to 12 months, not 13"):
        plan_of([A], FILMS, against, months=13)
    with pytest.raises(ValueError, match="0 to 12 months, not -1"):
        always([A], FILMS, months=-1, films_a_month=2)
    with pytest.raises(ValueError, match="films of a month are below 0"):
        plan_of([A], FILMS, against, films_a_month=-1)
    with pytest.raises(ValueError, match="cap of a month is below 0"):
        plan_of([A], FILMS, against, cap=-1)
    with pytest.raises(ValueError, match="a film is there twice"):
        plan_of([A], [FILMS[0], FILMS[0]], against)
    with pytest.raises(ValueError, match=r"outside 0\.\.1 for \[9\]"):
        plan_of([A], [RotationFilm(9, 1.5, frozenset("a"))], against)
    with pytest.raises(ValueError, match="offered twice"):
        plan_of([A, A], FILMS, against)
    many = [ProductOffer(str(number), 1, frozenset({str(number)})) for number in range(13)]
    everywhere = [RotationFilm(1, 0.5, frozenset(map(str, range(13))))]
    with pytest.raises(ValueError, match="at most 12 kinds of platforms, not 13"):
        plan_of(many, everywhere, against)


def test_a_film_is_rented_whether_or_not_a_platform_has_it() -> None:
    nowhere = RotationFilm(5, 0.95, frozenset())

    assert rental([*FILMS, nowhere], expected=1.8, price_of_one=1000) == Rental(
        (5, 1), 2000, pytest.approx(1.85)
    )
    assert rental(FILMS, expected=0, price_of_one=1000) == Rental((), 0, 0.0)
    assert rental(FILMS, expected=3.1, price_of_one=1000) is None
    with pytest.raises(ValueError, match="price of a film is below 0"):
        rental(FILMS, expected=1, price_of_one=-1)
