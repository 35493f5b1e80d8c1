"""The best set of every union, for more items than could be tried one by one."""

from __future__ import annotations

import numpy as np
import pytest

from recommend.decision.unions import MOST_BITS, Item, best_of_unions


def test_of_many_items_the_cheapest_and_then_the_earliest_gives_each_bit() -> None:
    rng = np.random.default_rng(3)
    items = [
        Item(1 << int(rng.integers(4)), 100 * int(rng.integers(3, 6))) for _number in range(150)
    ]
    first = {
        bit: min((item.price, place) for place, item in enumerate(items) if item.gives == 1 << bit)
        for bit in range(4)
    }

    found = best_of_unions(items)

    assert found.unions.tolist() == list(range(16))
    for place, union in enumerate(found.unions.tolist()):
        wanted = [first[bit] for bit in range(4) if union >> bit & 1]
        assert found.items_of(place) == sorted(item for _price, item in wanted)
        assert found.prices[place] == sum(price for price, _item in wanted)
        assert found.sizes[place] == len(wanted)


def test_one_item_for_two_bits_is_fewer_items_at_the_same_price() -> None:
    found = best_of_unions([Item(1, 500), Item(2, 500), Item(3, 1000)])

    assert [found.items_of(place) for place in range(4)] == [[], [0], [1], [2]]


def test_a_long_chain_of_items_that_bar_each_other_is_searched_exactly() -> None:
    """Sixty tiers in a row, of which no two neighbours go together; only every other one can."""
    items = [
        Item(1 << place % 3, 100 + place, frozenset({place + 1} if place < 59 else ()))
        for place in range(60)
    ]

    found = best_of_unions(items)

    # 0, 1 and 2 are the cheapest of each bit, but 1 is barred by both others.
    assert found.items_of(7) == [0, 2, 4]
    assert found.prices[7] == 100 + 102 + 104


def test_what_needs_itself_is_never_bought_and_what_needs_another_comes_with_it() -> None:
    found = best_of_unions(
        [Item(1, 10, needs=0), Item(2, 10, needs=2), Item(4, 10, needs=3), Item(8, 10)]
    )

    assert found.unions.tolist() == [0, 8, 12, 14]
    assert found.items_of(3) == [1, 2, 3]


def test_items_that_need_each_other_in_a_circle_are_never_bought() -> None:
    found = best_of_unions([Item(1, 10, needs=1), Item(2, 10, needs=0)])

    assert found.unions.tolist() == [0]


def test_a_base_is_part_of_every_union_and_costs_nothing() -> None:
    found = best_of_unions([Item(1, 10), Item(2, 20)], base=1)

    assert found.unions.tolist() == [1, 3]
    assert found.prices.tolist() == [0, 20]


def test_too_many_bits_are_refused() -> None:
    with pytest.raises(ValueError, match="at most 20 bits, not 21"):
        best_of_unions([Item(1 << MOST_BITS, 1)])
