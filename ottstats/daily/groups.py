"""What may be shown of the recommendations by week, by gender and by age."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from movies.models import Gender
from ottstats.daily.people import NO_ANSWER, CountedPeople
from ottstats.disclosure import SMALLEST, ShownLine, Table, shown_tables, together
from ottstats.groups import AGE_GROUPS

WEEKS = 13  # about as long as results are kept


@dataclass(frozen=True)
class Shares:
    """Counts that may be shown, of platforms (slug) by groups; None: hidden.

    `bases` has for each group the number of people that its shares refer to: those whose platform
    is shown and, if there are enough of them, all others together (`rests`). 0: nothing is shown.
    """

    groups: Sequence[str]
    counts: Mapping[str, Sequence[int | None]]
    rests: Sequence[int | None]
    bases: Sequence[int]

    def percents(self, platform: str) -> list[float | None]:
        """The share of each group that got the platform recommended; None: hidden."""
        return [
            None if count is None else 100 * count / base
            for count, base in zip(self.counts[platform], self.bases, strict=True)
        ]


@dataclass(frozen=True)
class GroupCounts:
    """Counts of the people who agreed, up to the end of yesterday.

    `by_week` has the counts of the weeks that begin on the Mondays of `weeks`. `unanswered` has the
    number of people without an answer for `by_gender` and for `by_age`, in this order; None if it
    is hidden, or if they are a group of the table.
    """

    weeks: Sequence[date]
    by_week: Mapping[str, Sequence[int | None]]
    by_gender: Shares
    by_age: Shares
    unanswered: tuple[int | None, int | None]

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"weeks": [week.isoformat() for week in self.weeks]}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> GroupCounts:
        by_gender, by_age = stored["unanswered"]
        return cls(
            weeks=[date.fromisoformat(week) for week in stored["weeks"]],
            by_week=stored["by_week"],
            by_gender=Shares(**stored["by_gender"]),
            by_age=Shares(**stored["by_age"]),
            unanswered=(by_gender, by_age),
        )


_ByGroup = Counter[tuple[str, str]]  # people by platform and group


@dataclass(frozen=True)
class _Grouped:
    groups: Sequence[str]
    table: Table
    unanswered: int | None


def group_counts(
    day: date, platforms: Sequence[str], people: CountedPeople, everybody: ShownLine
) -> GroupCounts:
    """What may be shown of these platforms (slugs); `everybody`: their sums, None: hidden.

    Pass all platforms, even those no longer offered: a sum includes them.
    """
    weeks = _last_weeks(day)
    by_gender, by_age = _grouped(platforms, people)
    by_week = Table([[people.by_week[slug, week] for week in weeks] for slug in platforms])
    shown_weeks, shown_gender, shown_age = shown_tables(
        [by_week, by_gender.table, by_age.table],
        hidden_rows={row for row, count in enumerate(everybody) if count is None},
    )
    return GroupCounts(
        weeks=weeks,
        by_week=dict(zip(platforms, shown_weeks, strict=True)),
        by_gender=shares(platforms, by_gender.groups, by_gender.table.counts, shown_gender),
        by_age=shares(platforms, by_age.groups, by_age.table.counts, shown_age),
        unanswered=(by_gender.unanswered, by_age.unanswered),
    )


def shares(
    platforms: Sequence[str],
    groups: Sequence[str],
    counts: Sequence[Sequence[int]],
    shown: Sequence[ShownLine],
) -> Shares:
    rests: list[int | None] = []
    bases: list[int] = []
    for place in range(len(groups)):
        column = [line[place] for line in shown]
        rest = together([line[place] for line in counts], column)
        told = [count for count in column if count is not None]
        rests.append(rest)
        bases.append(sum(told) + (rest or 0) if told else 0)
    return Shares(groups, dict(zip(platforms, shown, strict=True)), rests, bases)


def _last_weeks(day: date) -> list[date]:
    yesterday = day - timedelta(days=1)
    monday = yesterday - timedelta(days=yesterday.weekday())
    return [monday - timedelta(weeks=ago) for ago in reversed(range(WEEKS))]


def _grouped(platforms: Sequence[str], people: CountedPeople) -> tuple[_Grouped, _Grouped]:
    """The tables by gender and by age.

    People without an answer are a group if every platform has enough of them. Otherwise they would
    also hide the smallest group of a platform that has too few, so only their sum is given. Each of
    the two sums (gender, age) reveals the other, so both are given or neither.
    """
    genders, ages = people.by_gender, people.by_age
    sums = [
        sum(number for (_platform, group), number in counts.items() if group == NO_ANSWER)
        for counts in (genders, ages)
    ]
    may_tell = min(sums) >= SMALLEST
    both = [Gender.FEMALE.value, Gender.MALE.value]
    return (
        _group_table(platforms, both, genders, may_tell=may_tell),
        _group_table(platforms, AGE_GROUPS, ages, may_tell=may_tell),
    )


def _group_table(
    platforms: Sequence[str], groups: Sequence[str], counts: _ByGroup, *, may_tell: bool
) -> _Grouped:
    answered = [[counts[slug, group] for group in groups] for slug in platforms]
    unanswered = [counts[slug, NO_ANSWER] for slug in platforms]
    is_group = may_tell and all(
        people >= SMALLEST or max(row) < SMALLEST
        for row, people in zip(answered, unanswered, strict=True)
    )
    if is_group:
        rows = [[*row, people] for row, people in zip(answered, unanswered, strict=True)]
        return _Grouped([*groups, NO_ANSWER], Table(rows), None)
    rest = sum(unanswered) if may_tell else None
    return _Grouped([*groups], Table(answered, complete=False), rest)
