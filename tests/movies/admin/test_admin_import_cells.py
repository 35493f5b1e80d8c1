"""An uploaded workbook with error values, or formulas without a value, is refused."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from django.test import Client

from movies.models import Movie
from tests.movies.admin.admin_imports import errors, sheet, take, upload

pytestmark = pytest.mark.django_db
HEADER = ("movie_id", "title_ko")


@pytest.fixture(autouse=True)
def films() -> None:
    for number in range(1, 5):
        Movie.objects.create(movie_id=number, title=f"Film {number}")


def with_error(value: str) -> bytes:
    book = openpyxl.Workbook()
    book.active.append(HEADER)
    book.active.append((1, "사랑"))
    book.active.append((2, value))
    book.active["B3"].data_type = "e"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize("value", ["#N/A", "#REF!", "#DIV/0!", "#VALUE!"])
def test_an_error_value_is_no_title(value: str, staff: Client) -> None:
    (told,) = errors(upload(staff, "movie", with_error(value), "titles.xlsx"))
    assert told.startswith(f"titles.xlsx, line 3: title_ko (column 2) {value!r} is an error value")


@pytest.mark.parametrize(
    ("rows", "cells"),
    [
        ([(1, "=VLOOKUP(4,Z:Z,1)"), (2, '=CONCAT("사랑은"," 비를")')], "B2, B3"),
        ([(1, "사랑"), ("=1+1", "하루")], "A3"),
        ([(number, "=A2") for number in (1, 2, 3, 4, 1, 2, 3)], "B2, B3, B4, B5, B6, …"),
    ],
)
def test_formulas_without_a_value_are_named(rows: Any, cells: str, staff: Client) -> None:
    (told,) = errors(upload(staff, "movie", sheet(HEADER, *rows), "titles.xlsx"))
    assert f"a formula without a value ({cells})" in told
    assert "save it" in told


def test_empty_columns_at_the_end_are_left_out_of_csv_and_excel(staff: Client) -> None:
    take(staff, "movie", b"movie_id,title_ko,,\n1,\xec\x82\xac\xeb\x9e\x91,,\n", "a.csv")
    take(staff, "movie", sheet((*HEADER, None, ""), (2, "하루", None, "")), "a.xlsx")
    assert list(Movie.objects.order_by("pk").values_list("title_ko", flat=True)) == [
        "사랑", "하루", "", "",
    ]  # fmt: skip


def test_text_that_looks_like_a_formula_is_text_in_a_sheet(staff: Client) -> None:
    book = openpyxl.Workbook()
    book.active.append(HEADER)
    book.active.append((1, "=B2"))
    book.active["B2"].data_type = "s"
    file = io.BytesIO()
    book.save(file)
    take(staff, "movie", file.getvalue(), "a.xlsx")
    assert Movie.objects.get(pk=1).title_ko == "=B2"
