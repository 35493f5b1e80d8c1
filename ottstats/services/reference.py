"""Writes of public statistics and of the reference data that the project ships."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

import pandas as pd
from django.db import models

from common import tables
from common.loading import already_loaded, exclusive_load, file_digest, record_load
from common.models import DataLoad
from movies.models import Attraction, Gender, Platform, Product
from movies.services import attractions, products
from movies.services.availability import refuse_unknown_platforms
from movies.services.platform_rates import refresh_platform_rates
from ottstats.groups import age_range
from ottstats.models import UsageStatistic
from ottstats.services.districts import shipped_districts, store_districts
from survey.models import Region

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
REFERENCE_FILES = (
    *("platforms.csv", "products.csv", "usage_statistics.csv", "attractions.csv"),
    "districts.csv",
)
STATISTICS_COLUMNS = ("source", "year", "dimension", "group", "platform")  # unique together
STATISTICS_KEY = ("source", "year", "dimension", "group", "platform_id")


class ReferenceCounts(NamedTuple):
    """Rows added, updated, already equal, or kept because staff changed them."""

    added: int
    updated: int
    same: int
    kept: int


def load_usage_statistics(*, path: Path, force: bool = False) -> int | None:
    """Add or replace the published shares of a CSV; return the rows, None if already loaded."""
    started = perf_counter()
    rows = _read_statistics(path)
    kind, digest = DataLoad.Kind.USAGE_STATISTICS, file_digest(path)
    if not force and already_loaded(kind, digest):
        return None
    with exclusive_load():
        UsageStatistic.objects.bulk_create(
            [UsageStatistic(**row) for row in rows],
            update_conflicts=True,
            unique_fields=STATISTICS_COLUMNS,
            update_fields=["percent", "sample_size"],
        )
        counts = {"used": len(rows)}
        record_load(kind=kind, name=path.name, digest=digest, counts=counts, started=started)
    return len(rows)


def _read_statistics(path: Path) -> list[dict[str, Any]]:
    frame = tables.read_table(path, required=(*STATISTICS_COLUMNS, "percent", "sample_size"))
    file = path.name
    frame["year"] = tables.integers(frame, "year", file=file)
    outside = ~frame["year"].between(1990, 2100)
    tables.first_fault(frame, outside, "year", "is not between 1990 and 2100", file)
    frame["percent"] = tables.numbers(frame, "percent", file=file, low=0, high=100)
    frame["sample_size"] = tables.integers(frame, "sample_size", file=file)
    refuse_unknown_platforms(frame, file=file)
    dimensions = UsageStatistic.Dimension.values
    is_group = [
        is_group_of(dimension, group)
        for dimension, group in zip(frame["dimension"], frame["group"], strict=True)
    ]
    dimension_fault = f"is not one of {', '.join(dimensions)}"
    group_fault = (
        "is not a group; expected female or male, ages such as 20-29 and 70+, or regions such as "
        "seoul"
    )
    for column, is_wrong, fault in (
        ("dimension", ~frame["dimension"].isin(dimensions), dimension_fault),
        ("group", ~pd.Series(is_group), group_fault),
        ("source", frame["source"].str.strip() == "", "is empty; name the source"),
        ("source", frame["source"].str.len() > 100, "is longer than 100 characters"),
    ):
        tables.first_fault(frame, is_wrong, column, fault, file)
    tables.unique_rows(frame, STATISTICS_COLUMNS, file=file)
    frame = frame.rename(columns={"platform": "platform_id"})
    return tables.records(frame, [*STATISTICS_KEY, "percent", "sample_size"])


def is_group_of(dimension: str, group: str) -> bool:
    """Whether a group can be published under the dimension; ages for an unknown dimension."""
    if dimension == UsageStatistic.Dimension.GENDER:
        return group in Gender.values
    if dimension == UsageStatistic.Dimension.REGION:
        return group in Region.values
    return age_range(group) is not None


def reference_digest() -> str:
    """A digest of all shipped data, which shows whether they were already loaded."""
    digests = "".join(file_digest(FIXTURES / name) for name in REFERENCE_FILES)
    return hashlib.sha256(digests.encode()).hexdigest()


def load_reference_data() -> ReferenceCounts:
    """Bring platforms, products, statistics, attractions and districts up to date with `fixtures/`.

    Idempotent. Never overwrites a row that staff changed: each row stores how it was shipped
    (`shipped`), and only a row that still equals that is updated. Nobody edits districts.
    """
    started = perf_counter()
    platforms, sold, statistics, shows, of_seoul = (FIXTURES / name for name in REFERENCE_FILES)
    products_sold = Product.objects.prefetch_related("platforms")
    attractions_shown = Attraction.objects.prefetch_related("places")
    with exclusive_load():
        parts = (
            _sync(Platform.objects.all(), ("slug",), _platform_rows(platforms)),
            _sync(products_sold, ("slug", "valid_from"), _product_rows(sold)),
            _sync(UsageStatistic.objects.all(), STATISTICS_KEY, _read_statistics(statistics)),
            _sync(attractions_shown, ("slug",), _attraction_rows(shows)),
            ReferenceCounts(*store_districts(shipped_districts(of_seoul)), kept=0),
        )
        counts = ReferenceCounts(*map(sum, zip(*parts, strict=True)))
        refresh_platform_rates()
        record_load(
            kind=DataLoad.Kind.REFERENCE,
            name="fixtures",
            digest=reference_digest(),
            counts=counts._asdict(),
            started=started,
        )
    return counts


def _platform_rows(path: Path) -> list[dict[str, Any]]:
    rates, counts = ("stationary_share", "turnover"), ("published_known", "published_carried")
    named = ("slug", "name", "name_ko", "homepage", "tmdb_provider_ids", "is_active")
    brand = ("brand_colour", "brand_source", "sign_up_page", "search_page", "links_source")
    columns = (*named, *rates, *counts, "published_decades", *brand)
    frame = tables.read_table(path, required=columns)
    for rate in rates:
        given = frame[frame[rate].str.strip() != ""]
        numbers = tables.numbers(given, rate, file=path.name, low=0, high=20)
        frame[rate] = numbers.reindex(frame.index)
    for count in counts:
        frame[count] = tables.whole_numbers(frame, count, file=path.name, low=0)
    frame["published_decades"] = frame["published_decades"].map(_decades)
    frame["is_active"] = tables.truth_values(frame, "is_active", file=path.name)
    frame["tmdb_provider_ids"] = [
        [int(number) for number in text.split("|") if number] for text in frame["tmdb_provider_ids"]
    ]
    return tables.records(frame, columns)


def _decades(text: str) -> dict[str, list[int]]:
    """Known and carried films by decade, from text such as 1980:4/67|1990:14/107."""
    parts = [re.split("[:/]", part) for part in text.split("|") if part]
    return {decade: [int(known), int(carried)] for decade, carried, known in parts}


def _product_rows(path: Path) -> list[dict[str, Any]]:
    frame = tables.read_table(path, required=products.REQUIRED, optional=products.OPTIONAL)
    return [_json_of(row) for row in products.parsed_products(frame, file=path.name)]


def _attraction_rows(path: Path) -> list[dict[str, Any]]:
    frame = tables.read_table(path, required=attractions.REQUIRED, optional=attractions.OPTIONAL)
    return [_json_of(row) for row in attractions.parsed_attractions(frame, file=path.name)]


def _json_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a row as they are stored in `shipped`, days as text."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
        if name != "line"
    }


def _sync(
    present: models.QuerySet[Any], key: tuple[str, ...], rows: Iterable[dict[str, Any]]
) -> ReferenceCounts:
    """Add missing rows, and update rows that are still as they were shipped.

    A row of the database is that of a file if its key is the same, or was so when it was shipped.
    """
    found_by_key: dict[tuple[str, ...], Any] = {}
    for one in present:
        found_by_key[tuple(str(getattr(one, name)) for name in key)] = one
    for one in present:
        if one.shipped is not None and set(key) <= set(one.shipped):
            found_by_key[tuple(str(one.shipped[name]) for name in key)] = one
    added = updated = same = kept = 0
    for row in rows:
        found = found_by_key.get(tuple(str(row[name]) for name in key))
        if found is None:
            _store(present.model(), row)
            added += 1
        elif _as_shipped(found, row) == row:
            same += 1
        elif found.shipped is not None and _as_shipped(found, found.shipped) == found.shipped:
            _store(found, row)
            updated += 1
        else:
            kept += 1
    return ReferenceCounts(added, updated, same, kept)


def _store(instance: Any, row: Mapping[str, Any]) -> None:
    """Save the instance with the values of a shipped row."""
    for name, value in row.items():
        if name not in ("platforms", "exclusive"):
            setattr(instance, name, value)
    instance.shipped = dict(row)
    instance.save()
    if isinstance(instance, Product):
        instance.platforms.set(row["platforms"])
    if isinstance(instance, Attraction):
        attractions.set_places(instance, row["platforms"], is_exclusive=row["exclusive"])


def _as_shipped(instance: Any, row: Mapping[str, Any]) -> dict[str, Any]:
    """The instance's present values in the shape of a shipped row."""
    if isinstance(instance, Product):
        values = products.values_of(instance)
    elif isinstance(instance, Attraction):
        values = attractions.values_of(instance)
    else:
        values = {name: getattr(instance, name) for name in row}
    return _json_of({name: values[name] for name in row})
