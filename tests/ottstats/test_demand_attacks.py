"""Somebody who adds and subtracts what the public and the advertisers see learns no small group."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from movies.models import Attraction, AttractionPlatform
from ottstats.daily.demand import UNTOLD, demand_counts, shown_wishes
from ottstats.daily.groups import group_counts
from ottstats.daily.people import CountedPeople
from ottstats.disclosure import SMALLEST
from ottstats.groups import AGE_GROUPS
from ottstats.own_demand import own_demand
from ottstats.recommended_counts import recommended_counts
from ottstats.services.reference import load_reference_data
from survey.models import Respondent
from tests.ottstats.audience_users import demand_of
from tests.ottstats.statistics_people import count_anew, recommend_to, weeks_ago

GENDERS = ("female", "male")
CELLS = [(gender, age) for gender in GENDERS for age in AGE_GROUPS]
PEOPLE = st.lists(st.sampled_from([0, 0, 1, 3, 9, 10, 12, 40]), min_size=14, max_size=14)
DAY = date(2026, 11, 18)


@pytest.fixture
def reference(db: None) -> None:
    load_reference_data()


def everybody(people: int) -> None:
    for gender in GENDERS:
        for age in (16, 25, 35, 45, 55, 65, 75):
            demand_of(people, "netflix", gender=gender, age=age)


# --- who was not told of the pages for advertisers -----------------------------------------------


def of_before(people: int, *, gender: str, age: int) -> None:
    recommend_to(people, "netflix", gender=gender, age=age)
    newest = Respondent.objects.order_by("-number").values("pk")[:people]
    Respondent.objects.filter(pk__in=newest).update(consent_version="2026-11-30.2")


def rest_of(age: int, group: str) -> int | None:
    """What is left of the public count of an age after all that advertisers see of it."""
    shares = recommended_counts(["netflix"]).groups.by_age
    public = shares.counts["netflix"][shares.groups.index(group)]
    rows = [row for gender in GENDERS for row in own_demand().of(gender, age)]
    seen = [row.recommended for row in rows if row.recommended is not None]
    return None if public is None or len(seen) < len(GENDERS) else public - sum(seen)


def test_few_people_of_before_do_not_follow_from_the_public_count(reference: None) -> None:
    everybody(40)
    of_before(3, gender="female", age=25)
    shares = recommended_counts(["netflix"]).groups.by_age
    assert shares.counts["netflix"][1] == 83
    assert rest_of(20, "20-29") is None, "a cell is hidden: 3 or 43"


def test_many_people_of_before_hide_nothing(reference: None) -> None:
    everybody(40)
    for gender in GENDERS:
        for age in (16, 25, 35, 45, 55, 65, 75):
            of_before(12, gender=gender, age=age)
    assert rest_of(20, "20-29") == 24
    assert own_demand().of("female", 20)[0].recommended == 40


def people_of(told: list[int], untold: list[int]) -> CountedPeople:
    people = CountedPeople()
    for (gender, age), some, others in zip(CELLS, told, untold, strict=True):
        people.by_gender["netflix", gender] += some + others
        people.by_age["netflix", age] += some + others
        people.by_week["netflix", date(2026, 11, 9)] += some + others
        people.told["netflix", gender, age] += some
    return people


class Attacker:
    """Solves for the people of each cell, told and not told, by what is shown."""

    def __init__(self, told: list[int], untold: list[int]) -> None:
        people = people_of(told, untold)
        self.truth = np.array([*told, *untold])
        public = group_counts(DAY, ["netflix"], people, [sum(told) + sum(untold)])
        shown = demand_counts(people, {}, public, []).recommended
        known = [self.of(*cell, told=True) for cell in CELLS if ("netflix", *cell) in shown]
        for shares, place in ((public.by_gender, 0), (public.by_age, 1)):
            for group, count in zip(shares.groups, shares.counts["netflix"], strict=True):
                if count is not None:
                    known.append(self.line(place, group) + self.line(place, group, told=True))
        if public.by_week["netflix"][-2] is not None:
            known.append(np.ones(len(self.truth)))
        self.known = np.array(known).reshape(-1, len(self.truth))
        self.rank = np.linalg.matrix_rank(self.known)

    def of(self, gender: str, age: str, *, told: bool) -> np.ndarray:
        row = np.zeros(2 * len(CELLS))
        row[CELLS.index((gender, age)) + (0 if told else len(CELLS))] = 1
        return row

    def line(self, place: int, group: str, *, told: bool = False) -> np.ndarray:
        cells = [cell for cell in CELLS if cell[place] == group]
        return np.sum([self.of(*cell, told=told) for cell in cells], axis=0)

    def learns(self, asked: np.ndarray) -> int | None:
        """How many people these are; None: it does not follow."""
        if np.linalg.matrix_rank(np.vstack([self.known, asked])) > self.rank:
            return None
        return int(asked @ self.truth)


@settings(max_examples=100, deadline=None)
@given(PEOPLE, PEOPLE)
def test_no_group_under_ten_follows_from_both_pages(told: list[int], untold: list[int]) -> None:
    attacker = Attacker(told, untold)
    lines = [*((0, gender) for gender in GENDERS), *((1, age) for age in AGE_GROUPS)]
    asked = {(*cell, is_told): attacker.of(*cell, told=is_told)
             for cell, is_told in product(CELLS, (True, False))}  # fmt: skip
    asked |= {(UNTOLD, *line): attacker.line(*line) for line in lines if any(untold)}
    for name, people in asked.items():
        number = attacker.learns(people)
        assert number is None or number >= SMALLEST, name


def test_the_attacker_would_find_them_if_nothing_more_were_hidden() -> None:
    attacker = Attacker([40] * 14, [12] * 14)
    assert attacker.learns(attacker.line(1, "20-29")) == 24
    assert attacker.learns(attacker.line(0, "female")) == 84
    assert Attacker([40] * 14, [3] + [12] * 13).learns(attacker.line(1, "13-19")) == 15


# --- titles that are on several platforms --------------------------------------------------------


def titles(**platforms: list[str]) -> None:
    for slug, on in platforms.items():
        title = Attraction.objects.create(
            slug=slug, title=slug, kind="series", source="x",
            checked_on=date(2026, 1, 1), certainty="A",
        )  # fmt: skip
        for platform in on:
            AttractionPlatform.objects.create(attraction=title, platform_id=platform)


def want(people: int, *slugs: str) -> None:
    """So many of each group want these."""
    for gender in GENDERS:
        for age in (16, 25, 35, 45, 55, 65, 75):
            of = Respondent.objects.filter(gender=gender, age=age, must_have=[])
            some = of.values("pk")[:people]
            Respondent.objects.filter(pk__in=some).update(must_have=list(slugs))
    Respondent.objects.update(created_at=weeks_ago(1))
    count_anew()


def test_who_wants_only_what_one_of_two_platforms_has_does_not_follow(reference: None) -> None:
    everybody(30)
    titles(x=["wavve", "tving"], y=["tving"])
    want(12, "x")
    want(3, "y")
    wanted = {row.platform.slug: row.wanted for row in own_demand().of("female", 30)}
    assert (wanted["wavve"], wanted["tving"]) == (10, 10), "12 and 15"
    want(8, "y")
    wanted = {row.platform.slug: row.wanted for row in own_demand().of("female", 30)}
    assert (wanted["wavve"], wanted["tving"]) == (10, 20), "12 and 23"


def test_a_difference_of_two_platforms_leaves_ten_numbers_possible() -> None:
    shown = {}
    for people in range(SMALLEST, 80):
        cells = {("tving", gender, age): people for gender in GENDERS for age in AGE_GROUPS}
        shown[people] = shown_wishes(Counter(cells))["tving", "female", "30-39"]
    possible: dict[tuple[int, int], set[int]] = {}
    for some, all_of in product(shown, shown):
        if some <= all_of:  # one title of two
            possible.setdefault((shown[some], shown[all_of]), set()).add(all_of - some)
    assert min(len(numbers) for numbers in possible.values()) >= SMALLEST
    assert possible[10, 10] == set(range(10))
    assert possible[10, 20] == set(range(1, 20))
