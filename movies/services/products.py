"""Writes products from a file of staff: all rows or none."""

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
    "slug", "name", "name_ko", "kind", "platforms", "monthly_price", "has_ads", "valid_from",
    "valid_to", "source", "checked_on",
)  # fmt: skip
OPTIONAL = ("source_url",)
Values = dict[str, Any]


def checked_products(frame: pd.DataFrame, *, file: str) -> list[Values]:
    """The values of each row by column, and its line. `platforms` is a sorted list of slugs.

    Raises one `DataError` with all kinds of faults, including those that a product's form finds.
    """
    table = frame[["line"]].copy()
    faults = tables.Faults()
    for column in ("slug", "name", "name_ko", "kind", "source", *OPTIONAL):
        if column in frame:
            table[column] = frame[column].str.strip()
    with faults:
        table["monthly_price"] = tables.integers(frame, "monthly_price", file=file, nullable=True)
    with faults:
        table["has_ads"] = tables.truth_values(frame, "has_ads", file=file)
    for column, is_needed in (("valid_from", True), ("valid_to", False), ("checked_on", True)):
        with faults:
            table[column] = _days(frame, column, file, is_needed=is_needed)
    with faults:
        table["platforms"] = _platforms(frame, file)
    with faults:
        tables.unique_rows(table, ["slug", "valid_from"], file=file)
    faults.raise_if_any()
    rows = tables.records(table, list(table.columns))
    _refuse_what_the_form_refuses(rows, file)
    return rows


@transaction.atomic
def store_products(frame: pd.DataFrame, *, file: str) -> int:
    """Add or update the products of a file; returns how many changed."""
    stored = 0
    for values in checked_products(frame, file=file):
        locked = Product.objects.select_for_update()
        product = locked.filter(slug=values["slug"], valid_from=values["valid_from"]).first()
        if product is not None:
            before = values_of(product)
            if {name: values.get(name, before[name]) for name in before} == before:
                continue
        product = _filled(product, values)
        product.save()
        product.platforms.set(values["platforms"])
        stored += 1
    return stored


def values_of(product: Product) -> Values:
    """The product's columns in the form of `checked_products`."""
    values: Values = {name: getattr(product, name) for name in (*REQUIRED, *OPTIONAL)}
    return values | {"platforms": sorted(platform.pk for platform in product.platforms.all())}


def _filled(product: Product | None, values: Values) -> Product:
    filled = product or Product()
    for name, value in values.items():
        if name not in ("line", "platforms"):
            setattr(filled, name, value)
    return filled


def _refuse_what_the_form_refuses(rows: list[Values], file: str) -> None:
    """The rules of single products: known kind, last day after the first, ad tier with ads…"""
    faults = tables.Faults()
    present = {(product.slug, product.valid_from): product for product in Product.objects.all()}
    for values in rows:
        with faults:
            try:
                known = present.get((values["slug"], values["valid_from"]))
                _filled(known, values).full_clean()
            except ValidationError as error:
                texts = [
                    message if name == "__all__" else f"{name}: {message}"
                    for name, messages in error.message_dict.items()
                    for message in messages
                ]
                raise DataError("; ".join(texts), file=file, line=values["line"]) from error
    faults.raise_if_any()


def _days(frame: pd.DataFrame, column: str, file: str, *, is_needed: bool) -> pd.Series:
    """Days; unless needed, an empty field is None."""
    given = frame if is_needed else frame[frame[column].str.strip() != ""]
    days = tables.days(given, column, file=file).map(date.fromisoformat).astype(object)
    return days.reindex(frame.index, fill_value=None)


def _platforms(frame: pd.DataFrame, file: str) -> pd.Series:
    known = set(Platform.objects.values_list("slug", flat=True))
    lists = frame["platforms"].map(
        lambda text: sorted({slug.strip() for slug in text.split("|") if slug.strip()})
    )
    empty = lists.map(len) == 0, "names no platform"
    unknown = lists.map(lambda slugs: not set(slugs) <= known), no_platform(known)
    tables.every_fault(frame, "platforms", empty, unknown, file=file)
    return lists
