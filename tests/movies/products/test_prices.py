"""What a product costs on a day, and which products an answer may propose."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from movies.models import Product
from recommend.results.advice import offers_of, products_on
from tests.movies.products.staff_files import product

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 29)


def on_sale(day: date) -> list[tuple[str, int | None]]:
    return [(one.slug, one.monthly_price) for one in Product.objects.on_sale(day)]


def test_a_new_price_is_a_new_row_and_the_old_one_stays() -> None:
    product(monthly_price=9500, valid_from=date(2024, 2, 1))
    product(monthly_price=10_900, valid_from=date(2026, 11, 29))
    assert on_sale(date(2024, 1, 31)) == []
    assert on_sale(date(2026, 11, 28)) == [("basic", 9500)]
    assert on_sale(date(2026, 11, 29)) == [("basic", 10_900)]


def test_a_product_whose_newest_row_has_ended_is_not_sold_at_its_older_price() -> None:
    product(monthly_price=9500, valid_from=date(2024, 2, 1))
    product(monthly_price=10_900, valid_from=date(2026, 1, 1), valid_to=date(2026, 6, 30))
    assert on_sale(date(2026, 6, 30)) == [("basic", 10_900)]
    assert on_sale(date(2026, 7, 1)) == []


def test_a_promotion_counts_until_its_last_day_and_never_after_it() -> None:
    slim = product(
        monthly_price=9500,
        valid_from=date(2025, 6, 1),
        promotion_price=7900,
        promotion_until=date(2025, 9, 30),
    )
    assert slim.price_on(date(2025, 9, 30)) == 7900
    assert slim.price_on(date(2025, 10, 1)) == 9500
    prices = {
        day: [offer.monthly_price for offer in offers_of(products_on(day), day)]
        for day in (date(2025, 9, 30), date(2025, 10, 1))
    }
    assert list(prices.values()) == [[7900], [9500]]


def test_products_are_ordered_by_the_price_of_the_day() -> None:
    product("slim", monthly_price=9500, promotion_price=7900, promotion_until=DAY)
    product("middle", monthly_price=8900)
    product("unknown", monthly_price=None)
    assert [one.slug for one in products_on(DAY)] == ["slim", "middle", "unknown"]
    after = DAY + timedelta(days=1)
    assert [one.slug for one in products_on(after)] == ["middle", "slim", "unknown"]


@pytest.mark.parametrize(
    ("values", "is_candidate"),
    [
        ({"kind": "plan"}, True),
        ({"kind": "ad_tier", "has_ads": True}, True),
        ({"kind": "bundle"}, True),
        ({"kind": "membership"}, True),
        ({"kind": "free", "monthly_price": 0}, True),
        ({"kind": "addon", "requires": "product:other"}, True),
        ({"monthly_price": None}, False),
        ({"kind": "telecom", "requires": "phone_or_tv_line:KT"}, False),
        ({"kind": "telecom_addon", "requires": "phone_or_tv_line:any"}, False),
        ({"kind": "iptv"}, False),
        ({"kind": "card", "requires": "credit_card"}, False),
        ({"requires": "existing_members"}, False),
        ({"requires": "student"}, False),
        ({"requires": "military"}, False),
        ({"requires": "in_app_purchase"}, False),
    ],
)
def test_only_what_anybody_can_buy_is_a_candidate(
    values: dict[str, Any], is_candidate: bool
) -> None:
    sold = product(**values)
    assert sold.is_candidate is is_candidate
    assert Product.objects.candidates(DAY).exists() is is_candidate
    assert Product.objects.on_sale(DAY).exists()


def test_only_candidates_are_offered() -> None:
    product("plan")
    product("phone", kind="telecom", requires="phone_or_tv_line:SKT", monthly_price=1)
    product("in_app", requires="in_app_purchase", monthly_price=2)
    product("ended", valid_to=DAY - timedelta(days=1), monthly_price=3)
    assert [offer.product for offer in offers_of(products_on(DAY), DAY)] == ["plan"]


def test_tiers_of_the_same_thing_exclude_each_other() -> None:
    product("netflix_standard")
    product("netflix_ads", kind="ad_tier", has_ads=True)
    product("naver_ads", kind="membership", monthly_price=4900)
    product("naver_standard", kind="membership", monthly_price=11_400)
    product("tving_basic", "tving")
    for slug in ("double_ads", "double_standard"):
        product(slug, "tving", kind="bundle").platforms.add("netflix")
    excluded = {one.product: set(one.excludes) for one in offers_of(products_on(DAY), DAY)}
    assert excluded == {
        "netflix_standard": {"netflix_ads"},
        "netflix_ads": {"netflix_standard"},
        "naver_ads": {"naver_standard"},
        "naver_standard": {"naver_ads"},
        "tving_basic": set(),
        "double_ads": {"double_standard"},
        "double_standard": {"double_ads"},
    }


@pytest.mark.parametrize(
    ("checked", "frozen", "warning"),
    [
        (DAY - timedelta(days=364), None, ""),
        (DAY - timedelta(days=365), None, "old"),
        (DAY - timedelta(days=10), DAY, ""),
        (DAY - timedelta(days=10), DAY - timedelta(days=1), "unfrozen"),
        (DAY - timedelta(days=10), DAY - timedelta(days=11), ""),  # checked after it had ended
        (DAY - timedelta(days=400), DAY - timedelta(days=1), "old"),
    ],
)
def test_people_are_warned_of_a_price_that_may_be_wrong(
    checked: date, frozen: date | None, warning: str
) -> None:
    sold = Product(monthly_price=1, checked_on=checked, price_frozen_until=frozen)
    assert sold.price_warning(DAY) == warning


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "rumour"},
        {"kind": "free", "monthly_price": 100},
        {"kind": "ad_tier"},
        {"valid_to": date(2025, 1, 1)},
        {"yearly_price": 12 * 9900 + 1},
        {"max_resolution": 999},
        {"streams": 0},
        {"streams": 21},
        {"requires": "friend"},
        {"requires": "product:"},
        {"requires": "product:basic"},
        {"promotion_price": 100},
        {"promotion_price": 9900, "promotion_until": DAY},
        {"promotion_until": date(2025, 1, 1)},
        {"price_frozen_until": date(2025, 1, 1)},
        {"certainty": "E"},
    ],
    ids=str,
)
def test_every_rule_of_the_form_is_one_of_the_database(values: dict[str, Any]) -> None:
    usual: dict[str, Any] = {
        "slug": "basic", "name": "B", "monthly_price": 9900, "valid_from": date(2026, 1, 1),
        "checked_on": DAY, "source": "list",
    }  # fmt: skip
    with pytest.raises(ValidationError):
        Product(**usual | values).full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        Product.objects.create(**usual | values)
    Product(**usual).full_clean()


def test_a_product_has_one_price_from_a_day_on() -> None:
    product()
    with pytest.raises(IntegrityError), transaction.atomic():
        product()
