"""Writes attractions (series, variety shows, sport) from a file of staff: all rows or none."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from django.db import transaction
from django.utils import timezone

from common import tables
from common.errors import DataError
from common.loading import exclusive_load
from movies.availability_file import no_platform
from movies.models import Attraction, AttractionPlatform, Platform, Product
from movies.services import staff_files
from movies.services.staff_files import StoredRows

REQUIRED = ("slug", "title", "title_ko", "kind", "platforms", "source", "checked_on")
OPTIONAL = (
    "category", "year", "starts_on", "ends_on", "exclusive", "elsewhere", "source_url", "certainty",
)  # fmt: skip
TEXTS = (
    "slug", "title", "title_ko", "kind", "category", "elsewhere", "source", "source_url",
    "certainty",
)  # fmt: skip
NOT_FIELDS = ("line", "platforms", "exclusive")
Values = dict[str, Any]


class Place(NamedTuple):
    """A platform, and the product that one needs there; "" means any that gives the platform."""

    platform: str
    product: str = ""

    @classmethod
    def of(cls, text: str) -> Place:
        """`platform`, or `platform:product`."""
        platform, _colon, product = text.partition(":")
        return cls(platform.strip(), product.strip())

    def __str__(self) -> str:
        return f"{self.platform}:{self.product}" if self.product else self.platform


def load_attractions(*, path: Path) -> StoredRows:
    """Load a CSV of attractions; loading it again changes nothing."""
    frame = tables.read_table(path, required=REQUIRED, optional=OPTIONAL)
    with exclusive_load():
        return store_attractions(frame, file=path.name)


@transaction.atomic
def store_attractions(frame: pd.DataFrame, *, file: str) -> StoredRows:
    """Add or correct the attractions of a file. A column that the file lacks changes nothing."""
    added = changed = same = 0
    present = _present()
    for values in checked_attractions(frame, file=file):
        attraction = present.get(values["slug"])
        before = values_of(attraction) if attraction else {}
        if attraction and {name: values.get(name, before[name]) for name in before} == before:
            same += 1
            continue
        stored = filled(attraction or Attraction(), values)
        stored.save()
        is_as_before = before.get("platforms") == values["platforms"]
        is_exclusive = values.get("exclusive", is_as_before and before["exclusive"])
        set_places(stored, values["platforms"], is_exclusive=is_exclusive)
        added, changed = added + (attraction is None), changed + (attraction is not None)
    return StoredRows(added, changed, same)


def checked_attractions(frame: pd.DataFrame, *, file: str) -> list[Values]:
    """`parsed_attractions` that also pass the rules of the form.

    Raises one `DataError` with all kinds of faults.
    """
    rows = parsed_attractions(frame, file=file, today=timezone.localdate())
    present = _present()
    staff_files.refuse_what_a_form_refuses(
        ((row["line"], filled(present.get(row["slug"]) or Attraction(), row)) for row in rows),
        file=file,
    )
    return rows


def parsed_attractions(
    frame: pd.DataFrame, *, file: str, today: date | None = None
) -> list[Values]:
    """The values of each row by column, and its line; `platforms` as sorted texts of `Place`.

    Raises one `DataError` with all kinds of faults of single fields, and of places; a check after
    `today`, if that is given, is one.
    """
    table = frame[["line"]].assign(**staff_files.texts(frame, TEXTS))
    faults = tables.Faults()
    if "year" in frame:
        with faults:
            table["year"] = tables.integers(frame, "year", file=file, nullable=True)
    if "exclusive" in frame:
        with faults:
            table["exclusive"] = tables.truth_values(frame, "exclusive", file=file)
    for column in ("starts_on", "ends_on"):
        if column in frame:
            with faults:
                table[column] = staff_files.days_or_none(frame, column, file=file)
    with faults:
        table["checked_on"] = staff_files.check_days(frame, file=file, today=today)
    with faults:
        tables.unique_rows(table, ["slug"], file=file)
    table["platforms"] = staff_files.slug_lists(frame, "platforms")
    with faults:
        _refuse_unknown_platforms(frame, table["platforms"], file)
    faults.raise_if_any()
    rows = tables.records(table, list(table.columns))
    _refuse_wrong_places(rows, file)
    return rows


def values_of(attraction: Attraction) -> Values:
    """The attraction's columns in the form of `checked_attractions`."""
    names = (name for name in (*REQUIRED, *OPTIONAL) if name not in NOT_FIELDS)
    places = list(attraction.places.all())
    return {name: getattr(attraction, name) for name in names} | {
        "platforms": sorted(str(Place(one.platform_id, one.product_slug)) for one in places),
        "exclusive": any(one.is_exclusive for one in places),
    }


def filled(attraction: Attraction, values: Mapping[str, Any]) -> Attraction:
    """The attraction with these values, unsaved; its places stay as they are."""
    for name, value in values.items():
        if name not in NOT_FIELDS:
            setattr(attraction, name, value)
    return attraction


def set_places(attraction: Attraction, texts: Iterable[str], *, is_exclusive: bool) -> None:
    """Replace the places of a saved attraction."""
    attraction.places.all().delete()
    AttractionPlatform.objects.bulk_create(
        AttractionPlatform(
            attraction=attraction,
            platform_id=place.platform,
            product_slug=place.product,
            is_exclusive=is_exclusive,
        )
        for place in map(Place.of, texts)
    )


def gives_by_product() -> dict[str, set[str]]:
    """The platforms that each product gives, by slug, of all its rows."""
    gives: dict[str, set[str]] = {}
    for slug, platform in Product.objects.values_list("slug", "platforms"):
        gives.setdefault(slug, set()).add(platform)
    return gives


def faults_of_places(
    places: Collection[Place], *, is_exclusive: bool, gives: Mapping[str, Collection[str]]
) -> list[str]:
    """What is wrong with the places of one attraction; `gives` has the platforms by product."""
    faults = []
    for platform, product in places:
        if product and product not in gives:
            faults.append(f"{product} is not a product here")
        elif product and platform not in gives[product]:
            faults.append(f"{product} does not give {platform}")
        elif product and Place(platform) in places:
            faults.append(f"{platform} is named with and without a product")
    if is_exclusive and len({place.platform for place in places}) != 1:
        faults.append("exclusive means exactly one platform")
    return faults


def _present() -> dict[str, Attraction]:
    return {one.slug: one for one in Attraction.objects.prefetch_related("places")}


def _refuse_unknown_platforms(frame: pd.DataFrame, lists: pd.Series, file: str) -> None:
    known = set(Platform.objects.values_list("slug", flat=True))
    unknown = lists.map(lambda texts: not {Place.of(text).platform for text in texts} <= known)
    elsewhere = frame["elsewhere"].str.strip() if "elsewhere" in frame else ""
    nowhere = (lists.map(len) == 0) & (elsewhere == "")
    tables.every_fault(
        frame,
        "platforms",
        (nowhere, "names no platform; say where else it is, or leave out the row"),
        (unknown, no_platform(known)),
        file=file,
    )


def _refuse_wrong_places(rows: Iterable[Values], file: str) -> None:
    gives, faults = gives_by_product(), tables.Faults()
    for row in rows:
        found = faults_of_places(
            [Place.of(text) for text in row["platforms"]],
            is_exclusive=row.get("exclusive", False),
            gives=gives,
        )
        with faults:
            if found:
                what = f"platforms: {'; '.join(found)}"
                raise DataError(what, file=file, line=row["line"])
    faults.raise_if_any()
