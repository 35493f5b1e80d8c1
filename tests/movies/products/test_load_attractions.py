"""`load_attractions FILE`: series, variety shows and sport; what is offered on a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import translation

from movies.models import Attraction, AttractionPlatform, Platform
from tests.movies.products.staff_files import TOMORROW, attractions, platforms, product
from tests.operators import all_rows, refusal, run

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 29)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def known_platforms() -> None:
    platforms("netflix", "tving", "coupang_play")
    product("pass", "coupang_play")
    product("pass_wow", "coupang_play")


def load(path: Path) -> str:
    out, err = run("load_attractions", path)
    assert err == ""
    return out.rpartition(" (")[0]


def places(slug: str) -> list[tuple[str, str, bool]]:
    rows = AttractionPlatform.objects.filter(attraction__slug=slug)
    return sorted(rows.values_list("platform_id", "product_slug", "is_exclusive"))


def test_every_column_is_stored(tmp_path: Path) -> None:
    row = {
        "slug": "epl",
        "category": "축구",
        "year": "2025",
        "starts_on": "2025-08-01",
        "ends_on": "2031-05-31",
        "platforms": "coupang_play:pass | coupang_play:pass_wow",
        "exclusive": "true",
        "elsewhere": "SPOTV",
        "source_url": "https://x.test/",
        "certainty": "A",
    }
    assert load(attractions(tmp_path, row)) == (
        "Loaded 1 attractions from attractions.csv: 1 new, 0 changed, 0 unchanged"
    )
    stored = Attraction.objects.get()
    assert (stored.starts_on, stored.ends_on) == (date(2025, 8, 1), date(2031, 5, 31))
    assert (stored.year, stored.category, stored.elsewhere) == (2025, "축구", "SPOTV")
    assert (stored.source_url, stored.certainty) == ("https://x.test/", "A")
    assert places("epl") == [
        ("coupang_play", "pass", True),
        ("coupang_play", "pass_wow", True),
    ]


def test_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    path = attractions(tmp_path, {"exclusive": "true"}, {"slug": "nba", "exclusive": "false"})
    load(path)
    before = all_rows()
    assert load(path).endswith("0 new, 0 changed, 2 unchanged")
    assert all_rows() == before


def test_a_changed_row_is_corrected_with_its_places(tmp_path: Path) -> None:
    load(attractions(tmp_path, {"exclusive": "true", "category": "야구"}))
    assert load(attractions(tmp_path, {"title": "KBO"})).endswith("1 changed, 0 unchanged")
    assert places("kbo") == [("tving", "", True)]  # the file does not say otherwise
    assert Attraction.objects.get().category == "야구"
    load(attractions(tmp_path, {"platforms": "netflix|tving"}))
    assert places("kbo") == [("netflix", "", False), ("tving", "", False)]


@pytest.mark.parametrize(
    ("values", "is_offered"),
    [
        ({}, True),
        ({"ends_on": DAY}, True),
        ({"ends_on": date(2026, 11, 28)}, False),
        ({"starts_on": DAY}, True),
        ({"starts_on": date(2026, 11, 30)}, False),
        ({"certainty": "C"}, False),
        ({"certainty": "D"}, False),
    ],
    ids=str,
)
def test_what_can_be_seen_that_day_is_offered(values: dict[str, Any], is_offered: bool) -> None:
    usual = {"slug": "a", "title": "A", "kind": "series", "source": "s", "checked_on": DAY}
    one = Attraction.objects.create(**usual | values)
    AttractionPlatform.objects.create(attraction=one, platform_id="tving")
    assert Attraction.objects.offered(DAY).exists() is is_offered


def test_what_is_only_on_platforms_that_are_not_compared_is_information(tmp_path: Path) -> None:
    load(attractions(tmp_path, {"platforms": "", "elsewhere": "JTBC"}, {"slug": "b"}))
    assert [one.slug for one in Attraction.objects.offered(DAY)] == ["b"]
    Platform.objects.filter(slug="tving").update(is_active=False)
    assert not Attraction.objects.offered(DAY).exists()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"slug": "two words"}, "slug: Enter a valid"),
        ({"slug": "good"}, "slug 'good' is repeated"),
        ({"title": ""}, "title: This field cannot be blank"),
        ({"title": "t" * 201}, "title: Ensure this value has at most 200"),
        ({"kind": "film"}, "kind: Value 'film' is not a valid choice"),
        ({"category": "c" * 61}, "category: Ensure this value has at most 60"),
        ({"platforms": ""}, "platforms '' names no platform; say where else it is"),
        ({"platforms": "cinema"}, "is not a platform here"),
        ({"platforms": "tving:nothing"}, "nothing is not a product here"),
        ({"platforms": "tving:pass"}, "pass does not give tving"),
        ({"platforms": "coupang_play|coupang_play:pass"}, "with and without a product"),
        ({"exclusive": "true", "platforms": "tving|netflix"}, "exclusive means exactly one"),
        ({"exclusive": "true", "platforms": "", "elsewhere": "JTBC"}, "exclusive means exactly"),
        ({"exclusive": "maybe"}, "exclusive 'maybe' is not true or false"),
        ({"year": "soon"}, "year 'soon' is not a whole number"),
        ({"year": "1066"}, "attraction_year_in_range"),
        ({"starts_on": "2026-13-01"}, "starts_on '2026-13-01' is not a day of the calendar"),
        ({"starts_on": "2026-02-01", "ends_on": "2026-01-31"}, "The last day is before the first"),
        ({"checked_on": "never"}, "checked_on 'never' is not a day such as"),
        ({"checked_on": TOMORROW.isoformat()}, "is in the future"),
        ({"source": ""}, "source: This field cannot be blank"),
        ({"source_url": "no address"}, "source_url: Enter a valid URL"),
        ({"certainty": "E"}, "certainty: Value 'E' is not a valid choice"),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_a_broken_row_is_refused_with_its_line_and_reason(
    change: dict[str, str], reason: str, tmp_path: Path
) -> None:
    good = {"slug": "good", "exclusive": "false", "certainty": "B"}
    path = attractions(tmp_path, good, {"exclusive": "false", "certainty": "B"} | change)
    refused = refusal("load_attractions", path)
    assert refused.startswith("attractions.csv, line 3: ")
    assert reason in refused


def test_a_place_is_named_once_in_the_database() -> None:
    one = Attraction.objects.create(slug="a", title="A", kind="series", source="s", checked_on=DAY)
    AttractionPlatform.objects.create(attraction=one, platform_id="tving")
    with pytest.raises(IntegrityError), transaction.atomic():
        AttractionPlatform.objects.create(attraction=one, platform_id="tving")


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "film"},
        {"certainty": "E"},
        {"year": 1800},
        {"starts_on": DAY, "ends_on": date(2026, 1, 1)},
    ],
    ids=str,
)
def test_every_rule_of_the_form_is_one_of_the_database(values: dict[str, Any]) -> None:
    usual: dict[str, Any] = {
        "slug": "a", "title": "A", "kind": "series", "source": "s", "checked_on": DAY,
    }  # fmt: skip
    with pytest.raises(ValidationError):
        Attraction(**usual | values).full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        Attraction.objects.create(**usual | values)


def test_staff_import_and_export_the_same_file_in_admin(staff: Client, tmp_path: Path) -> None:
    from tests.movies.admin.admin_imports import confirm, counts, upload
    from tests.movies.admin.test_admin_export import content, export

    text = attractions(tmp_path, {"exclusive": "true"}).read_text(encoding="utf-8")
    page = upload(staff, "attraction", text, "attractions.csv")
    assert counts(page) == {"new": 1}
    confirm(staff, "attraction", page)
    assert places("kbo") == [("tving", "", True)]
    exported = tmp_path / "exported.csv"
    exported.write_bytes(content(export(staff, "attraction")))
    assert load(exported).endswith("0 new, 0 changed, 1 unchanged")
