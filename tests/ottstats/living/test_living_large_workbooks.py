"""A small workbook that would fill the memory is refused before it is read, with its sheet."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import openpyxl
import pytest

from common import tables
from common.errors import DataError
from ottstats.living.files import sheets
from ottstats.living.files.adding_up import POPULATION
from ottstats.living.files.portal import read_workbooks
from tests.ottstats.living.living_files import KNOWN, workbook

SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
PART = "xl/worksheets/sheet1.xml"


def with_rows(folder: Path, rows: str, *, space: str = SPACE, prefix: str = "") -> Path:
    """A workbook whose only sheet, 통신정보, has these rows of XML."""
    small, path = folder / "small.xlsx", folder / "2023-01.xlsx"
    book = openpyxl.Workbook()
    book.active.title = "통신정보"
    book.save(small)
    declared = f"xmlns:{prefix[:-1]}" if prefix else "xmlns"
    sheet = f'<{prefix}worksheet {declared}="{space}"><{prefix}sheetData>{rows}'
    with zipfile.ZipFile(small) as before, zipfile.ZipFile(path, "w") as after:
        for name in before.namelist():
            content = before.read(name)
            if name == PART:
                content = f"{sheet}</{prefix}sheetData></{prefix}worksheet>".encode()
            elif name == "xl/workbook.xml":
                content = content.replace(SPACE.encode(), space.encode())
            after.writestr(name, content)
    return path


@pytest.mark.parametrize("place", ["XFD1048576", "IV60000"])
def test_a_value_far_away_from_the_others_is_refused(place: str, tmp_path: Path) -> None:
    path = workbook(tmp_path)
    book = openpyxl.load_workbook(path)
    book["통신정보"][place] = 1
    book.create_sheet("설명", 0)["A1"] = "없음"
    book.save(path)
    said = f"{path.name}, sheet 통신정보: has something in {place}, so that it would be more than"
    with pytest.raises(DataError, match=f"^{re.escape(said)} 5,000,000 cells, empty ones counted"):
        read_workbooks([path], KNOWN, POPULATION)


FAR = {
    "plain": {"rows": '<row r="9"><c r="C9"><v>1</v></c></row>'},
    "a text": {"rows": '<row><c r="C9" t="inlineStr"><is><t>a</t></is></c></row>'},
    "without places": {"rows": "<row/>" * 8 + "<row><c/><c/><c><v>1</v></c></row>"},
    "a place in the row only": {"rows": '<row r="9"><c/><c/><c><v>1</v></c></row>'},
    "with a prefix": {"rows": '<x:row><x:c r="C9"><x:v>1</x:v></x:c></x:row>', "prefix": "x:"},
    "strict Open XML": {"rows": '<row r="9"><c r="C9"><v>1</v></c></row>', "space": STRICT},
    "the row and the column apart": {
        "rows": '<row r="1"><c r="C1"><v>1</v></c></row><row r="9"><c r="A9"><v>1</v></c></row>'
    },
}  # fmt: skip


@pytest.mark.parametrize("parts", FAR.values(), ids=list(FAR))
def test_rows_and_columns_are_counted_however_cells_say_their_place(
    parts: dict[str, str], tmp_path: Path
) -> None:
    path = with_rows(tmp_path, **parts)
    tables.refuse_large_sheets(path, most=27, file=path.name)
    with pytest.raises(DataError, match=r"^2023-01\.xlsx, sheet 통신정보: has something in [AC]9,"):
        tables.refuse_large_sheets(path, most=26, file=path.name)


def test_cells_with_only_a_colour_do_not_count(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="1"/></row><row r="1048576"/>'
    path = with_rows(tmp_path, rows)
    tables.refuse_large_sheets(path, most=1, file=path.name)
    with pytest.raises(DataError, match="no sheet has the columns of the living data"):
        read_workbooks([path], KNOWN, POPULATION)


def test_a_workbook_that_unpacks_to_very_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = tables.WorkbookLimits(500, 1024 * 1024, 100, "save each month apart")
    monkeypatch.setattr(sheets, "LIMITS", few)
    path = workbook(tmp_path)
    with pytest.raises(DataError, match="has more than 100 XML tags; save each month apart"):
        read_workbooks([path], KNOWN, POPULATION)


def test_a_sheet_that_is_no_xml_is_refused_by_its_name(tmp_path: Path) -> None:
    path = with_rows(tmp_path, "<row>")
    with pytest.raises(
        DataError, match=r"^2023-01\.xlsx, sheet 통신정보: cannot be read \(mismatch"
    ):
        read_workbooks([path], KNOWN, POPULATION)
