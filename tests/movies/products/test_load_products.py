"""`load_products FILE`: all rows or none, twice is a no-op, a new price is a new row."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation

from movies.models import Product
from movies.services.products import resolution_of
from tests.movies.products.staff_files import TOMORROW, platforms, products
from tests.operators import all_rows, refusal, run

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def known_platforms() -> None:
    platforms("netflix", "tving", "coupang_play")


def load(path: Path) -> str:
    """The summary without its seconds."""
    out, err = run("load_products", path)
    assert err == ""
    return out.rpartition(" (")[0]


def test_every_column_is_stored(tmp_path: Path) -> None:
    row = {
        "kind": "bundle",
        "platforms": "tving|netflix",
        "yearly_price": "99000",
        "max_resolution": "4K HDR",
        "streams": "4",
        "downloads": "10",
        "excluded_content": "SBS",
        "condition": "웹 결제",
        "requires": "phone_or_tv_line:SKT",
        "promotion": "출시 할인",
        "promotion_price": "7900",
        "promotion_until": "2026-03-31",
        "price_frozen_until": "2026-12-31",
        "closure_warning": "회생 절차",
        "certainty": "A",
        "source_url": "https://x.test/",
    }
    assert load(products(tmp_path, row)) == (
        "Loaded 1 products from products.csv: 1 new, 0 changed, 0 unchanged"
    )
    stored = Product.objects.get()
    assert sorted(stored.platforms.values_list("pk", flat=True)) == ["netflix", "tving"]
    assert (stored.monthly_price, stored.yearly_price, stored.promotion_price) == (
        9900, 99_000, 7900,
    )  # fmt: skip
    assert (stored.max_resolution, stored.streams, stored.downloads) == (2160, 4, 10)
    assert stored.promotion_until == date(2026, 3, 31)
    assert stored.price_frozen_until == date(2026, 12, 31)
    for name in ("excluded_content", "condition", "requires", "promotion", "closure_warning"):
        assert getattr(stored, name) == row[name]
    assert (stored.certainty, stored.source_url) == ("A", "https://x.test/")


def test_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    path = products(tmp_path, {}, {"slug": "free", "kind": "free", "monthly_price": "0"})
    load(path)
    before = all_rows()
    assert load(path).endswith("0 new, 0 changed, 2 unchanged")
    assert all_rows() == before


def test_a_row_with_the_first_day_of_a_stored_one_corrects_it(tmp_path: Path) -> None:
    load(products(tmp_path, {"condition": "old", "streams": "2"}))
    assert load(products(tmp_path, {"monthly_price": "8900"})).endswith("1 changed, 0 unchanged")
    stored = Product.objects.get()
    assert stored.monthly_price == 8900
    assert (stored.condition, stored.streams) == ("old", 2)  # columns that the file lacks


def test_a_row_with_another_first_day_is_a_new_price(tmp_path: Path) -> None:
    load(products(tmp_path, {}))
    changed = products(tmp_path, {"monthly_price": "10900", "valid_from": "2026-10-01"})
    assert load(changed).endswith("1 new, 0 changed, 0 unchanged")
    assert load(changed).endswith("0 new, 0 changed, 1 unchanged")
    history = Product.objects.order_by("valid_from").values_list("monthly_price", "valid_from")
    assert list(history) == [(9900, date(2026, 1, 1)), (10_900, date(2026, 10, 1))]


def test_without_a_first_day_another_price_begins_when_it_was_checked(tmp_path: Path) -> None:
    load(products(tmp_path, {}))
    confirmed = products(tmp_path, {"valid_from": "", "checked_on": "2026-09-15"})
    assert load(confirmed).endswith("0 new, 1 changed, 0 unchanged")
    assert Product.objects.get().checked_on == date(2026, 9, 15)
    raised = products(
        tmp_path, {"valid_from": "", "checked_on": "2026-10-15", "monthly_price": "10900"}
    )
    assert load(raised).endswith("1 new, 0 changed, 0 unchanged")
    before = all_rows()
    assert load(raised).endswith("0 new, 0 changed, 1 unchanged")
    assert all_rows() == before
    newest = Product.objects.latest("valid_from")
    assert (newest.monthly_price, newest.valid_from) == (10_900, date(2026, 10, 15))


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        ("2160", 2160), ("4K HDR", 2160), ("4K Atmos", 2160), ("UHD", 2160),
        ("top quality, 4K where offered", 2160), ("FHD 1080p", 1080), ("full hd", 1080),
        ("HD 720p", 720), ("HD", 720), ("HD/FHD", 720), ("480", 480), ("SD", 480),
        ("", None), ("sharp", None), ("HD/sharp", None), ("10800", None),
    ],
)  # fmt: skip
def test_resolutions_are_read_in_the_words_of_providers(words: str, lines: int | None) -> None:
    assert resolution_of(words) == lines


# --- refused, each with its line and reason ---


BROKEN = [
    ({"slug": "two words"}, "slug: Enter a valid"),
    ({"slug": ""}, "slug: This field cannot be blank"),
    ({"name": ""}, "name: This field cannot be blank"),
    ({"name": "n" * 101}, "name: Ensure this value has at most 100"),
    ({"kind": "club"}, "kind: Value 'club' is not a valid choice"),
    ({"platforms": ""}, "platforms '' names no platform"),
    ({"platforms": "netflix|cinema"}, "is not a platform here"),
    ({"monthly_price": "free"}, "monthly_price 'free' is not a whole number"),
    ({"monthly_price": "-1"}, "monthly_price '-1' is out of range"),
    ({"monthly_price": "9,900"}, "monthly_price '9,900' is not a whole number"),
    ({"yearly_price": "118801"}, "A year costs more than twelve months"),
    ({"has_ads": "perhaps"}, "has_ads 'perhaps' is not true or false"),
    ({"kind": "ad_tier"}, "An ad tier has ads"),
    ({"kind": "free"}, "A free tier costs 0 won"),
    ({"max_resolution": "sharp"}, "max_resolution 'sharp' is no resolution"),
    ({"streams": "0"}, "streams '0' is out of range"),
    ({"streams": "21"}, "Between 1 and 20 screens"),
    ({"downloads": "many"}, "downloads 'many' is not a whole number"),
    ({"requires": "friend"}, "requires: Not a known requirement"),
    ({"requires": "product:nothing"}, "names a product that is neither stored nor"),
    ({"requires": "product:basic"}, "A product cannot require itself"),
    ({"promotion_price": "7900"}, "A promotion needs its last day"),
    ({"promotion_price": "9900", "promotion_until": "2026-12-31"}, "costs less than the usual"),
    ({"promotion_until": "2025-12-31"}, "The promotion ends before the product begins"),
    ({"promotion_until": "soon"}, "promotion_until 'soon' is not a day such as"),
    ({"price_frozen_until": "2025-12-31"}, "The price freeze ends before the product begins"),
    ({"valid_from": "2026-02-30"}, "valid_from '2026-02-30' is not a day of the calendar"),
    ({"valid_to": "2025-12-31"}, "The last day is before the first"),
    ({"checked_on": ""}, "checked_on '' is not a day such as"),
    ({"checked_on": TOMORROW.isoformat()}, "is in the future"),
    ({"source": ""}, "source: This field cannot be blank"),
    ({"source_url": "no address"}, "source_url: Enter a valid URL"),
    ({"certainty": "E"}, "certainty: Value 'E' is not a valid choice"),
]


@pytest.mark.parametrize(
    ("change", "reason"),
    BROKEN,
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_a_broken_row_is_refused_with_its_line_and_reason(
    change: dict[str, str], reason: str, tmp_path: Path
) -> None:
    good = {"slug": "good", "certainty": "B"}
    path = products(tmp_path, good, {"certainty": "B"} | change)
    refused = refusal("load_products", path)
    assert refused.startswith("products.csv, line 3: ")
    assert reason in refused


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("slug,name,", "slug,title,", "line 1: the header is"),
        ("slug,name,", "slug,", "line 1: the header is"),
        ("slug,name,", "slug,slug,", "line 1: the header is"),
        (",price list,", ",price, list,", "line 2: has 12 fields; expected 11"),
        (",9900,", ",", "line 2: has 10 fields; expected 11"),
        ("basic,Basic", "\nbasic,Basic", "line 2: is a blank line"),
        ("basic,Basic", 'basic,"Basic', "line 2: a quoted field does not end"),
    ],
)
def test_a_broken_file_is_refused_with_its_line_and_reason(
    old: str, new: str, told: str, tmp_path: Path
) -> None:
    path = products(tmp_path, {})
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    assert refusal("load_products", path).startswith(f"products.csv, {told}")


def test_a_price_given_twice_is_refused(tmp_path: Path) -> None:
    told = refusal("load_products", products(tmp_path, {}, {"monthly_price": "1"}))
    assert told.startswith("products.csv, line 3: slug 'basic' is repeated")
    dated = {"valid_from": "", "checked_on": "2026-01-01"}
    told = refusal("load_products", products(tmp_path, {}, dated))
    assert told.startswith("products.csv, line 3: slug 'basic' is repeated")


def test_all_faults_are_told_at_once_and_nothing_is_stored(tmp_path: Path) -> None:
    path = products(tmp_path, {"slug": "good"}, {"monthly_price": "x", "has_ads": "y"})
    told = refusal("load_products", path).splitlines()
    assert len(told) == 2
    assert not Product.objects.exists()


def test_other_files_are_refused(tmp_path: Path) -> None:
    assert "there is no such file" in refusal("load_products", tmp_path / "nothing.csv")
    empty = tmp_path / "empty.csv"
    empty.write_text("")
    assert "is empty" in refusal("load_products", empty)
    korean = products(tmp_path, {})
    korean.write_bytes(korean.read_text(encoding="utf-8").encode("cp949"))
    assert "is not UTF-8 text" in refusal("load_products", korean)


def test_staff_import_the_same_file_in_admin(staff: Client, tmp_path: Path) -> None:
    from tests.movies.admin.admin_imports import confirm, counts, upload

    text = products(tmp_path, {"max_resolution": "FHD 1080p"}).read_text(encoding="utf-8")
    page = upload(staff, "product", text, "products.csv")
    assert counts(page) == {"new": 1}
    confirm(staff, "product", page)
    assert Product.objects.get().max_resolution == 1080
    raised = text.replace("2026-01-01", "2026-10-01").replace("9900", "10900")
    assert counts(upload(staff, "product", raised, "products.csv")) == {"new": 1}
