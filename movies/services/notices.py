"""Notices for staff: put up while there is a reason, taken down when it is gone."""

from __future__ import annotations

from django.utils import timezone

from movies.models import Notice, Product


def put_notice(key: str, detail: str) -> None:
    """Put up the notice with what it is about, or take it down if that is nothing."""
    if not detail:
        Notice.objects.filter(key=key).delete()
        return
    Notice.objects.update_or_create(key=key, defaults={"detail": detail})


def remind_of_old_prices() -> int:
    """A notice of the products on sale whose price nobody has checked for 60 days."""
    today = timezone.localdate()
    old = Product.objects.on_sale(today).with_old_price(today)
    slugs = list(old.values_list("slug", flat=True))
    put_notice(Notice.Key.OLD_PRICES, ", ".join(slugs))
    return len(slugs)
