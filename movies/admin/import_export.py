"""Files that staff import and export: CSV as strict as in the commands, XLSX as the same text.

Between preview and confirmation an upload waits in the database (`SessionStorage`), where any web
process can read it.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import unicodedata
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, ClassVar

import openpyxl  # type: ignore[import-untyped]
import pandas as pd
from django import forms
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from import_export.formats import base_formats  # type: ignore[import-untyped]
from import_export.forms import ImportForm  # type: ignore[import-untyped]
from import_export.tmp_storages import BaseStorage  # type: ignore[import-untyped]
from openpyxl.cell import WriteOnlyCell  # type: ignore[import-untyped]
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # type: ignore[import-untyped]

from common import tables
from common.errors import DataError
from common.tables import MEGABYTE
from common.tables.writing import GUARDED, harmless
from movies.admin.uploads.limits import (
    LARGEST_UPLOAD,
    limited_rows,
    refuse_large_csv,
    refuse_large_workbook,
)

MOST_EXPORTED_ROWS = 50_000  # in a workbook: it is built in some seconds, then sent
LONG_ROWS, LONG_SHEET = 2_000, 50_000  # rows of a CSV, bytes of a workbook
UPLOAD_SECONDS = 3600  # from preview to confirmation
NO_WORKBOOK = "is not an Excel workbook (.xlsx)"
Row = Sequence[str]


@dataclass(frozen=True)
class Upload:
    """The bytes of an uploaded file, parsed only when its name is known for messages."""

    data: bytes
    is_sheet: bool = False

    @property
    def is_long(self) -> bool:
        """Whether storing it may take more than a second."""
        return self.data.count(b"\n") > LONG_ROWS or (self.is_sheet and len(self.data) > LONG_SHEET)

    @property
    def digest(self) -> str:
        """The digest in the ledger of the commands."""
        return hashlib.sha256(self.data).hexdigest()

    def table(self, *, file: str, required: Row, optional: Row = ()) -> pd.DataFrame:
        """Text with a `line` column; `DataError` for what the commands refuse."""
        if self.is_sheet:
            return _parse_sheet(self.data, file=file, required=required, optional=optional)
        refuse_large_csv(self.data, file=file)
        frame = tables.parse_table(self.data, file=file, required=required, optional=optional)
        return frame.replace(GUARDED, "", regex=True)


class StrictCsv(base_formats.CSV):  # type: ignore[misc]
    """Read by `common.tables.parse_table`; streamed row by row when written."""

    def is_binary(self) -> bool:
        return True

    def get_read_mode(self) -> str:
        return "rb"

    def create_dataset(self, in_stream: bytes, **kwargs: Any) -> Upload:
        return Upload(in_stream)

    def response(self, header: Row, rows: Iterable[Row]) -> HttpResponseBase:
        return StreamingHttpResponse(_csv_lines(header, rows), content_type="text/csv")


class StrictXlsx(base_formats.XLSX):  # type: ignore[misc]
    """The first sheet of a workbook, its cells as the text that a CSV would hold."""

    def create_dataset(self, in_stream: bytes) -> Upload:
        return Upload(in_stream, is_sheet=True)

    def response(self, header: Row, rows: Iterable[Row]) -> HttpResponseBase:
        """Raises ValueError, which the page shows, for too many rows."""
        table = list(islice(rows, MOST_EXPORTED_ROWS + 1))
        if len(table) > MOST_EXPORTED_ROWS:
            raise ValueError(
                gettext("More than %(most)s rows: choose CSV, or filter the list first.")
                % {"most": f"{MOST_EXPORTED_ROWS:,}"}
            )
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet()
        for row in [header, *table]:
            sheet.append([_text_cell(sheet, text) for text in row])
        file = TemporaryFile()  # noqa: SIM115  (the response closes it)
        book.save(file)
        file.seek(0)
        return FileResponse(file, content_type=self.CONTENT_TYPE)


FORMATS: list[type[StrictCsv | StrictXlsx]] = [StrictCsv, StrictXlsx]


class _Line:
    """A target for `csv.writer` that returns each line."""

    def write(self, text: str) -> str:
        return text


def _csv_lines(header: Row, rows: Iterable[Row]) -> Iterator[str]:
    writer = csv.writer(_Line(), lineterminator="\n")
    yield writer.writerow(header)
    for row in rows:
        yield writer.writerow([harmless(text) for text in row])


def _text_cell(sheet: Any, text: str) -> Any:
    """A text cell, even if the text begins like a formula."""
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", text))
    cell.data_type = "s"
    return cell


def _parse_sheet(data: bytes, *, file: str, required: Row, optional: Row) -> pd.DataFrame:
    rows = _sheet_rows(data, file)
    header = _trimmed(next(rows, ()))
    if not any(header):
        raise DataError("is empty", file=file)
    tables.check_header(header, ",".join(header), required, optional, file)
    tables.refuse_formulas_without_value(data, file)
    table: list[tuple[int, Row]] = []
    blank = 0
    for line, row in enumerate(rows, start=2):
        cells = _trimmed(row)
        if not any(cells):
            blank = blank or line
            continue
        if blank:
            what = "is a blank line; expected a row: remove it"
            raise DataError(what, file=file, line=blank)
        table.append((line, _fitted(cells, len(header), file, line)))
    if not table:
        raise DataError("has a header but no rows", file=file, line=1)
    frame = pd.DataFrame([cells for _line, cells in table], columns=list(header), dtype="str")
    frame["line"] = [line for line, _cells in table]
    tables.refuse_cells_without_value(frame, file, is_sheet=True)
    return frame


def _sheet_rows(data: bytes, file: str) -> Iterator[Row]:
    """The cells of the first sheet as text, row by row."""
    try:
        refuse_large_workbook(data, file=file)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles and other parts unknown to openpyxl
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # other programs write them wrongly
            for row in limited_rows(sheet.iter_rows(values_only=True), file=file):
                yield [_cell_text(value) for value in row]
    except DataError:
        raise
    except Exception as error:  # openpyxl fails in many ways on other files
        raise DataError(NO_WORKBOOK, file=file) from error


def _cell_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        is_day = value.time() == datetime.min.time()
        return value.date().isoformat() if is_day else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return unicodedata.normalize("NFC", str(value))


def _trimmed(row: Row) -> Row:
    """The row without the empty cells at its end."""
    last = len(row)
    while last and not row[last - 1]:
        last -= 1
    return row[:last]


def _fitted(cells: Row, width: int, file: str, line: int) -> Row:
    """Padded to the header's width; `DataError` if wider, or if a cell has several lines."""
    if len(cells) > width:
        raise DataError(f"has {len(cells)} fields; expected {width}", file=file, line=line)
    if any("\n" in cell or "\r" in cell for cell in cells):
        raise DataError("has a cell of several lines; expected one", file=file, line=line)
    return [*cells, *[""] * (width - len(cells))]


class UploadForm(ImportForm):  # type: ignore[misc]
    """Refuses an upload that is too large for a page; its name says what it is, unless staff do."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        formats = self.fields["format"]
        formats.required = False
        formats.choices = [("", _("as its name says")), *formats.choices[1:]]

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if not found.get("format") and "import_file" in found:
            is_sheet = found["import_file"].name.lower().endswith(".xlsx")
            found["format"] = str(FORMATS.index(StrictXlsx if is_sheet else StrictCsv))
        return found

    def clean_import_file(self) -> Any:
        file = self.cleaned_data["import_file"]
        if file.size > LARGEST_UPLOAD:
            raise forms.ValidationError(
                _("The file has %(size)s MB; a page takes %(most)s MB at most. Use the command."),
                params={"size": f"{file.size / MEGABYTE:.1f}", "most": LARGEST_UPLOAD // MEGABYTE},
            )
        file.name = Path(file.name).name
        return file


class SessionStorage(BaseStorage):  # type: ignore[misc]
    """Keeps an upload as a session of its own, with which nobody is logged in.

    All web processes share the table. An upload that is never confirmed expires like any session;
    each new upload clears expired ones.
    """

    KEY: ClassVar[str] = "upload"
    TOLD: ClassVar[str] = "told"

    def save(self, data: bytes) -> None:
        SessionStore.clear_expired()
        session = SessionStore()
        session[self.KEY] = base64.b64encode(data).decode("ascii")
        session.set_expiry(UPLOAD_SECONDS)
        session.create()
        self.name = session.session_key

    def read(self) -> bytes | None:
        """The upload, or None if it is gone."""
        text = SessionStore(self.name).get(self.KEY)
        return None if text is None else base64.b64decode(text)

    def tell(self, told: Sequence[tuple[int, str]]) -> None:
        """Put levels and texts of messages in the place of the bytes."""
        session = SessionStore(self.name)
        session.pop(self.KEY, None)
        session[self.TOLD] = list(told)
        session.save()

    def told(self) -> list[tuple[int, str]] | None:
        """The messages; None as long as there are none, and as long as the bytes are there."""
        return SessionStore(self.name).get(self.TOLD)

    def is_there(self) -> bool:
        return Session.objects.filter(session_key=self.name).exists()

    def remove(self) -> None:
        Session.objects.filter(session_key=self.name).delete()
