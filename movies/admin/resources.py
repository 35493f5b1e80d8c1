"""What staff import and export: films, availability, products, attractions.

A resource reads an upload with the checks of the commands, and previews what would change or lets
the core store it, with the function that the command calls.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import pandas as pd
from django.db import Error, transaction
from django.db.models import QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from import_export.fields import Field  # type: ignore[import-untyped]
from import_export.resources import Resource  # type: ignore[import-untyped]
from import_export.results import Error as ShownError  # type: ignore[import-untyped]
from import_export.results import Result

from common import tables
from common.errors import DataError, NotReadyError
from common.loading import already_loaded
from common.models import DataLoad
from movies.admin.import_export import Upload
from movies.admin.uploads.faults import said
from movies.availability_file import COLUMNS
from movies.models import Attraction, Movie, Product
from movies.services import attractions, availability, details, products
from movies.services.details import FilmFile
from movies.services.staff_files import StoredRows

MOST_SHOWN = 300
NEW, CHANGED, UNCHANGED, SKIPPED, OLDER = "new", "changed", "unchanged", "skipped", "older"
KINDS = {
    NEW: _("New"),
    CHANGED: _("Changed"),
    UNCHANGED: _("Unchanged"),
    SKIPPED: _("Skipped: the film is not loaded"),
    OLDER: _("Skipped: a newer statement of the source is known"),
}


@dataclass(frozen=True)
class PreviewRow:
    """A row of the file: what it is about, and its values before and after."""

    line: int
    kind: str
    about: str
    before: str
    after: str

    @property
    def label(self) -> str:
        return str(KINDS[self.kind])


class ImportPreview:
    """What an import would do: counts of all rows, and the first that are not unchanged."""

    def __init__(self, rows: Iterable[PreviewRow], *, is_loaded: bool = False) -> None:
        self.counts: Counter[str] = Counter()
        self.rows: list[PreviewRow] = []
        self.is_loaded = is_loaded
        interesting = 0
        for row in rows:
            self.counts[row.kind] += 1
            if row.kind != UNCHANGED:
                interesting += 1
                if len(self.rows) < MOST_SHOWN:
                    self.rows.append(row)
        self.left_out = interesting - len(self.rows)

    def counted(self) -> list[tuple[str, int]]:
        """Label and number of each kind; the usual kinds even at zero."""
        usual = (NEW, CHANGED, UNCHANGED, SKIPPED)
        return [
            (str(label), self.counts[kind])
            for kind, label in KINDS.items()
            if kind in usual or self.counts[kind]
        ]


class FileResult(Result):  # type: ignore[misc]
    """`preview` after a dry run; `stored` (a message for the person) after an import."""

    preview: ImportPreview | None = None
    stored: str = ""

    def refuse(self, *messages: str) -> None:
        for message in messages:
            self.append_base_error(ShownError(message))


class FileResource(Resource):  # type: ignore[misc]
    """Imports a whole file, all rows or none; exports rows as text."""

    required: ClassVar[Sequence[str]]
    optional: ClassVar[Sequence[str]] = ()

    @property
    def columns(self) -> list[str]:
        return [*self.required, *self.optional]

    @classmethod
    def get_display_name(cls) -> str:
        return cls.__name__

    def get_user_visible_fields(self) -> list[Any]:
        return [Field(column_name=name) for name in self.columns]

    def get_export_order(self) -> Sequence[str]:
        return self.columns

    def import_data(self, dataset: Upload, dry_run: bool = False, **kwargs: Any) -> FileResult:
        """Never raises for bad input: the result holds the faults, and nothing is stored."""
        file, user = kwargs["file_name"], kwargs["user"]
        result = FileResult()
        try:
            frame = dataset.table(file=file, required=self.required, optional=self.optional)
            if dry_run:
                result.preview = self.preview(frame, file, dataset.digest)
            else:
                result.stored = self.store(frame, file, dataset.digest, user.pk)
        except (DataError, NotReadyError) as error:
            result.refuse(*said(error))
        except Error:
            result.refuse(gettext("The database gave up, nothing was changed. Try again."))
        return result

    def preview(self, frame: pd.DataFrame, file: str, digest: str) -> ImportPreview:
        raise NotImplementedError

    def store(self, frame: pd.DataFrame, file: str, digest: str, staff: int) -> str:
        """Store the rows; returns what was done, in words."""
        raise NotImplementedError

    def rows(self, queryset: QuerySet[Any]) -> Iterator[Sequence[str]]:
        """The rows of an export."""
        raise NotImplementedError


class AvailabilityResource(FileResource):
    """Imports like `manage.py load_availability`."""

    required = COLUMNS

    def store(self, frame: pd.DataFrame, file: str, digest: str, staff: int) -> str:
        return _told(availability.store_file(frame, FilmFile(file, digest), stated_by=staff))

    @transaction.atomic
    def preview(self, frame: pd.DataFrame, file: str, digest: str) -> ImportPreview:
        rows = availability.checked_statements(frame, file=file)
        statements = availability.statements_of(rows)
        ids = {statement.movie_id for statement in statements}
        loaded = set(Movie.objects.filter(pk__in=ids).values_list("pk", flat=True))
        known = availability.last_words(statements)
        return ImportPreview(
            (
                _previewed(statement, int(line), known.get(statement.key), loaded)
                for statement, line in zip(statements, rows["line"], strict=True)
            ),
            is_loaded=already_loaded(DataLoad.Kind.AVAILABILITY, digest) is not None,
        )

    def rows(self, queryset: QuerySet[Any]) -> Iterator[Sequence[str]]:
        names = ("movie_id", "platform_id", "included", "source", "day")
        rows = queryset.annotate(day=TruncDate("checked_at")).values_list(*names)
        for movie, slug, included, source, day in rows.iterator(5_000):
            yield str(movie), slug, _truth(included), source, day.isoformat()


class FilmResource(FileResource):
    """Imports like `manage.py load_movie_details`: adds no film; empty fields change nothing."""

    required = ("movie_id",)
    optional = details.DETAIL_COLUMNS

    def store(self, frame: pd.DataFrame, file: str, digest: str, staff: int) -> str:
        return _told(details.store_details(frame, FilmFile(file, digest)))

    def preview(self, frame: pd.DataFrame, file: str, digest: str) -> ImportPreview:
        rows = details.checked_details(frame, file=file)
        films = Movie.objects.only("title", *self.columns, "tmdb_id_source").in_bulk(
            [int(movie_id) for movie_id in rows["movie_id"]]
        )
        columns = [name for name in self.optional if name in rows]
        records = tables.records(rows, ["movie_id", "line", *columns])
        return ImportPreview(
            (_previewed_film(record, films.get(record["movie_id"])) for record in records),
            is_loaded=already_loaded(DataLoad.Kind.MOVIE_DETAILS, digest) is not None,
        )

    def rows(self, queryset: QuerySet[Any]) -> Iterator[Sequence[str]]:
        for row in queryset.values_list(*self.columns).iterator(5_000):
            yield ["" if value is None else str(value) for value in row]


class ProductResource(FileResource):
    """Imports like `manage.py load_products`."""

    required = products.REQUIRED
    optional = products.OPTIONAL

    def store(self, frame: pd.DataFrame, file: str, digest: str, staff: int) -> str:
        return _stored(products.store_products(frame, file=file))

    def preview(self, frame: pd.DataFrame, file: str, digest: str) -> ImportPreview:
        present = {
            (product.slug, product.valid_from): products.values_of(product)
            for product in Product.objects.prefetch_related("platforms")
        }
        rows = products.checked_products(frame, file=file)
        return ImportPreview(
            _previewed_row(row, present.get((row["slug"], row["valid_from"])), "name")
            for row in rows
        )

    def rows(self, queryset: QuerySet[Any]) -> Iterator[Sequence[str]]:
        for product in queryset.prefetch_related("platforms"):
            values = products.values_of(product)
            yield [_text_of(values[name]) for name in self.columns]


class AttractionResource(FileResource):
    """Imports like `manage.py load_attractions`."""

    required = attractions.REQUIRED
    optional = attractions.OPTIONAL

    def store(self, frame: pd.DataFrame, file: str, digest: str, staff: int) -> str:
        return _stored(attractions.store_attractions(frame, file=file))

    def preview(self, frame: pd.DataFrame, file: str, digest: str) -> ImportPreview:
        present = {
            one.slug: attractions.values_of(one)
            for one in Attraction.objects.prefetch_related("places")
        }
        rows = attractions.checked_attractions(frame, file=file)
        return ImportPreview(_previewed_row(row, present.get(row["slug"]), "title") for row in rows)

    def rows(self, queryset: QuerySet[Any]) -> Iterator[Sequence[str]]:
        for attraction in queryset.prefetch_related("places"):
            values = attractions.values_of(attraction)
            yield [_text_of(values[name]) for name in self.columns]


def _stored(rows: StoredRows) -> str:
    return gettext("%(rows)s rows added or changed") % {"rows": f"{rows.added + rows.changed:,}"}


def _told(loaded: details.LoadedRows) -> str:
    if loaded.unchanged:
        return gettext("loaded already; nothing to do")
    told = [gettext("%(rows)s rows used") % {"rows": f"{loaded.used:,}"}]
    for number, what in (
        (loaded.skipped, gettext("%(rows)s skipped, their films are not loaded")),
        (loaded.older, gettext("%(rows)s skipped, newer ones are known")),
    ):
        if number:
            told.append(what % {"rows": f"{number:,}"})
    return "; ".join(told)


def _previewed(
    statement: availability.Statement, line: int, known: Any, loaded: set[int]
) -> PreviewRow:
    def word(included: bool, at: Any) -> str:
        answer = gettext("yes") if included else gettext("no")
        return f"{answer}, {timezone.localdate(at).isoformat()}"

    about = f"{statement.movie_id} · {statement.platform} · {statement.source}"
    after = word(bool(statement.included), statement.checked_at)
    before = word(known[0], known[1]) if known else ""
    if statement.movie_id not in loaded:
        kind = SKIPPED
    elif known is None:
        kind = NEW
    elif known[1] > statement.checked_at:
        kind = OLDER
    elif known == (statement.included, statement.checked_at, statement.note):
        kind = UNCHANGED
    else:
        kind = CHANGED
    return PreviewRow(line, kind, about, before, after)


def _previewed_film(record: dict[str, Any], film: Movie | None) -> PreviewRow:
    if film is None:
        return PreviewRow(record["line"], SKIPPED, str(record["movie_id"]), "", "")
    is_confirmed = film.tmdb_id_source == Movie.IdSource.STAFF
    changes = {
        name: value
        for name, value in record.items()
        if name in details.DETAIL_COLUMNS
        and value not in (None, "", getattr(film, name))
        and not (name == "tmdb_id" and is_confirmed)
    }
    before = ", ".join(f"{name}: {getattr(film, name) or '-'}" for name in changes)
    after = ", ".join(f"{name}: {value}" for name, value in changes.items())
    kind = CHANGED if changes else UNCHANGED
    return PreviewRow(record["line"], kind, f"{film.pk} · {film.title}", before, after)


def _previewed_row(row: dict[str, Any], present: dict[str, Any] | None, title: str) -> PreviewRow:
    """A product or an attraction; `title` is the column that names it."""
    if present is None:
        after = ", ".join(f"{name}: {_text_of(row[name])}" for name in (title, "platforms"))
        return PreviewRow(row["line"], NEW, row["slug"], "", after)
    names = [name for name in row if name != "line" and row[name] != present[name]]
    before, after = (
        ", ".join(f"{name}: {_text_of(values[name]) or '-'}" for name in names)
        for values in (present, row)
    )
    kind = CHANGED if names else UNCHANGED
    return PreviewRow(row["line"], kind, row["slug"], before, after)


def _text_of(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _truth(value)
    return "|".join(value) if isinstance(value, list) else str(value)


def _truth(value: bool) -> str:
    return "true" if value else "false"
