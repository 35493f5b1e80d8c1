"""Writes of products from a file of staff: all rows or none."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
from django.core.exceptions import ValidationError
from django.db import transaction

from common import tables
from common.errors import DataError
from movies.availability_file import no_platform
from movies.models import Platform, Product

REQUIRED = (
    "slug",
    "name",
    "name_ko",
    "kind",
    "platforms",
    "monthly_price",
    "has_ads",
    "valid_from",
    "valid_to",
    "source",
    "checked_on",
)
OPTIONAL = ("source_url",)
Values = dict[str, Any]


def checked_products(frame: pd.DataFrame, *, file: str) -> list[Values]:
    """The values of each row by column, and its line. `platforms` is a sorted list of slugs.

    Raises one `DataError` with all kinds of faults, also those that the form of a product finds.
    """
    table = frame[["line"]].copy()
    faults = tables.Faults()
    for column in ("slug", "name", "name_ko", "kind", "source", *OPTIONAL):
        if column in frame:
            table[column] = frame[column].str.strip()
    with faults:
        price = tables.integers(frame, "monthly_price", file=file, nullable=True)
        table["monthly_price"] = price
    with faults:
        table["has_ads"] = tables.truth_values(frame, "has_ads", file=file)
    for column, is_needed in (("valid_from", True), ("valid_to", False), ("checked_on", True)):
        with faults:
            table[column] = _days(frame, column, file, is_needed=is_needed)
    with faults:
        table["platforms"] = _platforms(frame, file)
    with faults:
        tables.unique_rows(table, ["slug"], file=file)
    faults.raise_if_any()
    rows = tables.records(table, list(table.columns))
    _refuse_what_the_form_refuses(rows, file)
    return rows


@transaction.atomic
def store_products(frame: pd.DataFrame, *, file: str) -> int:
    """Add the products of a file or bring them up to date; returns how many are not as before."""
    stored = 0
    for values in checked_products(frame, file=file):
        product = Product.objects.select_for_update().filter(slug=values["slug"]).first()
        if product is not None and values_of(product) == _compared(values, product):
            continue
        product = _filled(product, values)
        product.save()
        product.platforms.set(values["platforms"])
        stored += 1
    return stored


def values_of(product: Product) -> Values:
    """Its columns as `checked_products` has them."""
    values: Values = {name: getattr(product, name) for name in (*REQUIRED, *OPTIONAL)}
    return values | {"platforms": sorted(platform.pk for platform in product.platforms.all())}


def _compared(values: Values, product: Product) -> Values:
    """All columns: those that the file does not have are as they are."""
    return {name: values.get(name, getattr(product, name)) for name in (*REQUIRED, *OPTIONAL)}


def _filled(product: Product | None, values: Values) -> Product:
    filled = product or Product()
    for name, value in values.items():
        if name not in ("line", "platforms"):
            setattr(filled, name, value)
    return filled


def _refuse_what_the_form_refuses(rows: list[Values], file: str) -> None:
    """The rules of single products: known kind, last day after the first, ad tier with ads…"""
    faults = tables.Faults()
    present = {product.slug: product for product in Product.objects.all()}
    for values in rows:
        with faults:
            try:
                _filled(present.get(values["slug"]), values).full_clean()
            except ValidationError as error:
                texts = [
                    message if name == "__all__" else f"{name}: {message}"
                    for name, messages in error.message_dict.items()
                    for message in messages
                ]
                raise DataError("; ".join(texts), file=file, line=values["line"]) from error
    faults.raise_if_any()


def _days(frame: pd.DataFrame, column: str, file: str, *, is_needed: bool) -> pd.Series:
    """Days; where none is needed an empty field is None."""
    given = frame if is_needed else frame[frame[column].str.strip() != ""]
    days = tables.days(given, column, file=file).map(date.fromisoformat).astype(object)
    return days.reindex(frame.index, fill_value=None)


def _platforms(frame: pd.DataFrame, file: str) -> pd.Series:
    known = set(Platform.objects.values_list("slug", flat=True))
    lists = frame["platforms"].map(
        lambda text: sorted({slug.strip() for slug in text.split("|") if slug.strip()})
    )
    faults = tables.Faults()
    with faults:
        tables.first_fault(frame, lists.map(len) == 0, "platforms", "names no platform", file)
    with faults:
        unknown = lists.map(lambda slugs: not set(slugs) <= known)
        tables.first_fault(frame, unknown, "platforms", no_platform(known), file)
    faults.raise_if_any()
    return lists
