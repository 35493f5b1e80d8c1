"""What spreadsheets leave in files: error values and formulas are refused, empty columns go."""

from __future__ import annotations

import unicodedata

import pytest

from common import tables
from common.errors import DataError


def parsed(text: str) -> list[list[str]]:
    frame = tables.parse_table(
        text.encode(), file="a.csv", required=("movie_id", "title_ko"), optional=("note",)
    )
    rows: list[list[str]] = frame.drop(columns="line").to_numpy().tolist()
    return rows


@pytest.mark.parametrize(
    "value",
    [
        "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#null!", " #N/A ", "Err:508",
        "#SPILL!",
    ],
)  # fmt: skip
def test_an_error_value_is_refused_with_row_and_column(value: str) -> None:
    with pytest.raises(DataError) as caught:
        parsed(f"movie_id,title_ko\n1,사랑\n2,{value}\n3,#REF!\n")
    assert str(caught.value).startswith(
        f"a.csv, line 3: title_ko (column 2) {value!r} is an error value of a spreadsheet"
    )


@pytest.mark.parametrize(
    "value",
    [
        '"=VLOOKUP(4,Z:Z,1)"', "=B2", "=$A$1", '"=SUM(A1,A2)"', "=Sheet2!A1", "='영화 목록'!B2",
        "=-A1",
    ],
)  # fmt: skip
def test_a_formula_is_refused(value: str) -> None:
    with pytest.raises(DataError, match=r"line 2: title_ko \(column 2\) .* is a formula"):
        parsed(f"movie_id,title_ko\n1,{value}\n")


@pytest.mark.parametrize("title", ["#살아있다", "#Alive", "= (2019)", "=", "N/A", "#1", "1=1"])
def test_titles_that_only_look_like_them_are_taken(title: str) -> None:
    assert parsed(f"movie_id,title_ko\n1,{title}\n") == [["1", title]]


@pytest.mark.parametrize(
    "text",
    [
        "movie_id,title_ko,,\n1,사랑,,\n2,하루,,\n",
        "movie_id,title_ko\n1,사랑,,\n2,하루\n",
        "movie_id,title_ko,,,\n1,사랑,,,\n2,하루,,,",
        'movie_id,title_ko,""\n1,"사랑",""\n2,하루,\n',
    ],
)
def test_empty_columns_at_the_end_are_left_out(text: str) -> None:
    assert parsed(text) == [["1", "사랑"], ["2", "하루"]]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("movie_id,title_ko,,\n1,사랑,,\n2,하루,,x\n", 3),
        ("movie_id,title_ko\n1,사랑,x\n", 2),
        ("movie_id,title_ko,,\n1,사랑,x,\n", 2),
    ],
)
def test_a_value_without_a_column_is_refused(text: str, line: int) -> None:
    with pytest.raises(DataError, match=rf"line {line}: has \d fields; expected 2"):
        parsed(text)


@pytest.mark.parametrize("title", ["살인의 추억", "Amélie", "기생충", "Ąę"])
def test_decomposed_text_is_composed(title: str) -> None:
    text = unicodedata.normalize("NFD", f"movie_id,title_ko\n1,{title}\n")
    assert text != unicodedata.normalize("NFC", text)
    assert parsed(text) == [["1", title]]
