"""Notices for staff: present while their reason lasts."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from movies.models import Notice, Product


def put_notice(key: str, detail: str) -> None:
    """Show the notice with its detail, or remove it if the detail is empty."""
    if not detail:
        Notice.objects.filter(key=key).delete()
        return
    Notice.objects.update_or_create(key=key, defaults={"detail": detail})


def remind_of_old_prices() -> int:
    """Refresh the notices about products on sale; returns how many prices nobody has checked.

    Prices not checked for 90 days, price freezes that end within 60 days or have ended since the
    last check, products that may close, and promotions that have ended.
    """
    today = timezone.localdate()
    sold = Product.objects.on_sale(today).order_by("slug")
    old = _slugs(sold.with_old_price(today))
    frozen = sold.with_ending_freeze(today).order_by("price_frozen_until", "slug")
    put_notice(Notice.Key.OLD_PRICES, ", ".join(old))
    put_notice(Notice.Key.FROZEN_PRICES, _by_day(frozen, "price_frozen_until"))
    put_notice(Notice.Key.CLOSURES, ", ".join(_slugs(sold.exclude(closure_warning=""))))
    ended = sold.with_ended_promotion(today).order_by("promotion_until", "slug")
    put_notice(Notice.Key.OLD_PROMOTIONS, _by_day(ended, "promotion_until"))
    return len(old)


def _slugs(products: QuerySet[Product]) -> list[str]:
    return list(products.values_list("slug", flat=True))


def _by_day(products: QuerySet[Product], column: str) -> str:
    """The products of each day, such as "2026-12-31: tving_basic, wavve_basic"."""
    slugs: dict[date, list[str]] = {}
    for day, slug in products.values_list(column, "slug"):
        slugs.setdefault(day, []).append(slug)
    return "; ".join(f"{day.isoformat()}: {', '.join(found)}" for day, found in slugs.items())
