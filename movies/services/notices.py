"""Notices for staff: present while their reason lasts."""

from __future__ import annotations

from django.utils import timezone

from movies.models import Notice, Product


def put_notice(key: str, detail: str) -> None:
    """Show the notice with its detail, or remove it if the detail is empty."""
    if not detail:
        Notice.objects.filter(key=key).delete()
        return
    Notice.objects.update_or_create(key=key, defaults={"detail": detail})


def remind_of_old_prices() -> int:
    """Refresh the notice of products on sale whose price nobody has checked for 90 days."""
    today = timezone.localdate()
    old = Product.objects.on_sale(today).with_old_price(today)
    slugs = list(old.values_list("slug", flat=True))
    put_notice(Notice.Key.OLD_PRICES, ", ".join(slugs))
    return len(slugs)
