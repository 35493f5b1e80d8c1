"""Writes products from a file of staff: all rows or none.

A row is the price of a product from its first day on (`valid_from`). A row with the first day of a
stored one corrects it. A row with another first day is a new price, and the old row stays.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
from django.db import transaction
from django.utils import timezone

from common import tables
from common.errors import DataError
from common.loading import exclusive_load
from movies.availability_file import no_platform
from movies.models import REQUIRED_PRODUCT, Platform, Product
from movies.services import staff_files
from movies.services.staff_files import StoredRows

REQUIRED = (
    "slug", "name", "name_ko", "kind", "platforms", "monthly_price", "has_ads", "valid_from",
    "valid_to", "source", "checked_on",
)  # fmt: skip
OPTIONAL = (
    "yearly_price", "max_resolution", "streams", "downloads", "excluded_content", "condition",
    "requires", "promotion", "promotion_price", "promotion_until", "price_frozen_until",
    "closure_warning", "certainty", "sign_up_page", "source_url",
)  # fmt: skip
TEXTS = (
    "slug", "name", "name_ko", "kind", "source", "source_url", "excluded_content", "condition",
    "requires", "promotion", "closure_warning", "certainty", "sign_up_page",
)  # fmt: skip
LEAST = {"monthly_price": 0, "yearly_price": 1, "streams": 1, "downloads": 0, "promotion_price": 0}
DAYS = ("valid_from", "valid_to", "promotion_until", "price_frozen_until")
# How providers write a resolution, the best first: "4K HDR", "FHD 1080p", "HD".
RESOLUTIONS = (
    (r"\b(4K|UHD|2160p?)\b", 2160),
    (r"\b(FHD|Full HD|1080p?)\b", 1080),
    (r"\b(HD|720p?)\b", 720),
    (r"\b(SD|480p?)\b", 480),
)
Values = dict[str, Any]


def load_products(*, path: Path) -> StoredRows:
    """Load a CSV of products; loading it again changes nothing."""
    frame = tables.read_table(path, required=REQUIRED, optional=OPTIONAL)
    with exclusive_load():
        return store_products(frame, file=path.name)


@transaction.atomic
def store_products(frame: pd.DataFrame, *, file: str) -> StoredRows:
    """Add or correct the products of a file. A column that the file lacks changes nothing."""
    added = changed = same = 0
    present = _present()
    for values in checked_products(frame, file=file):
        product = present.get((values["slug"], values["valid_from"]))
        before = values_of(product) if product else {}
        if product and {name: values.get(name, before[name]) for name in before} == before:
            same += 1
            continue
        stored = filled(product or Product(), values)
        stored.save()
        stored.platforms.set(values["platforms"])
        added, changed = added + (product is None), changed + (product is not None)
    return StoredRows(added, changed, same)


def checked_products(frame: pd.DataFrame, *, file: str) -> list[Values]:
    """`parsed_products` that also pass the rules of the form, each with its first day.

    Raises one `DataError` with all kinds of faults.
    """
    parsed = parsed_products(frame, file=file, today=timezone.localdate())
    rows = _with_first_days(parsed, file)
    present = _present()
    staff_files.refuse_what_a_form_refuses(
        (
            (row["line"], filled(present.get((row["slug"], row["valid_from"])) or Product(), row))
            for row in rows
        ),
        file=file,
    )
    return rows


def parsed_products(frame: pd.DataFrame, *, file: str, today: date | None = None) -> list[Values]:
    """The values of each row by column, and its line. `platforms` is a sorted list of slugs.

    `valid_from` may be empty (None). Raises one `DataError` with all kinds of faults of single
    fields; a check after `today`, if that is given, is one.
    """
    table = frame[["line"]].assign(**staff_files.texts(frame, TEXTS))
    faults = tables.Faults()
    for column, least in LEAST.items():
        if column in frame:
            with faults:
                table[column] = tables.integers(frame, column, file=file, nullable=True, low=least)
    with faults:
        table["has_ads"] = tables.truth_values(frame, "has_ads", file=file)
    with faults:
        table["checked_on"] = staff_files.check_days(frame, file=file, today=today)
    for column in DAYS:
        if column in frame:
            with faults:
                table[column] = staff_files.days_or_none(frame, column, file=file)
    with faults:
        table["platforms"] = _platforms(frame, file)
    with faults:
        keys = table[["line", "slug"]].assign(valid_from=frame["valid_from"].str.strip())
        tables.unique_rows(keys, ["slug", "valid_from"], file=file)
    if "max_resolution" in frame:
        with faults:
            table["max_resolution"] = _lines(frame, file)
    if "requires" in frame:
        with faults:
            _refuse_unknown_requirements(table, file)
    faults.raise_if_any()
    return tables.records(table, list(table.columns))


def values_of(product: Product) -> Values:
    """The product's columns in the form of `checked_products`."""
    values: Values = {name: getattr(product, name) for name in (*REQUIRED, *OPTIONAL)}
    return values | {"platforms": sorted(platform.pk for platform in product.platforms.all())}


def filled(product: Product, values: Values) -> Product:
    """The product with these values, unsaved; its platforms stay as they are."""
    for name, value in values.items():
        if name not in ("line", "platforms"):
            setattr(product, name, value)
    return product


def _present() -> dict[tuple[str, Any], Product]:
    products = Product.objects.prefetch_related("platforms")
    return {(product.slug, product.valid_from): product for product in products}


def _with_first_days(rows: list[Values], file: str) -> list[Values]:
    """Fill empty first days, and refuse two prices of a product from the same day on.

    Without a first day, a known price began when it is stored to have begun, and another price on
    the day on which it was checked.
    """
    newest = {product.slug: product for product in Product.objects.order_by("valid_from")}
    faults, seen = tables.Faults(), set()
    for row in rows:
        known = newest.get(row["slug"])
        if row["valid_from"] is None:
            is_known = known is not None and known.monthly_price == row["monthly_price"]
            row["valid_from"] = known.valid_from if known and is_known else row["checked_on"]
        with faults:
            if (key := (row["slug"], row["valid_from"])) in seen:
                what = f"slug '{key[0]}' is repeated (same slug, valid_from as an earlier line)"
                raise DataError(what, file=file, line=row["line"])
            seen.add(key)
    faults.raise_if_any()
    return rows


def _platforms(frame: pd.DataFrame, file: str) -> pd.Series:
    known = set(Platform.objects.values_list("slug", flat=True))
    lists = staff_files.slug_lists(frame, "platforms")
    empty = lists.map(len) == 0, "names no platform"
    unknown = lists.map(lambda slugs: not set(slugs) <= known), no_platform(known)
    tables.every_fault(frame, "platforms", empty, unknown, file=file)
    return lists


def _lines(frame: pd.DataFrame, file: str) -> pd.Series:
    """Lines of the picture; of "HD/FHD", which differs by platform, the fewer."""
    lines = frame["max_resolution"].map(resolution_of)
    unknown = lines.isna() & (frame["max_resolution"].str.strip() != "")
    what = "is no resolution; expected 480, 720, 1080, 2160 or such as FHD 1080p or 4K HDR"
    tables.first_fault(frame, unknown, "max_resolution", what, file)
    return lines.astype("Int64")


def resolution_of(text: str) -> int | None:
    """Lines of the picture in a provider's words; None if they name none."""
    parts = [_resolution_in(part) for part in text.split("/")]
    return None if None in parts else min(part for part in parts if part is not None)


def _resolution_in(text: str) -> int | None:
    found = (lines for words, lines in RESOLUTIONS if re.search(words, text, re.IGNORECASE))
    return next(found, None)


def _refuse_unknown_requirements(table: pd.DataFrame, file: str) -> None:
    """A product that another one requires is in the file or stored."""
    known = {*table["slug"], *Product.objects.values_list("slug", flat=True)}
    named = {REQUIRED_PRODUCT + slug for slug in known}
    is_unknown = table["requires"].str.startswith(REQUIRED_PRODUCT) & ~table["requires"].isin(named)
    what = "names a product that is neither stored nor in the file"
    tables.first_fault(table, is_unknown, "requires", what, file)
