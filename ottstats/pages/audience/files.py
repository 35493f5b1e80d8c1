"""Tables as CSV files that spreadsheets open: UTF-8 with a mark, and no cell that is a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse

from common.tables.writing import harmless

Value = str | int | float | None


@dataclass(frozen=True)
class FileTable:
    """A file of this name; None is an empty cell."""

    name: str
    header: Sequence[str]
    rows: Sequence[Sequence[Value]]


def csv_file(table: FileTable) -> HttpResponse:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(table.header)
    writer.writerows([_written(value) for value in row] for row in table.rows)
    response = HttpResponse(
        text.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="audience-{table.name}.csv"'
    return response


def _written(value: Value) -> str:
    """Numbers keep their minus; text that a spreadsheet would calculate gets an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.6f}"
    return harmless(value) if isinstance(value, str) else str(value)
