"""Advertisers see what OTTwin's own respondents want, and never a small group."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from movies.models import Attraction, AttractionPlatform, Platform
from ottstats.disclosure import SMALLEST, shown_cross
from ottstats.own_demand import own_demand
from ottstats.services.reference import load_reference_data
from survey.models import Respondent
from tests.ottstats.audience_users import demand_of, told_of_advertisers
from tests.ottstats.statistics_people import count_anew, recommend_to, weeks_ago

COUNTS = st.lists(
    st.lists(st.sampled_from([0, 1, 9, 10, 12, 30]), min_size=4, max_size=4), min_size=2, max_size=3
)


@pytest.fixture
def reference(db: None) -> None:
    load_reference_data()


def everybody(people: int = 30, platform: str = "netflix") -> None:
    for gender in ("female", "male"):
        for age in (16, 25, 35, 45, 55, 65, 75):
            demand_of(people, platform, gender=gender, age=age)


def recommended(gender: str, age: int) -> dict[str, int | None]:
    return {row.platform.slug: row.recommended for row in own_demand().of(gender, age)}


def test_a_large_group_is_shown(reference: None) -> None:
    everybody()
    demand_of(5, "netflix", gender="female", age=29)
    assert recommended("female", 20) == {"netflix": 35}
    assert recommended("male", 70) == {"netflix": 30}, "70 and older"


def test_a_group_under_ten_is_hidden_and_does_not_follow_from_the_public_sums(
    reference: None,
) -> None:
    everybody()
    Respondent.objects.filter(
        pk__in=Respondent.objects.filter(gender="female", age=25).values("pk")[:21]
    ).delete()
    count_anew()
    assert recommended("female", 20) == {}
    shown = {(gender, age) for gender in ("female", "male") for age in (20, 30, 40, 50, 60, 70)
             if recommended(gender, age)}  # fmt: skip
    assert ("male", 20) not in shown, "it would follow from all of their age"
    assert recommended("female", 16) == recommended("male", 16) == {}, "nor from all women"
    assert len(shown) == 10


def test_only_those_who_agreed_and_were_told_of_it_count(reference: None) -> None:
    everybody()
    recommend_to(40, "netflix", gender="female", age=25, agreed=False)
    told_of_advertisers()
    assert recommended("female", 20) == {"netflix": 30}
    Respondent.objects.update(consent_version="2026-11-30.2")
    count_anew()
    assert recommended("female", 20) == {}


def test_people_of_today_do_not_count_yet(reference: None) -> None:
    everybody()
    recommend_to(40, "netflix", gender="female", age=25, at=timezone.now())
    told_of_advertisers()
    assert recommended("female", 20) == {"netflix": 30}


def test_what_people_want_is_counted_by_platform(reference: None) -> None:
    everybody()
    day = date(2026, 1, 1)
    series = Attraction.objects.create(
        slug="a_series", title="A", kind="series", source="x", checked_on=day, certainty="A"
    )
    AttractionPlatform.objects.create(attraction=series, platform_id="tving")
    AttractionPlatform.objects.create(
        attraction=series, platform_id="tving", product_slug="tving_ads"
    )
    Respondent.objects.update(must_have=["a_series"], created_at=weeks_ago(1))
    Respondent.objects.filter(gender="male").update(must_have=[])
    count_anew()
    wanted = {row.platform.slug: row.wanted for row in own_demand().of("female", 30)}
    assert wanted["netflix"] is None
    assert wanted.get("tving") is None, "no man wants it: who does would follow"
    Respondent.objects.update(must_have=["a_series"])
    count_anew()
    wanted = {row.platform.slug: row.wanted for row in own_demand().of("female", 30)}
    assert wanted == {"netflix": None, "tving": 30}


def test_a_district_is_shown_only_if_no_other_follows_from_it(reference: None) -> None:
    everybody()
    women = Respondent.objects.filter(gender="female", age=25)

    def live_in(**people: int) -> dict[str, int | None]:
        women.update(region="", district="")
        for district, number in people.items():
            some = women.filter(district="").values("pk")[:number]
            women.filter(pk__in=some).update(region="seoul", district=district)
        count_anew()
        shown = own_demand().of("female", 20, "마포구")
        return {row.platform.slug: row.in_district for row in shown}

    assert live_in(마포구=10, 강남구=10) == {"netflix": 10}
    assert live_in(마포구=9, 강남구=10) == {"netflix": None}
    assert live_in(마포구=11, 강남구=9) == {"netflix": 11}, "the 10 without one hide the 9"
    assert live_in(마포구=30) == {"netflix": None}
    Respondent.objects.filter(gender="male", age=25).delete()
    assert live_in(마포구=10, 강남구=10) == {}, "the cell is hidden, so are its districts"


def test_platforms_that_are_compared_no_more_still_count(reference: None) -> None:
    everybody()
    Platform.objects.filter(slug="netflix").update(is_active=False)
    assert recommended("female", 20) == {"netflix": 30}


@settings(max_examples=200, deadline=None)
@given(COUNTS)
def test_what_is_hidden_of_a_line_is_never_small(counts: list[list[int]]) -> None:
    shown = shown_cross(counts)
    lines = [
        *zip(counts, shown, strict=True),
        *zip(zip(*counts, strict=True), zip(*shown, strict=True), strict=True),
        (sum(counts, []), sum(shown, [])),
    ]
    for line, seen in lines:
        rest = [count for count, one in zip(line, seen, strict=True) if one is None]
        assert len(rest) != 1
        assert not rest or sum(rest) >= SMALLEST or len(rest) == len(line)
        assert all(one is None or one == count for count, one in zip(line, seen, strict=True))
        assert all(one is None or one >= SMALLEST for one in seen)
