"""The shipped platforms, products and statistics load; edits of staff take precedence."""

from __future__ import annotations

import csv
import shutil
from datetime import date
from pathlib import Path

import pytest

from common.models import DataLoad
from movies.models import Platform, Product
from ottstats.models import UsageStatistic
from ottstats.services import reference
from tests.operators import all_rows, refusal, run

pytestmark = pytest.mark.django_db

SLUGS = [
    *("netflix", "tving", "wavve", "coupang_play", "disney_plus", "watcha", "apple_tv_plus"),
    *("prime_video", "youtube_premium", "uplus_mobile_tv", "laftel"),
]
KOBACO = "KOBACO (data.go.kr)"
SHIPPED = reference.FIXTURES


def load() -> str:
    """The summary of the command, without its seconds."""
    out, err = run("load_reference_data")
    assert err == ""
    return out.rpartition(" (")[0]


def rows() -> dict[str, list[str]]:
    """Everything but the ledger, which has a row for each load."""
    return {table: texts for table, texts in all_rows().items() if table != "common_dataload"}


def shipped_rows(name: str) -> list[dict[str, str]]:
    with (SHIPPED / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def fixtures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the shipped files, for changes as in a later release of the project."""
    folder = tmp_path / "fixtures"
    shutil.copytree(SHIPPED, folder)
    monkeypatch.setattr(reference, "FIXTURES", folder)
    return folder


def change(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text(encoding="utf-8")
    assert text.count(old) == 1
    (folder / name).write_text(text.replace(old, new), encoding="utf-8")


TOTAL = sum(len(shipped_rows(name)) for name in reference.REFERENCE_FILES)


# --- what is shipped ---


def test_an_empty_database_gets_all_shipped_rows() -> None:
    assert load() == (
        f"Reference data: {TOTAL} added, 0 updated, 0 unchanged, 0 kept as staff left them"
    )
    assert DataLoad.objects.get().counts == {"added": TOTAL, "updated": 0, "same": 0, "kept": 0}


def test_loading_again_changes_nothing() -> None:
    load()
    before = rows()

    assert load() == (
        f"Reference data: 0 added, 0 updated, {TOTAL} unchanged, 0 kept as staff left them"
    )
    assert rows() == before


def test_all_platforms_that_other_programs_rely_on_are_there() -> None:
    load()
    assert set(Platform.objects.values_list("slug", flat=True)) == set(SLUGS)
    for platform in Platform.objects.all():
        assert platform.name
        assert platform.name_ko
        assert platform.homepage.startswith("https://")


def test_platforms_have_the_provider_ids_of_tmdb() -> None:
    load()
    ids = dict(Platform.objects.values_list("slug", "tmdb_provider_ids"))
    assert ids["netflix"] == [8, 1796]
    assert ids["tving"] == [1883]
    assert ids["coupang_play"] == [1881]
    assert ids["laftel"] == []
    numbers = [number for found in ids.values() for number in found]
    assert len(numbers) == len(set(numbers))  # a provider is one platform


def test_products_are_sold_for_platforms_that_exist() -> None:
    load()
    assert Product.objects.count() == len(shipped_rows("products.csv"))
    for row in shipped_rows("products.csv"):
        product = Product.objects.get(slug=row["slug"])
        assert {platform.slug for platform in product.platforms.all()} == set(
            row["platforms"].split("|")
        )
        assert product.platforms.exists()
        assert product.source


def test_a_bundle_is_one_product_of_several_platforms() -> None:
    load()
    bundle = Product.objects.get(slug="tving_wavve_disney")
    assert [platform.slug for platform in bundle.platforms.all()] == [
        "disney_plus",
        "tving",
        "wavve",
    ]
    assert bundle.monthly_price == 21_500
    old = Product.objects.get(slug="netflix_ad_standard_2023")
    assert (old.monthly_price, old.has_ads) == (5500, True)
    assert (old.valid_from, old.valid_to) == (date(2023, 12, 1), date(2025, 12, 31))


@pytest.mark.parametrize(
    ("year", "group", "platform", "percent", "people"),
    [
        (2024, "male", "netflix", 33.5, 10500),
        (2024, "female", "netflix", 32.4, 10549),
        (2024, "20-29", "netflix", 57.6, 2843),
        (2024, "70+", "netflix", 2.1, 2868),
        (2024, "20-29", "tving", 22.0, 2843),
        (2022, "male", "netflix", 29.0, 15567),
        (2022, "20-29", "wavve", 10.6, 4508),
        (2022, "70+", "apple_tv_plus", 0.0, 3604),
        (2023, "female", "coupang_play", 4.5, 14668),
        (2023, "male", "disney_plus", 4.0, 14554),
    ],
)
def test_usage_figures_are_those_that_were_published(
    year: int, group: str, platform: str, percent: float, people: int
) -> None:
    load()
    row = UsageStatistic.objects.get(source=KOBACO, year=year, group=group, platform=platform)
    assert (row.percent, row.sample_size) == (percent, people)
    assert row.dimension == ("gender" if group in ("female", "male") else "age")


def test_usage_figures_are_complete() -> None:
    load()
    assert UsageStatistic.objects.count() == 8 * 9 * 3 + 8 * 17
    by_year: dict[int, set[tuple[str, str]]] = {}
    for row in UsageStatistic.objects.exclude(dimension="region"):
        by_year.setdefault(row.year, set()).add((row.group, row.platform_id))
    ages = {"13-19", "20-29", "30-39", "40-49", "50-59", "60-69", "70+"}
    services_asked = {*SLUGS} - {"prime_video", "youtube_premium", "laftel"}
    expected = {
        (group, platform) for group in {"female", "male"} | ages for platform in services_asked
    }
    assert by_year == {2022: expected, 2023: expected, 2024: expected}


# --- staff edits ---


def test_an_edited_platform_is_never_overwritten(fixtures: Path) -> None:
    load()
    Platform.objects.filter(slug="laftel").update(is_active=False)
    change(fixtures, "platforms.csv", "라프텔", "라프텔 2")

    assert load() == (
        f"Reference data: 0 added, 0 updated, {TOTAL - 1} unchanged, 1 kept as staff left them"
    )
    laftel = Platform.objects.get(slug="laftel")
    assert (laftel.is_active, laftel.name_ko) == (False, "라프텔")


def test_an_edited_price_is_never_overwritten(fixtures: Path) -> None:
    load()
    Product.objects.filter(slug="coupang_wow").update(monthly_price=8900)
    change(fixtures, "products.csv", ",coupang_play,7890,", ",coupang_play,7990,")

    assert load().endswith(f"0 updated, {TOTAL - 1} unchanged, 1 kept as staff left them")
    assert Product.objects.get(slug="coupang_wow").monthly_price == 8900


def test_platforms_that_staff_took_out_of_a_bundle_stay_out() -> None:
    load()
    bundle = Product.objects.get(slug="tving_wavve_disney")
    bundle.platforms.remove("disney_plus")

    assert load().endswith("1 kept as staff left them")
    assert bundle.platforms.count() == 2


def test_an_edited_statistic_is_never_overwritten(fixtures: Path) -> None:
    load()
    UsageStatistic.objects.filter(year=2024, group="male", platform="netflix").update(percent=34)
    change(
        fixtures,
        "usage_statistics.csv",
        "2024,gender,male,netflix,33.5,",
        "2024,gender,male,netflix,33.6,",
    )

    assert load().endswith("1 kept as staff left them")
    assert UsageStatistic.objects.get(year=2024, group="male", platform="netflix").percent == 34


def test_a_row_that_staff_entered_themselves_is_theirs(fixtures: Path) -> None:
    Platform.objects.create(slug="netflix", name="Our Netflix")

    assert load() == (
        f"Reference data: {TOTAL - 1} added, 0 updated, 0 unchanged, 1 kept as staff left them"
    )
    assert Platform.objects.get(slug="netflix").name == "Our Netflix"
    assert UsageStatistic.objects.filter(platform="netflix").count() == 27 + 17


def test_rows_of_staff_beside_those_shipped_stay(fixtures: Path) -> None:
    load()
    Platform.objects.create(slug="new_service", name="New Service")

    load()

    assert Platform.objects.filter(slug="new_service").exists()


def test_a_row_that_staff_restored_is_updated_again(fixtures: Path) -> None:
    load()
    Product.objects.filter(slug="coupang_wow").update(monthly_price=8900)
    change(fixtures, "products.csv", ",coupang_play,7890,", ",coupang_play,7990,")
    load()

    Product.objects.filter(slug="coupang_wow").update(monthly_price=7890)

    assert load().endswith(f"1 updated, {TOTAL - 1} unchanged, 0 kept as staff left them")
    assert Product.objects.get(slug="coupang_wow").monthly_price == 7990


# --- a later release of the project ---


def test_unedited_rows_are_updated(fixtures: Path) -> None:
    load()
    change(fixtures, "platforms.csv", "https://laftel.net/", "https://www.laftel.net/")
    change(fixtures, "products.csv", ",coupang_play,7890,", ",coupang_play,7990,")
    change(fixtures, "products.csv", "tving|wavve|disney_plus", "tving|wavve|watcha")
    change(
        fixtures,
        "usage_statistics.csv",
        "2024,gender,male,netflix,33.5,",
        "2024,gender,male,netflix,33.6,",
    )

    assert load() == (
        f"Reference data: 0 added, 4 updated, {TOTAL - 4} unchanged, 0 kept as staff left them"
    )
    assert Platform.objects.get(slug="laftel").homepage == "https://www.laftel.net/"
    assert Product.objects.get(slug="coupang_wow").monthly_price == 7990
    bundle = Product.objects.get(slug="tving_wavve_disney")
    assert {platform.slug for platform in bundle.platforms.all()} == {"tving", "wavve", "watcha"}
    assert UsageStatistic.objects.get(year=2024, group="male", platform="netflix").percent == 33.6

    before = rows()
    assert load().endswith(f"0 updated, {TOTAL} unchanged, 0 kept as staff left them")
    assert rows() == before


def test_new_rows_are_added_and_rows_no_longer_shipped_stay(fixtures: Path) -> None:
    load()
    path = fixtures / "platforms.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines.append("new_service,New Service,새 서비스,https://new.example/,12|34,true,,,0,0,,,,,,")
    path.write_text("\n".join(line for line in lines if not line.startswith("laftel")) + "\n")

    assert load().startswith("Reference data: 1 added, 0 updated, ")
    assert Platform.objects.get(slug="new_service").tmdb_provider_ids == [12, 34]
    assert Platform.objects.filter(slug="laftel").exists()


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        (
            "platforms.csv",
            "https://laftel.net/,,true",
            "https://laftel.net/,true",
            "has 15 fields; expected 16",
        ),
        (
            "products.csv",
            ",coupang_play,7890,",
            ",coupang_play,free,",
            "line 15: monthly_price 'free' is not a whole number",
        ),
        (
            "usage_statistics.csv",
            "2024,gender,male,netflix,33.5,",
            "2024,gender,male,netflix,335,",
            "percent '335' is not between 0 and 100",
        ),
    ],
)
def test_a_broken_file_is_refused_and_nothing_of_the_others_is_loaded(
    fixtures: Path, name: str, old: str, new: str, message: str
) -> None:
    change(fixtures, name, old, new)

    refused = refusal("load_reference_data")

    assert refused.startswith(f"{name}, line ")
    assert message in refused
