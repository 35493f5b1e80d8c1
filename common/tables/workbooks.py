"""Counts what a workbook (.xlsx) holds before a program reads it: a small file can hold very much.

A workbook is a ZIP archive of XML. Readers take memory for every element, and for every cell up to
the last row and column that hold something, empty ones included: one value in the last corner of a
sheet makes 17 thousand million cells. So the archive is first unpacked piece by piece, and only
counted.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO, Final
from xml.etree import ElementTree
from xml.parsers import expat

from common.errors import DataError

MEGABYTE: Final = 1024 * 1024
PLACE = re.compile("([A-Za-z]{1,7})([0-9]{1,9})")  # of a cell, such as XFD1048576
ROW = re.compile("[0-9]{1,9}")
CONTENTS: Final = ("v", "is", "f")  # tags of a value, a text and a formula inside a cell


@dataclass(frozen=True)
class WorkbookLimits:
    """How much a workbook may hold: files, bytes unpacked, and begins and ends of XML elements.

    `cure`: what to do about more.
    """

    parts: int
    unpacked: int
    tags: int
    cure: str


def refuse_large_workbook(source: Path | IO[bytes], limits: WorkbookLimits, *, file: str) -> None:
    """Raise `DataError` if it unpacks to too much; in constant memory."""
    unpacked = tags = 0
    with zipfile.ZipFile(source) as archive:
        parts = archive.infolist()
        if len(parts) > limits.parts:
            raise DataError(f"has more than {limits.parts} parts; {limits.cure}", file=file)
        for part in parts:
            with archive.open(part) as stream:
                while piece := stream.read(MEGABYTE):
                    unpacked += len(piece)
                    tags += piece.count(b"<")
                    if unpacked > limits.unpacked:
                        size = f"{limits.unpacked // MEGABYTE:,} MB"
                        raise DataError(f"unpacks to more than {size}; {limits.cure}", file=file)
                    if tags > limits.tags:
                        what = f"has more than {limits.tags:,} XML tags"
                        raise DataError(f"{what}; {limits.cure}", file=file)


def refuse_large_sheets(source: Path | IO[bytes], *, most: int, file: str) -> None:
    """Raise `DataError` for a sheet of more than `most` cells up to the last row and column that
    hold something; in constant memory."""
    with zipfile.ZipFile(source) as archive:
        parts = {name.casefold(): name for name in archive.namelist()}
        for sheet, path in sheet_parts(archive):
            if path.casefold() in parts:
                with archive.open(parts[path.casefold()]) as stream:
                    _refuse_large_sheet(stream, most, f"{file}, sheet {sheet}")


def sheet_parts(archive: zipfile.ZipFile) -> Sequence[tuple[str, str]]:
    """The name and the path in the archive of each sheet, in their order."""
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 - as openpyxl does
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    targets = {one.get("Id"): one.get("Target", "") for one in relations}
    found = []
    for sheet in book.iterfind(".//{*}sheet"):  # the namespaces differ in strict Open XML
        number = next((value for key, value in sheet.items() if key.endswith("}id")), "")
        target = targets.get(number, "")
        path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        found.append((sheet.get("name", ""), path))
    return found


class _Extent:
    """Follows the elements of a sheet: the last row and column that hold something, and where."""

    def __init__(self) -> None:
        self.rows = self.columns = 0
        self.last = ""
        self._row = self._column = 0  # of the cell that is read; a cell need not say its place

    def begin(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = tag.rpartition(":")[2] if ":" in tag else tag
        if name == "c":
            found = PLACE.fullmatch(attributes.get("r", ""))
            if found is None:
                self._column += 1
            else:
                self._column, self._row = _number(found[1]), int(found[2])
        elif name == "row":
            number = attributes.get("r", "")
            self._row = int(number) if ROW.fullmatch(number) else self._row + 1
            self._column = 0
        elif name in CONTENTS and (self._row > self.rows or self._column > self.columns):
            self.rows = max(self.rows, self._row)
            self.columns = max(self.columns, self._column)
            self.last = f"{_letters(self._column)}{self._row}"


@lru_cache(maxsize=1024)
def _number(letters: str) -> int:
    """Of a column, from 1: A to Z, AA and so on."""
    found = 0
    for letter in letters.upper():
        found = 26 * found + ord(letter) - ord("A") + 1
    return found


def _letters(number: int) -> str:
    found = ""
    while number:
        number, rest = divmod(number - 1, 26)
        found = chr(ord("A") + rest) + found
    return found


def _refuse_large_sheet(stream: IO[bytes], most: int, file: str) -> None:
    extent, parser = _Extent(), expat.ParserCreate()
    parser.StartElementHandler = extent.begin
    piece = b"<"
    try:
        while piece:
            piece = stream.read(MEGABYTE)
            parser.Parse(piece, not piece)
            if extent.rows * extent.columns > most:
                what = (
                    f"has something in {extent.last}, so that it would be more than {most:,} cells"
                )
                cure = "empty ones counted: delete the rows and columns that are no data"
                raise DataError(f"{what}, {cure}", file=file)
    except expat.ExpatError as error:
        raise DataError(f"cannot be read ({error})", file=file) from error
