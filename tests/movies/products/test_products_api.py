"""`GET /api/products/` and `GET /api/attractions/`: what is sold and shown today."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from movies.models import Attraction, AttractionPlatform
from tests.movies.products.staff_files import platforms, product

pytestmark = pytest.mark.django_db


def test_products_on_sale_are_told_at_the_price_of_today(client: Client) -> None:
    today = timezone.localdate()
    product(valid_from=today - timedelta(days=99), monthly_price=9500)
    product(
        valid_from=today,
        monthly_price=9900,
        promotion="opening",
        promotion_price=7900,
        promotion_until=today,
        max_resolution=1080,
        certainty="A",
        source_url="https://x.test/",
    )
    product("ended", valid_to=today - timedelta(days=1))
    product("phone", kind="telecom", requires="phone_or_tv_line:KT", monthly_price=90_000)
    body = client.get("/api/products/").json()
    assert body["day"] == today.isoformat()
    basic, phone = body["results"]
    assert (basic["slug"], basic["price"], basic["monthly_price"]) == ("basic", 7900, 9900)
    assert (basic["platforms"], basic["max_resolution"]) == (["netflix"], 1080)
    assert (basic["is_candidate"], phone["is_candidate"]) == (True, False)
    assert phone["requires"] == "phone_or_tv_line:KT"
    assert basic["origin"] == {
        "publisher": "list",
        "url": "https://x.test/",
        "checked_on": today.isoformat(),
        "certainty": "A",
    }
    assert basic["warning"] == ""


def test_attractions_are_told_with_their_places(client: Client) -> None:
    today = timezone.localdate()
    platforms("tving", "coupang_play")
    usual = {"kind": "sport", "source": "press", "checked_on": today}
    epl = Attraction.objects.create(slug="epl", title="EPL", title_ko="EPL", **usual)
    Attraction.objects.create(slug="mlb", title="MLB", elsewhere="SPOTV NOW", **usual)
    for slug in ("pass_wow", "pass"):
        AttractionPlatform.objects.create(
            attraction=epl, platform_id="coupang_play", product_slug=slug, is_exclusive=True
        )
    body = client.get("/api/attractions/").json()
    (told,) = body["results"]
    assert (told["slug"], told["kind"], told["year"]) == ("epl", "sport", None)
    assert told["places"] == [
        {"platform": "coupang_play", "product": "pass", "is_exclusive": True},
        {"platform": "coupang_play", "product": "pass_wow", "is_exclusive": True},
    ]
    assert told["origin"]["publisher"] == "press"


@pytest.mark.parametrize("path", ["/api/products/", "/api/attractions/"])
def test_the_lists_take_the_same_number_of_queries_however_long(
    path: str, client: Client, django_assert_max_num_queries: object
) -> None:
    today = timezone.localdate()
    for number in range(5):
        product(f"p{number}")
        one = Attraction.objects.create(
            slug=f"a{number}", title="A", kind="series", source="s", checked_on=today
        )
        AttractionPlatform.objects.create(attraction=one, platform_id="netflix")
    with django_assert_max_num_queries(4):  # type: ignore[operator]
        assert len(client.get(path).json()["results"]) == 5
