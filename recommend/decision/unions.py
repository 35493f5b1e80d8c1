"""The best set of items for every union of what the items give. Pure.

Items give bits (platforms, must-haves). Sets that give the same bits differ in price alone, so
of all sets of one union only the best is kept: the cheapest, then the one with the fewest items,
then the one with the earlier items. That is exact, because this order does not change when the same
further items are added to both. There are at most 2^bits unions, however many items there are.

Items that bar or need each other form a group; other items are groups of their own. With F the best
sets of the groups so far and G those of the next group,

    F'(U) = best of F(V) + G(W) over all V, W with V | W = U

Inside a group, where there are few items, the same is done item by item; a set also remembers which
of its items a later one of the group bars or needs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import NamedTuple

import numpy as np

from common.arrays import Bools, Ints

MOST_BITS = 20
SIZES = 1 << 16  # more than there are items in a set
WORD = 62  # items in one number of `Unions.chosen`
UNREACHED = np.int64(1 << 60)


@dataclass(frozen=True)
class Item:
    """What can be bought. `bars`: places of items that are never bought with it, whichever of the
    two says so; `needs`: the place of the one without which it cannot be bought; one that needs
    itself never is."""

    gives: int
    price: int
    bars: frozenset[int] = frozenset()
    needs: int | None = None


@dataclass(frozen=True)
class Unions:
    """Every union that can be reached, in ascending order, with its best set; all arrays (n,).

    `sizes` is the number of items, `chosen` (words, n) holds them; `items_of` reads it.
    """

    unions: Ints
    prices: Ints
    sizes: Ints
    chosen: Ints
    items: int

    def items_of(self, place: int) -> list[int]:
        """The places of the items of one set, in ascending order."""
        order = 0
        for word in self.chosen[:, place].tolist():
            order = order << WORD | word
        return [item for item in range(self.items) if order >> (self.items - 1 - item) & 1]


class _Value(NamedTuple):
    """How good a set is; the smallest is best. `order` is below 0, with one bit for each item."""

    price: int
    size: int
    order: int


class _Table(NamedTuple):
    """The best set of every union (2^k,): price * SIZES + size, and the items in words."""

    keys: Ints
    orders: tuple[Ints, ...]


def best_of_unions(items: Sequence[Item], base: int = 0) -> Unions:
    """The unions of every set that can be bought, together with the bits of `base`.

    Raises `ValueError` for more than 20 bits.
    """
    bits = reduce(int.__or__, (item.gives for item in items), base).bit_length()
    if bits > MOST_BITS:
        raise ValueError(f"at most {MOST_BITS} bits, not {bits}")
    words = max(1, -(-len(items) // WORD))
    table = _grown(None, base.bit_length(), words)
    table.keys[base] = 0
    bars = barred(items)
    groups = [_sets_of(items, bars, group) for group in _groups(items, bars)]
    for sets in sorted(groups, key=lambda sets: max(sets, default=0).bit_length()):
        table = _with_group(table, sets, words)
    reached = np.flatnonzero(table.keys < UNREACHED)
    keys = table.keys[reached]
    return Unions(
        unions=reached,
        prices=keys // SIZES,
        sizes=keys % SIZES,
        chosen=np.stack([order[reached] for order in table.orders]),
        items=len(items),
    )


def barred(items: Sequence[Item]) -> list[frozenset[int]]:
    """For each item those that cannot be bought with it, whichever of the two says so."""
    found: list[set[int]] = [set() for _ in items]
    for place, item in enumerate(items):
        for other in item.bars - {place}:
            found[place].add(other)
            found[other].add(place)
    return [frozenset(one) for one in found]


def _groups(items: Sequence[Item], bars: Sequence[frozenset[int]]) -> list[list[int]]:
    """Items that bar or need each other, directly or through others; an item after its need."""
    linked: list[set[int]] = [set(one) for one in bars]
    for place, item in enumerate(items):
        if item.needs is not None:
            linked[place].add(item.needs)
            linked[item.needs].add(place)
    left, groups = set(range(len(items))), []
    for first in range(len(items)):
        found, rest = [], [first] if first in left else []
        while rest:
            place = rest.pop()
            if place in left:
                left.remove(place)
                found.append(place)
                rest.extend(linked[place])
        if found:
            groups.append(sorted(found, key=lambda place: (_depth(items, place), place)))
    return groups


def _depth(items: Sequence[Item], place: int) -> int:
    """How many items it needs, one through the other; those that need themselves come last."""
    depth, needed = 0, items[place].needs
    while needed is not None and depth <= len(items):
        depth, needed = depth + 1, items[needed].needs
    return depth


def _sets_of(
    items: Sequence[Item], bars: Sequence[frozenset[int]], group: Sequence[int]
) -> dict[int, _Value]:
    """The best set of every union of the group's items.

    A state is a union with the items chosen that a later item bars or needs.
    """
    matters = [0] * len(group)  # after each item, those that a later one asks about
    for position in range(len(group) - 1, 0, -1):
        place = group[position]
        asked = sum(1 << other for other in bars[place])
        needed = items[place].needs
        matters[position - 1] = matters[position] | asked | (0 if needed is None else 1 << needed)
    states: dict[tuple[int, int], _Value] = {(0, 0): _Value(0, 0, 0)}
    for position, place in enumerate(group):
        item, asked = items[place], sum(1 << other for other in bars[place])
        own = _Value(item.price, 1, -(1 << (len(items) - 1 - place)))
        after: dict[tuple[int, int], _Value] = {}
        for (union, held), value in states.items():
            _keep(after, (union, held & matters[position]), value)
            if held & asked or (item.needs is not None and not held >> item.needs & 1):
                continue
            with_it = (union | item.gives, (held | 1 << place) & matters[position])
            _keep(after, with_it, _Value(*map(sum, zip(value, own, strict=True))))
        states = after
    sets: dict[int, _Value] = {}
    for (union, _held), value in states.items():
        if union not in sets or value < sets[union]:
            sets[union] = value
    return sets


def _keep(states: dict[tuple[int, int], _Value], state: tuple[int, int], value: _Value) -> None:
    if state not in states or value < states[state]:
        states[state] = value


def _with_group(table: _Table, sets: Mapping[int, _Value], words: int) -> _Table:
    """The table with, for every union, also the sets of a further group."""
    bits = max(len(table.keys).bit_length() - 1, max(sets, default=0).bit_length())
    before = _grown(table, bits, words)
    after = _Table(before.keys.copy(), tuple(order.copy() for order in before.orders))
    unions = np.arange(1 << bits)
    for union, value in sets.items():
        if not union:  # the empty set: nothing that gives nothing is as good
            continue
        # The best of all V with V | union = U, for each U that includes `union`.
        found = before
        for bit in reversed(range(union.bit_length())):
            if union >> bit & 1:
                found = _better(*_halves(found, bit))
        places = np.flatnonzero(unions & union == union)
        added = _Table(
            found.keys + (value.price * SIZES + value.size),
            tuple(
                order | word
                for order, word in zip(found.orders, _words(-value.order, words), strict=True)
            ),
        )
        there = _Table(after.keys[places], tuple(order[places] for order in after.orders))
        best = _better(there, added)
        after.keys[places] = best.keys
        for order, column in zip(after.orders, best.orders, strict=True):
            order[places] = column
    return after


def _grown(table: _Table | None, bits: int, words: int) -> _Table:
    """The table with room for this many bits; new unions are not reached."""
    keys = np.full(1 << bits, UNREACHED)
    orders = tuple(np.zeros(1 << bits, dtype=np.int64) for _ in range(words))
    if table is not None:
        keys[: len(table.keys)] = table.keys
        for order, column in zip(orders, table.orders, strict=True):
            order[: len(column)] = column
    return _Table(keys, orders)


def _halves(table: _Table, bit: int) -> tuple[_Table, _Table]:
    """The unions without and with the bit, both without it in their numbers."""

    def half(column: Ints, value: int) -> Ints:
        return column.reshape(-1, 2, 1 << bit)[:, value].ravel()

    return tuple(  # type: ignore[return-value]
        _Table(half(table.keys, value), tuple(half(order, value) for order in table.orders))
        for value in (0, 1)
    )


def _better(one: _Table, other: _Table) -> _Table:
    """Place by place the better of both."""
    wins: Bools = other.keys < one.keys
    ties: Bools = other.keys == one.keys
    for mine, its in zip(one.orders, other.orders, strict=True):
        wins = wins | (ties & (its > mine))
        ties = ties & (its == mine)
    return _Table(
        np.where(wins, other.keys, one.keys),
        tuple(
            np.where(wins, its, mine) for mine, its in zip(one.orders, other.orders, strict=True)
        ),
    )


def _words(order: int, words: int) -> list[int]:
    """The number in words of 62 bits, the highest first."""
    return [order >> (WORD * place) & ((1 << WORD) - 1) for place in reversed(range(words))]
