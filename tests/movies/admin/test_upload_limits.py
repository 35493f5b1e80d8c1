"""A small file that unpacks to much is refused before it takes memory or minutes."""

from __future__ import annotations

import io
import tracemalloc
import zipfile

import openpyxl
import pytest

from common.errors import DataError
from common.tables.writing import GUARDED, harmless
from movies.admin.import_export import Upload
from movies.admin.uploads import limits as upload_limits

SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
SPACE = b' xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
HEADER = b'<row r="1"><c r="A1" t="inlineStr"><is><t>movie_id</t></is></c></row>'


def sheet_of(rows: bytes) -> bytes:
    return b"<worksheet" + SPACE + b"<sheetData>" + HEADER + rows + b"</sheetData></worksheet>"


def workbook(**parts: bytes) -> bytes:
    """A workbook with these parts in place of its own: `sheet`, `strings`, and further ones."""
    book, whole = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["movie_id"])
    book.active.append(["1"])
    book.save(whole)
    names = {SHEET: "sheet", STRINGS: "strings"}
    changed = io.BytesIO()
    with (
        zipfile.ZipFile(whole) as before,
        zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in before.namelist():
            after.writestr(name, parts.pop(names.get(name, ""), None) or before.read(name))
        for name, content in parts.items():
            after.writestr(name, content)
    return changed.getvalue()


def read(data: bytes) -> list[str]:
    table = Upload(data, is_sheet=True).table(file="a.xlsx", required=("movie_id",))
    return list(table["movie_id"])


WIDE = b"".join(b'<row r="%d"><c r="XFD%d"/></row>' % (line, line) for line in range(2, 200))
EXPLOSIVE = {
    "one cell in the last column of every row": {"sheet": sheet_of(WIDE)},
    "a row at the end of the sheet": {
        "sheet": sheet_of(b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>')
    },
    "many empty rows": {"sheet": sheet_of(b"<row/>" * 6_000)},
    "many empty cells": {"sheet": sheet_of((b"<row>" + b"<c/>" * 100 + b"</row>") * 600)},
    "many strings": {"strings": b"<sst" + SPACE + b"<si/>" * 2_000_001 + b"</sst>"},
    "one long string": {
        "strings": b"<sst" + SPACE + b"<si><t>" + b"a" * (65 * 1024**2) + b"</t></si></sst>"
    },
    "a large part that no sheet names": {"xl/media/image1.png": bytes(65 * 1024**2)},
    "many parts": {f"xl/media/{number}.png": b"x" for number in range(600)},
}


@pytest.mark.parametrize("parts", EXPLOSIVE.values(), ids=list(EXPLOSIVE))
def test_what_would_take_much_is_refused_in_little_memory(
    parts: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("MOST_SHEET_ROWS", "MOST_SHEET_CELLS"):  # a tenth: tracing takes time
        monkeypatch.setattr(upload_limits, name, getattr(upload_limits, name) // 10)
    data = workbook(**parts)
    assert len(data) < 100_000 or "many parts" in str(parts)
    tracemalloc.start()
    try:
        with pytest.raises(DataError, match=r"^a\.xlsx.*(CSV|blank line)"):
            read(data)
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 60 * 1024**2


def test_the_size_in_the_archive_is_not_believed() -> None:
    data = bytearray(workbook(strings=b"<sst" + SPACE + b"a" * 1_000_000 + b"</sst>"))
    for at in range(len(data) - 4):  # the size of the strings, wherever the archive has it
        if int.from_bytes(data[at : at + 4], "little") in range(1_000_000, 1_000_200):
            data[at : at + 4] = (10).to_bytes(4, "little")
    with pytest.raises(DataError, match="is not an Excel workbook"):
        read(bytes(data))


def test_a_file_of_usual_size_is_read() -> None:
    rows = b"".join(b"<row><c><v>%d</v></c></row>" % number for number in range(2_000))
    assert read(workbook(sheet=sheet_of(rows))) == [str(number) for number in range(2_000)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_csv_of_too_many_rows_is_refused_before_it_is_parsed(
    monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    monkeypatch.setattr(upload_limits, "MOST_CSV_ROWS", 3)
    lines = ["movie_id", "1", "2", "3"]

    def rows(*more: str) -> int:
        data = "".join(line + end for line in [*lines, *more]).encode()
        return len(Upload(data).table(file="a.csv", required=("movie_id",)))

    assert rows() == 3
    with pytest.raises(DataError, match=r"^a\.csv: has more than 3 rows; split it, or load it"):
        rows("4")


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_no_exported_text_begins_like_a_formula_and_reading_gives_it_back(first: str) -> None:
    import pandas as pd

    for text in (f"{first}1+1", f"'{first}1+1", f"''{first}", first):
        guarded = harmless(text)
        assert guarded == f"'{text}"
        frame = pd.DataFrame({"title": [guarded]}).replace(GUARDED, "", regex=True)
        assert list(frame["title"]) == [text]
    for text in ("", "1", f"a{first}", "'a", f" {first}"):
        assert harmless(text) == text
