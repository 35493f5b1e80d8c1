"""What a group chooses among the platforms, against everyone: ratios worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from movies.models import Platform
from ottstats.selectors.usage import PRIOR_MENTIONS, UsageRatio, ratios_of, shrunk, usage_ratios
from tests.operators import run

pytestmark = pytest.mark.django_db

HEADER = "source,year,dimension,group,platform,percent,sample_size\n"


@pytest.fixture(autouse=True)
def platforms(db: None) -> None:
    for slug in ("netflix", "tving", "wavve"):
        Platform.objects.create(slug=slug, name=slug.title())
    Platform.objects.create(slug="youtube_premium", name="YouTube Premium", is_active=False)


def load(folder: Path, *lines: str, name: str = "usage.csv") -> None:
    path = folder / name
    path.write_text(HEADER + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    run("load_usage_statistics", path)


@pytest.fixture
def published(tmp_path: Path) -> None:
    """600 women and 400 men, and two ages, of 2025; older figures that must not count."""
    load(
        tmp_path,
        "Survey,2025,gender,female,netflix,30,600",
        "Survey,2025,gender,male,netflix,20,400",
        "Survey,2025,gender,female,tving,20,600",
        "Survey,2025,gender,male,tving,5,400",
        "Survey,2025,gender,female,wavve,0,600",
        "Survey,2025,gender,male,wavve,0,400",
        "Survey,2025,age,20-29,netflix,60,250",
        "Survey,2025,age,70+,netflix,10,750",
        "Survey,2025,age,20-29,tving,30,250",
        "Survey,2025,age,70+,tving,5,750",
        "Survey,2024,gender,female,netflix,99,600",
        "Survey,2024,age,30-39,netflix,99,600",
    )


def of(slug: str, *, gender: str = "", age: int | None = None) -> dict[str, UsageRatio]:
    """The ratios of a platform by axis."""
    return {row.dimension: row for row in usage_ratios(gender=gender, age=age)[slug]}


def test_a_ratio_compares_what_a_group_chooses_with_what_everyone_chooses(published: None) -> None:
    row = of("tving", gender="female")["gender"]

    # All people: (20 * 600 + 5 * 400) / 1000 = 14 % TVING, and 26 % Netflix.
    assert (row.group, row.percent, row.percent_overall) == ("female", 20.0, 14.0)
    assert row.share_overall == pytest.approx(100 * 14 / 40)
    # 40 % of what women use; of 600 women 50 mentions each hundred, so 300.
    own = (300 * 40 + PRIOR_MENTIONS * 35) / (300 + PRIOR_MENTIONS)
    assert row.share == pytest.approx(own)
    assert row.ratio == pytest.approx(own / 35)
    assert row.source == "Survey, 2025"


def test_using_more_of_everything_is_no_reason_for_any_platform(published: None) -> None:
    for age in (25, 75):  # 6 times as many use it, in the same proportions
        ratios = ratios_of(usage_ratios(gender="", age=age))
        assert ratios == {"netflix": [pytest.approx(1.0)], "tving": [pytest.approx(1.0)]}


def test_each_answered_axis_has_its_own_ratio(published: None) -> None:
    rows = of("netflix", gender="male", age=20)
    assert set(rows) == {"gender", "age"}
    assert rows["gender"].ratio > 1.0, "men use little else"
    assert rows["age"].ratio == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("own", "mentions", "expected"),
    [(0.4, 0.0, 0.2), (0.4, 500.0, 0.3), (0.4, 4500.0, 0.38), (0.0, 500.0, 0.1)],
)
def test_a_small_group_is_moved_towards_everyone(
    own: float, mentions: float, expected: float
) -> None:
    assert shrunk(own, 0.2, mentions, 500) == pytest.approx(expected)


def test_a_group_that_uses_nothing_is_like_everyone(tmp_path: Path) -> None:
    load(
        tmp_path,
        *(
            f"Survey,2025,gender,{group},{platform},{percent},100"
            for platform in ("netflix", "tving")
            for group, percent in (("female", 0), ("male", 10))
        ),
    )
    assert of("netflix", gender="female")["gender"].ratio == 1.0


@pytest.mark.parametrize(("age", "group"), [(29, "20-29"), (70, "70+"), (105, "70+")])
def test_ages_belong_to_their_group_with_both_ends(published: None, age: int, group: str) -> None:
    assert of("netflix", age=age)["age"].group == group


@pytest.mark.parametrize(("gender", "age"), [("", None), ("", 19), ("", 35), ("", 69)])
def test_without_a_published_group_there_is_no_ratio(
    published: None, gender: str, age: int | None
) -> None:
    assert usage_ratios(gender=gender, age=age) == {}


def test_a_platform_that_nobody_uses_has_no_ratio(published: None) -> None:
    assert "wavve" not in usage_ratios(gender="female", age=20)


def test_without_any_statistics_there_are_no_ratios() -> None:
    assert usage_ratios(gender="female", age=20) == {}


def test_a_platform_that_is_not_compared_does_not_count(published: None, tmp_path: Path) -> None:
    before = of("tving", gender="female")
    rows = [
        f"Survey,2025,gender,{group},youtube_premium,{percent},{people}"
        for group, percent, people in (("female", 70, 600), ("male", 60, 400))
    ]
    load(tmp_path, *rows, name="youtube.csv")

    assert of("tving", gender="female") == before
    assert "youtube_premium" not in usage_ratios(gender="female", age=None)


def test_a_platform_without_a_figure_for_a_group_is_left_out_of_the_comparison(
    published: None, tmp_path: Path
) -> None:
    before = of("tving", gender="female")
    Platform.objects.create(slug="watcha", name="Watcha")
    load(tmp_path, "Survey,2025,gender,female,watcha,90,600", name="half.csv")

    assert of("tving", gender="female") == before
    assert "watcha" not in usage_ratios(gender="female", age=None)


def table(source: str, year: int, people: int, tving: int, *platforms: str) -> list[str]:
    """Women use TVING `tving` % and every other platform 10 %; men use all 10 %."""
    return [
        f"{source},{year},gender,{group},{platform},{percent},{people}"
        for platform in platforms
        for group, percent in (("female", tving if platform == "tving" else 10), ("male", 10))
    ]


def test_a_newer_figure_of_one_platform_alone_leaves_all_as_they_were(tmp_path: Path) -> None:
    load(tmp_path, *table("Survey", 2024, 1000, 30, "netflix", "tving"))
    before = usage_ratios(gender="female", age=None)
    load(tmp_path, *table("Survey", 2025, 1000, 30, "netflix"), name="newer.csv")

    assert usage_ratios(gender="female", age=None) == before
    assert {row.source for rows in before.values() for row in rows} == {"Survey, 2024"}


def test_the_newest_year_counts_for_each_platform(tmp_path: Path) -> None:
    load(tmp_path, *table("Survey", 2024, 1000, 30, "netflix", "tving", "wavve"))
    load(tmp_path, *table("Survey", 2025, 1000, 10, "netflix", "tving"), name="newer.csv")

    found = usage_ratios(gender="female", age=None)

    assert [(row.ratio, row.source) for row in found["tving"]] == [(1.0, "Survey, 2025")]
    assert [row.source for row in found["wavve"]] == ["Survey, 2024"]
    assert found["wavve"][0].ratio < 1.0, "compared within its own table"


def test_of_two_sources_the_one_that_asked_more_people_counts(tmp_path: Path) -> None:
    load(
        tmp_path,
        *table("Small", 2025, 10, 90, "netflix", "tving"),
        *table("Large", 2025, 1000, 10, "netflix", "tving"),
        *table("Another small", 2025, 10, 90, "netflix", "tving"),
    )
    row = of("tving", gender="female")["gender"]
    assert (row.ratio, row.source) == (1.0, "Large, 2025")
