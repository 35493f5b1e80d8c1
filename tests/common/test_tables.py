"""CSV files are read strictly: an error names the file and the line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from common import tables
from common.errors import DataError

FILE = "table.csv"


def write(folder: Path, content: str | bytes) -> Path:
    path = folder / FILE
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def rows(folder: Path, content: str | bytes) -> list[tuple[Any, ...]]:
    """The rows of a table with the columns a and b, each with its line."""
    frame = tables.read_table(write(folder, content), required=("a", "b"), optional=("c",))
    return list(frame[["a", "b", "line"]].itertuples(index=False, name=None))


def refusal(folder: Path, content: str | bytes) -> str:
    with pytest.raises(DataError) as caught:
        rows(folder, content)
    return str(caught.value)


# --- what is read ---


@pytest.mark.parametrize(
    "content",
    [
        "a,b\n1,2\n3,4\n",
        "\ufeffa,b\n1,2\n3,4\n",
        '\ufeff"a",b\n1,2\n3,4\n',
        "a,b\r\n1,2\r\n3,4\r\n",
        "a,b\r1,2\r3,4\r",
        "a,b\n1,2\n3,4\n\n\n",
        "a,b\r\n1,2\r\n3,4\r\n\r\n",
        'a,b\n"1",2\n3,"4"\n',
        "b,a\n2,1\n4,3\n",
        "c,a,b\nx,1,2\n,3,4\n",
    ],
    ids=[
        "plain",
        "byte order mark",
        "byte order mark and quotes",
        "Windows lines",
        "old Mac lines",
        "blank lines at the end",
        "blank Windows lines at the end",
        "quoted",
        "other order",
        "optional column",
    ],
)
def test_what_spreadsheets_write_is_read(tmp_path: Path, content: str) -> None:
    assert rows(tmp_path, content) == [("1", "2", 2), ("3", "4", 3)]


def test_quoted_fields_may_hold_commas_and_quotes(tmp_path: Path) -> None:
    content = 'a,b\n"Me, Myself","the ""best"""\n'
    assert rows(tmp_path, content) == [("Me, Myself", 'the "best"', 2)]


def test_text_stays_text(tmp_path: Path) -> None:
    content = "a,b\n007,1.50\nNULL,nan\n,true\n"
    assert rows(tmp_path, content) == [("007", "1.50", 2), ("NULL", "nan", 3), ("", "true", 4)]


def test_korean_text_is_read(tmp_path: Path) -> None:
    assert rows(tmp_path, "a,b\n괴물,기생충\n") == [("괴물", "기생충", 2)]


# --- what is refused ---


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a,b\n1,2\n\n3,4\n", "line 3: is a blank line; expected a row: remove it"),
        ("a,b\r\n1,2\r\n\r\n3,4\r\n", "line 3: is a blank line; expected a row: remove it"),
        ("a,b\n\n1,2\n", "line 2: is a blank line; expected a row: remove it"),
        ("a,b\n1,2\n3,4,5\n", "line 3: has 3 fields; expected 2"),
        ("a,b\n1,2\n3\n5,6\n", "line 3: has 1 fields; expected 2"),
        ("a,b\n1,2\n \n", "line 3: has 1 fields; expected 2"),
        ("a,b,c\n1,2\n", "line 2: has 2 fields; expected 3"),
    ],
)
def test_a_line_with_too_many_or_too_few_fields_is_refused(
    tmp_path: Path, content: str, message: str
) -> None:
    assert refusal(tmp_path, content) == f"{FILE}, {message}"


def test_the_line_is_right_far_down_in_the_file(tmp_path: Path) -> None:
    content = "a,b\n" + "1,2\n" * 300_000
    assert refusal(tmp_path, f"{content}3\n").startswith(f"{FILE}, line 300002: has 1 fields")
    assert refusal(tmp_path, content.encode() + b"\xff,1\n").startswith(f"{FILE}, line 300002: is")


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ('a,b\n1,2\n"3\n4",5\n6,7\n', 3),
        ('a,b\n1,2\n"3,4\n5,6\n', 3),
        ('a,b\n1,2\n3,"4\n', 3),
        ('a,b\n"1\n2",3\n4,5,6\n', 2),
    ],
    ids=["two lines", "never closed", "never closed in the last line", "a later fault"],
)
def test_a_field_over_several_lines_is_refused(tmp_path: Path, content: str, line: int) -> None:
    assert refusal(tmp_path, content) == (
        f"{FILE}, line {line}: a quoted field does not end in its line; expected one row a line"
    )


def test_a_quote_that_swallows_the_file_is_refused(tmp_path: Path) -> None:
    message = refusal(tmp_path, 'a,b\n"1,2\n' + "3,4\n" * 400_000)
    assert message.startswith(f"{FILE}, line 2: ")
    assert len(message) < 200


@pytest.mark.parametrize(
    ("content", "header"),
    [
        ("a,d\n1,2\n", "'a,d'"),
        ("a\n1\n", "'a'"),
        ("a,b,d\n1,2,3\n", "'a,b,d'"),
        ("a,b,a\n1,2,3\n", "'a,b,a'"),
        ("A,B\n1,2\n", "'A,B'"),
        ("a, b\n1,2\n", "'a, b'"),
        ("a;b\n1;2\n", "'a;b'"),
        ("1,2\n3,4\n", "'1,2'"),
        ("\na,b\n1,2\n", "''"),
        ('"a,b\n1,2\n', "'\"a,b'"),
    ],
)
def test_a_wrong_header_is_refused_with_the_right_one(
    tmp_path: Path, content: str, header: str
) -> None:
    assert refusal(tmp_path, content) == (
        f"{FILE}, line 1: the header is {header}; expected a,b,[c]"
    )


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("a,b\n1,2\n3", "has 1 fields; expected 2"),
        ('a,b\n1,2\n3,"4', "quot"),
    ],
)
def test_a_file_that_was_cut_off_in_its_last_line_is_refused(
    tmp_path: Path, content: str, what: str
) -> None:
    message = refusal(tmp_path, content)
    assert message.startswith(f"{FILE}, line 3: ")
    assert what in message


@pytest.mark.parametrize("content", ["a,b\n1,2\n3,45", "a,b\r\n1,2\r\n3,45"])
def test_a_last_line_without_a_line_end_is_taken_with_a_warning(
    tmp_path: Path, content: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / FILE
    path.write_bytes(content.encode())
    frame = tables.read_table(path, required=("a", "b"))
    assert frame["b"].tolist() == ["2", "45"]
    assert f"{FILE}, line 3: the last line has no line end" in caplog.text


@pytest.mark.parametrize("content", ["", "\n\n", "\r\n", "\ufeff"])
def test_an_empty_file_is_refused(tmp_path: Path, content: str) -> None:
    assert refusal(tmp_path, content) == f"{FILE}: is empty"


@pytest.mark.parametrize("content", ["a,b", "a,b\n", "a,b\r\n\r\n", "\ufeffa,b\n"])
def test_a_header_alone_is_refused(tmp_path: Path, content: str) -> None:
    assert refusal(tmp_path, content) == f"{FILE}, line 1: has a header but no rows"


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("a,b\n1,2\n3,é\n".encode("latin-1"), 3),
        ("a,b\n괴물,2\n".encode("cp949"), 2),
        ("é,b\n1,2\n".encode("latin-1"), 1),
        ("a,b\n1,2\n".encode("utf-16"), 1),
        ("a,b\n1,2\n".encode("utf-16-le"), 1),
        (b"a,b\n1,2\n3,4\0\n", 3),
        (b"\x89PNG\r\n\x1a\n\0\0", 1),
    ],
    ids=["latin-1", "Korean Windows", "header", "UTF-16", "UTF-16 unmarked", "NUL", "picture"],
)
def test_anything_but_utf_8_is_refused(tmp_path: Path, content: bytes, line: int) -> None:
    assert refusal(tmp_path, content) == (
        f"{FILE}, line {line}: is not UTF-8 text; save it as CSV in UTF-8"
    )


@pytest.mark.parametrize("name", ["nothing.csv", "."])
def test_what_is_no_file_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(DataError) as caught:
        tables.read_table(tmp_path / name, required=("a",))
    assert str(caught.value) == f"{tmp_path / name}: there is no such file"


# --- numbers, truth values, days ---

Reader = Callable[[pd.DataFrame], "pd.Series[Any]"]


def column(folder: Path, reader: Reader, *values: str) -> list[Any]:
    content = "v,x\n" + "".join(f"{value},\n" for value in values)
    frame = tables.read_table(write(folder, content), required=("v", "x"))
    return reader(frame).tolist()


def fault(folder: Path, reader: Reader, good: str, bad: str) -> str:
    """The message for the bad value in line 3."""
    with pytest.raises(DataError) as caught:
        column(folder, reader, good, bad, bad)
    assert str(caught.value).startswith(f"{FILE}, line 3: v ")
    return str(caught.value).partition(": v ")[2]


def integers(frame: pd.DataFrame) -> pd.Series[Any]:
    return tables.integers(frame, "v", file=FILE)


def numbers(frame: pd.DataFrame) -> pd.Series[Any]:
    return tables.numbers(frame, "v", file=FILE, low=0, high=100)


def truth_values(frame: pd.DataFrame) -> pd.Series[Any]:
    return tables.truth_values(frame, "v", file=FILE)


def days(frame: pd.DataFrame) -> pd.Series[Any]:
    return tables.days(frame, "v", file=FILE)


def test_whole_numbers_are_read(tmp_path: Path) -> None:
    values = column(tmp_path, integers, "1", " 7 ", "007", "+5", "2147483647")
    assert values == [1, 7, 7, 5, 2147483647]


@pytest.mark.parametrize(
    "bad",
    ["", " ", "1.0", "1e3", "one", "NaN", "0x1F", "1_000", "--1", "２", "٣", "9" * 19, "9" * 99],
)
def test_what_is_no_whole_number_is_refused(tmp_path: Path, bad: str) -> None:
    assert fault(tmp_path, integers, "1", bad) == f"{bad!r} is not a whole number"


@pytest.mark.parametrize("bad", ["0", "-1", "2147483648", "9" * 18])
def test_a_whole_number_that_is_no_id_is_refused(tmp_path: Path, bad: str) -> None:
    assert fault(tmp_path, integers, "1", bad) == f"{bad!r} is out of range"


def test_an_empty_number_is_missing_where_it_may_be(tmp_path: Path) -> None:
    def nullable(frame: pd.DataFrame) -> pd.Series[Any]:
        return tables.integers(frame, "v", file=FILE, nullable=True)

    values = column(tmp_path, nullable, "1", "", " ", "3")
    assert [None if pd.isna(value) else value for value in values] == [1, None, None, 3]
    assert fault(tmp_path, nullable, "", "x") == "'x' is not a whole number"


def test_numbers_are_read(tmp_path: Path) -> None:
    values = column(tmp_path, numbers, "0", "100", "1.5", "1.", ".5", "1e2", " 3 ", "+4", "-0")
    assert values == [0, 100, 1.5, 1, 0.5, 100, 3, 4, 0]


@pytest.mark.parametrize(
    "bad", ["", ".", "nan", "NaN", "inf", "-inf", "Infinity", "1;5", "5%", "５", "0x1p3", "1e"]
)
def test_what_is_no_number_is_refused(tmp_path: Path, bad: str) -> None:
    assert fault(tmp_path, numbers, "1", bad) == f"{bad!r} is not a number"


@pytest.mark.parametrize("bad", ["100.1", "-0.1", "1e999", "-5"])
def test_a_number_outside_its_range_is_refused(tmp_path: Path, bad: str) -> None:
    assert fault(tmp_path, numbers, "1", bad) == f"{bad!r} is not between 0 and 100"


def test_truth_values_are_read_in_any_case(tmp_path: Path) -> None:
    values = column(tmp_path, truth_values, "true", "FALSE", "True", " false ")
    assert values == [True, False, True, False]


@pytest.mark.parametrize("bad", ["", "1", "0", "yes", "t", "truefalse", "null"])
def test_other_words_are_no_truth_values(tmp_path: Path, bad: str) -> None:
    assert fault(tmp_path, truth_values, "true", bad) == f"{bad!r} is not true or false"


def test_days_are_read(tmp_path: Path) -> None:
    values = column(tmp_path, days, "2026-01-31", " 2024-02-29 ", "1990-01-01", "2100-12-31")
    assert values == ["2026-01-31", "2024-02-29", "1990-01-01", "2100-12-31"]


@pytest.mark.parametrize(
    "bad",
    ["", "26-01-31", "2026/01/31", "2026-1-31", "31.1.2026", "2026-01-31T00:00", "２０２６-01-31"],
)
def test_what_is_written_differently_is_no_day(tmp_path: Path, bad: str) -> None:
    message = fault(tmp_path, days, "2026-01-31", bad)
    assert message == f"{bad!r} is not a day such as 2026-01-31"


@pytest.mark.parametrize("bad", ["2026-02-30", "2023-02-29", "2026-13-01", "2026-00-10"])
def test_a_day_must_be_one_of_the_calendar(tmp_path: Path, bad: str) -> None:
    message = fault(tmp_path, days, "2026-01-31", bad)
    assert message == f"{bad!r} is not a day of the calendar"


@pytest.mark.parametrize("bad", ["0001-01-01", "1989-12-31", "2101-01-01", "9999-12-31"])
def test_a_day_far_away_is_a_slip(tmp_path: Path, bad: str) -> None:
    message = fault(tmp_path, days, "2026-01-31", bad)
    assert message == f"{bad!r} is not between 1990-01-01 and 2100-12-31"


def test_a_long_value_is_cut_short_in_the_message(tmp_path: Path) -> None:
    message = fault(tmp_path, integers, "1", "x" * 5000)
    assert message == f"{'x' * 200 + '…'!r} is not a whole number"


# --- rows ---


def test_a_repeated_row_is_named_by_the_later_line(tmp_path: Path) -> None:
    path = write(tmp_path, "a,b\n1,2\n1,3\n1,2\n1,3\n")
    frame = tables.read_table(path, required=("a", "b"))
    with pytest.raises(DataError) as caught:
        tables.unique_rows(frame, ["a", "b"], file=FILE)
    assert str(caught.value) == (
        f"{FILE}, line 4: a '1' is repeated (same a, b as an earlier line)"
    )


def test_a_number_is_shown_without_the_name_of_its_type(tmp_path: Path) -> None:
    frame = tables.read_table(write(tmp_path, "a,b\n1,2\n7,8\n"), required=("a", "b"))
    for kind in ("Int64", "int64", "float64"):
        frame["a"] = frame["b"].astype(kind)
        with pytest.raises(DataError) as caught:
            tables.first_fault(frame, frame["a"] > 5, "a", "is too large", FILE)
        number = "8.0" if kind == "float64" else "8"
        assert str(caught.value) == f"{FILE}, line 3: a {number} is too large"


def test_records_are_plain_python_values(tmp_path: Path) -> None:
    frame = tables.read_table(write(tmp_path, "v,x\n1,y\n,z\n"), required=("v", "x"))
    frame["v"] = tables.integers(frame, "v", file=FILE, nullable=True)
    found = tables.records(frame, ["v", "x"])
    assert found == [{"v": 1, "x": "y"}, {"v": None, "x": "z"}]
    assert type(found[0]["v"]) is int
