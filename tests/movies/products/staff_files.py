"""Files of products and attractions as staff write them, one valid row changed at a time."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from movies.models import Platform, Product

PRODUCT = {
    "slug": "basic",
    "name": "Basic",
    "name_ko": "베이직",
    "kind": "plan",
    "platforms": "netflix",
    "monthly_price": "9900",
    "has_ads": "false",
    "valid_from": "2026-01-01",
    "valid_to": "",
    "source": "price list",
    "checked_on": "2026-09-01",
}
ATTRACTION = {
    "slug": "kbo",
    "title": "KBO League",
    "title_ko": "KBO 리그",
    "kind": "sport",
    "platforms": "tving",
    "source": "press",
    "checked_on": "2026-09-01",
}
TOMORROW = timezone.localdate() + timedelta(days=1)


def written(path: Path, *rows: dict[str, Any]) -> Path:
    """A CSV with every column that any of the rows has."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def products(folder: Path, *changes: dict[str, Any]) -> Path:
    """Rows of `PRODUCT` with these changes."""
    return written(folder / "products.csv", *(PRODUCT | change for change in changes or [{}]))


def attractions(folder: Path, *changes: dict[str, Any]) -> Path:
    """Rows of `ATTRACTION` with these changes."""
    return written(folder / "attractions.csv", *(ATTRACTION | change for change in changes or [{}]))


def platforms(*slugs: str) -> None:
    for slug in slugs:
        Platform.objects.create(slug=slug, name=slug)


def product(slug: str = "basic", platform: str = "netflix", **values: Any) -> Product:
    """A stored product; unless given, checked today and sold since 2026."""
    usual: dict[str, Any] = {
        "name": slug,
        "monthly_price": 9900,
        "valid_from": date(2026, 1, 1),
        "checked_on": timezone.localdate(),
        "source": "list",
    }
    stored = Product.objects.create(slug=slug, **usual | values)
    stored.platforms.add(Platform.objects.get_or_create(slug=platform, name=platform)[0])
    return stored
