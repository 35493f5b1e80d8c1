"""Staff import availability in the admin: previewed, then stored as by the command, or refused."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client

from movies.models import Availability, AvailabilityChange, Movie
from movies.services.availability import correct_availability
from tests.movies.admin.admin_imports import (
    AVAILABILITY,
    FAULTY,
    SMALL,
    comparable,
    confirm,
    counts,
    errors,
    kept_rows,
    messages,
    reset,
    sheet,
    take,
    upload,
)
from tests.operators import refusal, run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("five_films")]


def test_the_preview_says_what_would_change_and_changes_nothing(staff: Client) -> None:
    before = kept_rows()
    page = upload(staff, "availability", SMALL)
    assert counts(page) == {"new": 3, "skipped": 1}
    text = page.content.decode()
    assert "New: 3" in text
    assert "Changed: 0" in text
    assert "Skipped: the film is not loaded: 1" in text
    assert "260 · netflix · catalogue" in text
    assert "yes, 2026-10-01" in text
    assert kept_rows() == before


def test_the_result_is_that_of_the_command(staff: Client, tmp_path: Path) -> None:
    path = tmp_path / "availability.csv"
    path.write_text(SMALL)
    run("load_availability", path)
    expected = comparable()
    assert expected["statements"]
    reset()

    told = take(staff, "availability", SMALL)

    assert comparable() == expected
    assert told == (
        "Imported availability.csv: 3 rows used; 1 skipped, their films are not loaded."
    )


def test_what_is_imported_is_said_by_the_person(staff: Client, admin_user: User) -> None:
    take(staff, "availability", SMALL)
    assert set(Availability.objects.values_list("stated_by", flat=True)) == {admin_user.pk}
    assert set(AvailabilityChange.objects.values_list("changed_by", flat=True)) == {admin_user.pk}
    entry = LogEntry.objects.get()
    assert "Imported availability.csv: 3 rows used" in entry.get_change_message()


def test_the_second_preview_knows_what_is_unchanged_changed_and_older(staff: Client) -> None:
    take(staff, "availability", SMALL)
    same = upload(staff, "availability", SMALL)
    assert counts(same) == {"unchanged": 3, "skipped": 1}
    assert same.context["result"].preview.is_loaded
    assert messages(confirm(staff, "availability", same)) == (
        "Imported availability.csv: loaded already; nothing to do."
    )
    other = AVAILABILITY + (
        "260,netflix,false,catalogue,2026-10-02\n"
        "260,tving,true,catalogue,2026-09-01\n"
        "1,netflix,false,staff,2026-09-30\n"
        "1,watcha,true,catalogue,2026-09-30\n"
    )
    page = upload(staff, "availability", other)
    assert counts(page) == {"changed": 1, "older": 1, "unchanged": 1, "new": 1}
    rows = {row.kind: row for row in page.context["result"].preview.rows}
    assert (rows["changed"].line, rows["changed"].before, rows["changed"].after) == (
        2,
        "yes, 2026-10-01",
        "no, 2026-10-02",
    )
    confirm(staff, "availability", page)
    assert Movie.objects.get(pk=260).platforms == {"netflix": False, "tving": False}


def test_twelve_kinds_of_faults_are_told_with_their_lines_as_by_the_command(
    staff: Client, tmp_path: Path
) -> None:
    path = tmp_path / "availability.csv"
    path.write_text(FAULTY)
    before = kept_rows()
    refused = refusal("load_availability", path)

    page = upload(staff, "availability", FAULTY)

    told = errors(page)
    assert told == refused.splitlines()
    lines = [int(re.search(r"line (\d+):", message)[1]) for message in told]  # type: ignore[index]
    assert lines == list(range(3, 15))  # twelve kinds
    assert "confirm_form" not in page.context
    assert "Traceback" not in page.content.decode()
    assert all(f"line {line}:" in page.content.decode() for line in lines)
    assert kept_rows() == before


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        AVAILABILITY.encode(),
        b"movie_id,platform\n1,netflix\n",
        b"movie_id,platform,available,source,checked_on,more\n1,netflix,true,a,2026-01-01,x\n",
        AVAILABILITY.encode() + b"1,netflix,true,a\n",
        AVAILABILITY.encode() + b"1,netflix,true,a,2026-01-01,x\n",
        AVAILABILITY.encode() + b"1,netflix,true,a,2026-01-01\n\n2,netflix,true,a,2026-01-01\n",
        AVAILABILITY.encode() + b'1,netflix,true,"a\nb",2026-01-01\n',
        AVAILABILITY.encode() + b'1,netflix,true,"a,2026-01-01\n',
        AVAILABILITY.encode() + "1,넷플릭스,true,a,2026-01-01\n".encode("cp949"),
        AVAILABILITY.encode("utf-16"),
        AVAILABILITY.encode() + b"1,netflix,true,\x00,2026-01-01\n",
    ],
)
def test_a_file_that_is_no_such_table_is_refused_as_by_the_command(
    content: bytes, staff: Client, tmp_path: Path
) -> None:
    path = tmp_path / "availability.csv"
    path.write_bytes(content)
    refused = refusal("load_availability", path)
    before = kept_rows()
    page = upload(staff, "availability", content)
    if content:
        assert errors(page) == refused.splitlines()
    else:
        assert page.context["form"].errors["import_file"]
    assert "confirm_form" not in page.context
    assert kept_rows() == before


@pytest.mark.realdata
def test_the_real_file_gives_what_the_command_gives(real_data: Path, staff: Client) -> None:
    path = real_data / "availability_kr_2024.csv"
    if not path.is_file():
        pytest.skip(f"no {path.name} in {real_data}")
    run("load_reference_data")
    run("load_movielens", real_data / "ml-1m.zip")
    run("load_availability", path)
    expected = comparable()
    reset()

    told = take(staff, "availability", path.read_bytes(), path.name)

    assert "rows used" in told
    assert comparable() == expected
    assert LogEntry.objects.count() == 1


def test_an_import_never_touches_what_staff_corrected(staff: Client) -> None:
    correct_availability(movie=Movie.objects.get(pk=260), states={"netflix": False})
    take(staff, "availability", SMALL)
    movie = Movie.objects.get(pk=260)
    assert movie.platforms_fetched["netflix"] is True
    assert movie.platforms["netflix"] is False


# --- workbooks ---


def test_a_workbook_gives_what_the_csv_gives(staff: Client) -> None:
    take(staff, "availability", SMALL)
    expected = comparable()
    reset()
    book = sheet(
        tuple(AVAILABILITY.strip().split(",")),
        (260, "netflix", True, "catalogue", date(2026, 10, 1)),
        (260.0, "tving", "FALSE", "catalogue", datetime(2026, 10, 1)),  # noqa: DTZ001
        ("1", "netflix", False, "staff", "2026-09-30"),
        (999999, "netflix", True, "catalogue", date(2026, 10, 1)),
        (None, None),
    )
    take(staff, "availability", book, "availability.xlsx")
    found = comparable()
    assert found.pop("ledger")[0][2] == expected.pop("ledger")[0][2]
    assert found == expected


def test_faults_of_a_workbook_are_told_with_the_row_of_the_sheet(staff: Client) -> None:
    header = tuple(AVAILABILITY.strip().split(","))
    good = (260, "netflix", True, "catalogue", date(2026, 10, 1))
    before = kept_rows()

    def refused(*rows: tuple[Any, ...]) -> list[str]:
        return errors(upload(staff, "availability", sheet(*rows), "a.xlsx"))

    assert refused(header, good, (1.5, "cinema", 3, "a", 7)) == [
        "a.xlsx, line 3: movie_id '1.5' is not a whole number",
        "a.xlsx, line 3: available '3' is not true or false",
        "a.xlsx, line 3: checked_on '7' is not a day such as 2026-01-31",
        errors_of_platform(),
    ]
    assert refused(header, good, (None,), good) == [
        "a.xlsx, line 3: is a blank line; expected a row: remove it"
    ]
    assert refused(header, (*good, "more")) == ["a.xlsx, line 2: has 6 fields; expected 5"]
    assert refused(header, (1, "netflix", True, "two\nlines", "2026-01-01")) == [
        "a.xlsx, line 2: has a cell of several lines; expected one"
    ]
    assert "the header is 'movie_id,platform'" in refused(header[:2], (1, "netflix"))[0]
    assert refused(header) == ["a.xlsx, line 1: has a header but no rows"]
    assert refused() == ["a.xlsx: is empty"]
    assert errors(upload(staff, "availability", b"no zip", "a.xlsx")) == [
        "a.xlsx: is not an Excel workbook (.xlsx)"
    ]
    assert kept_rows() == before


def errors_of_platform() -> str:
    return (
        "a.xlsx, line 3: platform 'cinema' is not a platform here; known: netflix, tving, watcha "
        "(`manage.py load_reference_data` loads those that the project ships)"
    )


def test_a_workbook_that_unpacks_to_very_much_is_refused(
    staff: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("movies.admin.uploads.limits.LARGEST_UNPACKED", 1000)
    page = upload(staff, "availability", sheet(("movie_id",), (1,)), "a.xlsx")
    assert "unpacks to more than" in errors(page)[0]
