"""The weights that the shipped statistics give, and how their one parameter was measured."""

from __future__ import annotations

import math
from collections import defaultdict
from itertools import product

import pandas as pd
import pytest

from movies.models import Gender
from ottstats.groups import AGE_GROUPS, age_range
from ottstats.selectors.usage import PRIOR_MENTIONS, ratios_of, shrunk, usage_ratios
from ottstats.services.reference import FIXTURES, load_reference_data
from recommend.decision.platform import MAXIMUM_OVERTURN, usage_weight

MOST_USED = ("netflix", "tving", "coupang_play", "disney_plus", "wavve")
LAMBDA = 0.5
LIMITS = (1 / math.sqrt(MAXIMUM_OVERTURN), math.sqrt(MAXIMUM_OVERTURN))

Composition = dict[str, float]


def shipped() -> pd.DataFrame:
    return pd.read_csv(FIXTURES / "usage_statistics.csv")


def test_these_are_the_five_most_used_platforms() -> None:
    frame = shipped()
    newest = frame[(frame["year"] == frame["year"].max()) & (frame["dimension"] == "gender")]
    used = newest.groupby("platform")["percent"].sum().sort_values(ascending=False)
    assert tuple(used.index[:5]) == MOST_USED


@pytest.mark.django_db
def test_in_each_group_the_weights_tell_the_most_used_platforms_apart() -> None:
    load_reference_data()
    for gender, group in product(Gender.values, AGE_GROUPS):
        limits = age_range(group)
        assert limits is not None
        ratios = ratios_of(usage_ratios(gender=gender, age=max(14, limits[0])))
        weights = {slug: usage_weight(ratios[slug], LAMBDA) for slug in MOST_USED}
        assert max(weights.values()) - min(weights.values()) >= 0.02, (gender, group, weights)
        at_limit = [slug for slug, weight in weights.items() if weight in LIMITS]
        assert len(at_limit) <= 1, (gender, group, weights)


@pytest.mark.django_db
def test_women_in_their_twenties_choose_tving_more_and_netflix_less_than_everyone() -> None:
    load_reference_data()
    ratios = ratios_of(usage_ratios(gender="female", age=24))
    weights = {slug: usage_weight(ratios[slug], LAMBDA) for slug in MOST_USED}
    assert weights == pytest.approx(
        {"netflix": 0.973, "tving": 1.036, "coupang_play": 1.01, "disney_plus": 1.001,
         "wavve": 1.065}, abs=0.001,
    )  # fmt: skip
    assert "laftel" not in ratios, "no figures: its weight is 1"


def compositions() -> dict[tuple[int, str, str], tuple[float, Composition, Composition]]:
    """Mentions, composition and that of all people, by year, axis and group."""
    frame = shipped()
    found = {}
    for (year, axis), table in frame.groupby(["year", "dimension"]):
        weighted = table["percent"] * table["sample_size"]
        everybody = weighted.groupby(table["platform"]).sum()
        overall = (everybody / everybody.sum()).to_dict()
        for group, rows in table.groupby("group"):
            used = rows.set_index("platform")["percent"]
            mentions = float(used.sum() / 100 * rows["sample_size"].iloc[0])
            found[int(year), str(axis), str(group)] = (
                mentions,
                (used / used.sum()).to_dict(),
                overall,
            )
    return found


def losses(prior: float) -> tuple[float, float]:
    """KL divergence of the predictions from one year to the next: by mention and by group."""
    known = compositions()
    total: dict[str, float] = defaultdict(float)
    for (year, axis, group), (mentions, own, overall) in known.items():
        if (year + 1, axis, group) not in known:
            continue
        later, came, population = known[year + 1, axis, group]
        expected = {
            slug: population[slug]
            * shrunk(own[slug], overall[slug], mentions, prior)
            / overall[slug]
            for slug in population
        }
        whole = sum(expected.values())
        loss = sum(
            share * math.log(share / (expected[slug] / whole))
            for slug, share in came.items()
            if share > 0
        )
        for name, value in (("loss", later * loss), ("mentions", later), ("even", loss), ("n", 1)):
            total[name] += value
    return total["loss"] / total["mentions"], total["even"] / total["n"]


def test_the_prior_predicts_next_years_compositions_about_as_well_as_any() -> None:
    """docs/algorithms.md, "Weight", has the table."""
    grid = [losses(prior) for prior in (50, 100, 200, 500, 1000, 2000, 5000)]
    by_mention, by_group = losses(PRIOR_MENTIONS)
    assert by_mention <= 1.05 * min(one[0] for one in grid)
    assert by_group <= 1.01 * min(one[1] for one in grid)
    for extreme in (1.0, 1e12):  # the group as it is; everyone alike
        worse = losses(extreme)
        assert by_mention < 0.8 * worse[0]
        assert by_group < 0.9 * worse[1]
    assert (round(1000 * by_mention, 1), round(1000 * by_group, 1)) == (5.2, 34.3)
