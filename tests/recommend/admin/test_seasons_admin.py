"""Staff change seasons: boundaries in the list, words on a page, new and deleted ones."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from recommend.models import SeasonKeywords
from tests.recommend.seasons import ship_seasons

pytestmark = pytest.mark.django_db
LIST = reverse("admin:recommend_seasonkeywords_changelist")


@pytest.fixture(autouse=True)
def shipped(db: None) -> None:
    ship_seasons()


def spring() -> SeasonKeywords:
    return SeasonKeywords.objects.get(name_en="Spring", from_day__year=2027)


def saved(staff: Client, **days: str) -> Any:
    """Post the list with these days; a key is the English name in 2027 and a column."""
    data: dict[str, Any] = {"_save": "Save"}
    rows = list(SeasonKeywords.objects.order_by("from_day"))
    for number, row in enumerate(rows):
        for column in ("from_day", "to_day"):
            changed = days.get(f"{row.name_en}_{column}") if row.from_day.year == 2027 else None
            data[f"form-{number}-{column}"] = changed or getattr(row, column).isoformat()
        data[f"form-{number}-id"] = row.pk
    data |= {"form-TOTAL_FORMS": len(rows), "form-INITIAL_FORMS": len(rows)}
    return staff.post(LIST, data, follow=True)


def test_a_boundary_of_two_seasons_moves_in_one_save(staff: Client) -> None:
    page = saved(staff, Spring_to_day="2027-06-10", Summer_from_day="2027-06-11")
    assert "2 seasons were changed successfully." in page.content.decode()
    assert spring().to_day == date(2027, 6, 10)


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (
            {"Spring_to_day": "2027-06-10"},
            "Spring (– 2027-06-10) and Summer (2027-06-01 –) overlap: a day has one season.",
        ),
        (
            {"Spring_to_day": "2027-05-10"},
            "Spring (– 2027-05-10), then Summer (2027-06-01 –): days between them have no season.",
        ),
        ({"Spring_to_day": "2027-01-01"}, "The last day is before the first one."),
        ({"Spring_to_day": "soon"}, "Enter a valid date."),
    ],
)
def test_gaps_and_overlaps_are_refused_naming_both(
    staff: Client, days: dict[str, str], said: str
) -> None:
    page = saved(staff, **days)
    assert page.status_code == 200
    assert said in page.content.decode()
    assert spring().to_day == date(2027, 5, 31)


def test_words_and_names_change_on_a_page_and_days_do_not(staff: Client) -> None:
    address = reverse("admin:recommend_seasonkeywords_change", args=[spring().pk])
    given = {"name_ko": "새봄", "name_en": "Spring", "words": "벚꽃,산책", "to_day": "2027-01-01"}
    staff.post(address, given)
    row = spring()
    assert (row.name_ko, row.words, row.to_day) == ("새봄", ["벚꽃", "산책"], date(2027, 5, 31))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "This field is required."),
        ("🌸🌸", "has no word in it"),
        (",".join("가나다라마바사아자차카타파"), "1 to 12 words"),
        ("가" * 21, "at most 20 characters"),
    ],
)
def test_odd_words_are_refused(staff: Client, words: str, said: str) -> None:
    address = reverse("admin:recommend_seasonkeywords_change", args=[spring().pk])
    page = staff.post(address, {"name_ko": "봄", "name_en": "Spring", "words": words})
    assert said in page.content.decode()


def add(staff: Client, first: str, last: str) -> str:
    given = {"name_ko": "어린이날", "name_en": "Children’s Day", "words": "소풍",
             "from_day": first, "to_day": last}  # fmt: skip
    address = reverse("admin:recommend_seasonkeywords_add")
    page: str = staff.post(address, given, follow=True).content.decode()
    return page


def test_a_new_season_takes_its_days_from_the_one_it_lies_in_and_gives_them_back(
    staff: Client,
) -> None:
    assert "was added successfully" in add(staff, "2027-05-01", "2027-05-05")
    new = SeasonKeywords.objects.get(name_en="Children’s Day")
    after = SeasonKeywords.objects.of_day(date(2027, 5, 6))
    assert after is not None
    assert (after.name_en, after.from_day) == ("Spring", date(2027, 5, 6))
    page = staff.post(
        reverse("admin:recommend_seasonkeywords_delete", args=[new.pk]), {"post": "yes"}
    )
    assert page.status_code == 302
    again = SeasonKeywords.objects.of_day(date(2027, 5, 3))
    assert again is not None
    assert again.name_en == "Spring"


def test_a_new_season_across_two_others_is_refused(staff: Client) -> None:
    assert "move their boundary first" in add(staff, "2027-05-30", "2027-06-02")
    assert "before the first one" in add(staff, "2027-05-05", "2027-05-01")
    assert not SeasonKeywords.objects.filter(name_en="Children’s Day").exists()
