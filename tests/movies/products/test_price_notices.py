"""Staff are told of prices to check, freezes that end, closures and ended promotions."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from movies.models import Notice, Product
from tests.movies.products.staff_files import product
from tests.operators import run

pytestmark = pytest.mark.django_db


def noticed() -> dict[str, str]:
    run("check_prices")
    return dict(Notice.objects.values_list("key", "detail"))


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def test_a_price_that_nobody_has_checked_for_90_days_is_told() -> None:
    product("fresh", checked_on=in_days(-90), valid_from=date(2020, 1, 1))
    product("old", checked_on=in_days(-91), valid_from=date(2020, 1, 1))
    assert noticed() == {"old_prices": "old"}
    Product.objects.update(checked_on=in_days(0))
    assert noticed() == {}


def test_only_the_newest_price_of_a_product_needs_a_check() -> None:
    product(checked_on=in_days(-400), valid_from=date(2020, 1, 1))
    product(checked_on=in_days(-1), valid_from=date(2021, 1, 1))
    assert noticed() == {}


@pytest.mark.parametrize(("days", "is_told"), [(61, False), (60, True), (0, True), (-1, True)])
def test_a_frozen_price_is_told_from_60_days_before_until_it_is_checked_again(
    days: int, is_told: bool
) -> None:
    day = in_days(days)
    sold = product("tving_basic", price_frozen_until=day, checked_on=in_days(-10))
    told = {"frozen_prices": f"{day}: tving_basic"} if is_told else {}
    assert noticed() == told
    Product.objects.filter(pk=sold.pk).update(checked_on=day + timedelta(days=1))
    assert noticed() == {}


def test_the_freeze_of_tving_and_wavve_is_one_line_for_the_day() -> None:
    day = in_days(30)
    for slug in ("wavve_basic", "tving_basic"):
        product(slug, price_frozen_until=day)
    product("later", price_frozen_until=in_days(31))
    assert noticed() == {"frozen_prices": f"{day}: tving_basic, wavve_basic; {in_days(31)}: later"}


def test_a_closure_and_an_ended_promotion_are_told_while_the_product_is_sold() -> None:
    old = {"valid_from": date(2025, 1, 1)}
    product("watcha_basic", closure_warning="court")
    product("slim", promotion_price=7900, promotion_until=in_days(-1), **old)
    product("running", promotion_price=7900, promotion_until=in_days(0), **old)
    assert noticed() == {"closures": "watcha_basic", "old_promotions": f"{in_days(-1)}: slim"}
    Product.objects.update(valid_to=in_days(-1))
    assert noticed() == {}


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("old_prices", {"checked_on": in_days(-91), "valid_from": date(2020, 1, 1)}),
        ("frozen_prices", {"price_frozen_until": in_days(30)}),
        ("closures", {"closure_warning": "court"}),
        (
            "old_promotions",
            {"promotion_until": in_days(-1), "valid_from": date(2025, 1, 1)},
        ),
    ],
)
def test_a_notice_leads_to_the_products_that_it_means(
    key: str, values: dict[str, Any], staff: Client
) -> None:
    product("other")
    product("meant", **values)
    assert set(noticed()) == {key}
    shown = staff.get(reverse("admin:index")).context["availability_notices"]
    ((notice, address),) = shown
    assert notice.key == key
    listed = staff.get(address).context["cl"].result_list
    assert [one.slug for one in listed] == ["meant"]
