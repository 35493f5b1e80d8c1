"""The season of a day, and that every day has exactly one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from common.errors import DataError
from movies.models import Notice
from recommend.models import SeasonKeywords
from recommend.results.shelves.seasons import season_of
from recommend.services.members import seasons
from tests.recommend.seasons import ship_seasons

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def shipped(db: None) -> None:
    ship_seasons()


def name_of(day: date) -> str:
    found = season_of(day, list(SeasonKeywords.objects.all()))
    return found.name_en if found else ""


def now() -> None:
    """Check what would be checked at the end of the transaction."""
    connection.check_constraints()


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 11, 30), "Winter"),
        (date(2026, 12, 25), "Christmas"),
        (date(2027, 1, 1), "Winter"),
        (date(2027, 2, 7), "Seollal"),
        (date(2028, 1, 27), "Seollal"),
        (date(2028, 2, 29), "Winter"),
        (date(2029, 2, 13), "Seollal"),
        (date(2027, 3, 1), "Spring"),
        (date(2027, 7, 15), "Summer"),
        (date(2027, 9, 15), "Chuseok"),
        (date(2028, 10, 3), "Chuseok"),
        (date(2029, 9, 22), "Chuseok"),
        (date(2028, 9, 22), "Autumn"),
        (date(2029, 12, 31), "Winter"),
    ],
)
def test_the_seasons_that_ship(day: date, name: str) -> None:
    assert name_of(day) == name


def test_every_day_until_the_end_of_2029_has_one() -> None:
    rows = list(SeasonKeywords.objects.order_by("from_day"))
    assert (rows[0].from_day, rows[-1].to_day) == (date(2026, 11, 30), date(2029, 12, 31))
    for one, other in zip(rows, rows[1:], strict=False):
        assert other.from_day == one.to_day + timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2030, 7, 1), "Summer"),
        (date(2031, 12, 24), "Christmas"),
        (date(2032, 2, 29), "Winter"),
        (date(2026, 7, 1), "Summer"),
        (date(2020, 12, 25), "Christmas"),
    ],
)
def test_other_years_have_the_season_of_the_nearest_year_that_is_there(
    day: date, name: str
) -> None:
    assert name_of(day) == name


def test_with_less_than_a_year_or_nothing_a_day_may_have_none() -> None:
    SeasonKeywords.objects.filter(from_day__gt=date(2026, 12, 1)).delete()
    assert name_of(date(2027, 7, 1)) == ""
    SeasonKeywords.objects.all().delete()
    assert name_of(date(2027, 7, 1)) == ""


def move_end(season: SeasonKeywords, day: date | None) -> None:
    """None: delete it."""
    with transaction.atomic():
        if day is None:
            season.delete()
        else:
            SeasonKeywords.objects.filter(pk=season.pk).update(to_day=day)
        now()


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2027, 5, 30), "Spring ends on 2027-05-30, but Summer begins on 2027-06-01"),
        (date(2027, 6, 1), "season_no_overlap|Spring ends on 2027-06-01"),
        (None, "Winter ends on 2027-02-28, but Summer begins on 2027-06-01"),
    ],
)
def test_the_database_refuses_a_gap_and_an_overlap(day: date | None, said: str) -> None:
    spring = SeasonKeywords.objects.get(from_day=date(2027, 3, 1))
    with pytest.raises(IntegrityError, match=said):
        move_end(spring, day)


def test_a_boundary_of_two_seasons_moves_within_one_transaction() -> None:
    SeasonKeywords.objects.filter(from_day=date(2027, 3, 1)).update(to_day=date(2027, 6, 10))
    SeasonKeywords.objects.filter(from_day=date(2027, 6, 1)).update(from_day=date(2027, 6, 11))
    now()
    assert name_of(date(2027, 6, 10)) == "Spring"


@pytest.mark.parametrize(
    "wrong", [{"to_day": date(2026, 1, 1)}, {"words": []}, {"words": ["a"] * 13}]
)
def test_the_database_refuses_odd_rows(wrong: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        SeasonKeywords.objects.filter(from_day=date(2027, 3, 1)).update(**wrong)


def new(first: date, last: date) -> SeasonKeywords:
    return SeasonKeywords(
        name_ko="어린이날", name_en="Children’s Day", words=["소풍"], from_day=first, to_day=last
    )


def test_a_new_season_is_cut_out_of_the_one_that_it_lies_in() -> None:
    before = SeasonKeywords.objects.count()
    seasons.add_season(season=new(date(2027, 5, 1), date(2027, 5, 5)))
    now()
    assert SeasonKeywords.objects.count() == before + 2
    assert [name_of(date(2027, 4, 30)), name_of(date(2027, 5, 1)), name_of(date(2027, 5, 5)),
            name_of(date(2027, 5, 6))] == [
        "Spring", "Children’s Day", "Children’s Day", "Spring"
    ]  # fmt: skip


def test_a_new_season_may_take_the_first_the_last_or_all_days_of_another_or_follow_the_end() -> (
    None
):
    for first, last in (
        (date(2027, 3, 1), date(2027, 3, 5)),
        (date(2027, 5, 30), date(2027, 5, 31)),
        (date(2027, 6, 1), date(2027, 8, 31)),
        (date(2030, 1, 1), date(2030, 2, 28)),
    ):
        seasons.add_season(season=new(first, last))
        now()
        assert name_of(first) == name_of(last) == "Children’s Day"


def test_a_new_season_across_a_boundary_or_apart_is_refused() -> None:
    with pytest.raises(DataError, match="Spring.*Summer|봄.*여름"):
        seasons.add_season(season=new(date(2027, 5, 30), date(2027, 6, 2)))
    with pytest.raises(DataError):
        seasons.add_season(season=new(date(2031, 1, 1), date(2031, 1, 2)))


def test_the_season_before_takes_over_the_days_of_a_deleted_one() -> None:
    for day in (date(2026, 12, 18), date(2026, 11, 30), date(2029, 12, 27)):
        found = SeasonKeywords.objects.get(from_day=day)
        seasons.delete_seasons([found.pk])
        now()
    assert name_of(date(2029, 12, 31)) == "Christmas"


def test_staff_are_told_when_the_seasons_end_soon() -> None:
    assert seasons.remind_of_seasons() == ""
    assert not Notice.objects.filter(key="seasons").exists()
    SeasonKeywords.objects.filter(from_day__gt=date(2026, 12, 1)).delete()
    assert "2026-12-17" in seasons.remind_of_seasons()
    assert Notice.objects.get(key="seasons").detail
