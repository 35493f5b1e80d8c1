"""What films are about loads from CSV; an empty field changes nothing."""

from __future__ import annotations

import gzip
from pathlib import Path

import pandas as pd
import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from common.models import DataLoad
from movies.models import FilmText, Movie
from movies.services import texts as service
from tests.movies.availability.movie_files import loaded
from tests.movies.availability.movie_files import write as written
from tests.operators import all_rows, refusal, run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("five_films")]

HEADER = "movie_id,overview_ko,overview_en,keywords_en\n"


def texts(folder: Path, *lines: str, header: str = HEADER, name: str = "texts.csv") -> Path:
    return written(folder, name, header, *(f"{line}\n" for line in lines))


def stored() -> list[tuple[int, str, str, list[str]]]:
    rows = FilmText.objects.order_by("movie_id", "language")
    return list(rows.values_list("movie_id", "language", "overview", "keywords"))


def test_texts_and_keywords_are_stored_by_language(tmp_path: Path) -> None:
    path = texts(tmp_path, '1,"장난감, 살아나다",Toys live,toy|boy|toy| ', "260,,,space")

    assert loaded("load_film_texts", path) == "Loaded 2 rows of film texts from texts.csv"
    assert stored() == [
        (1, "en", "Toys live", ["toy", "boy"]),
        (1, "ko", "장난감, 살아나다", []),
        (260, "en", "", ["space"]),
    ]
    first = FilmText.objects.filter(movie=1).first()
    assert first is not None
    assert (first.source, first.loaded_on) == ("texts.csv", timezone.localdate())


def test_the_source_can_be_named(tmp_path: Path) -> None:
    run("load_film_texts", texts(tmp_path, "1,가,,"), "--source", "KMDb")

    assert FilmText.objects.get().source == "KMDb"


@pytest.mark.parametrize("source", ["", " ", "x" * 101])
def test_a_source_without_a_name_or_too_long_is_refused(tmp_path: Path, source: str) -> None:
    said = refusal("load_film_texts", texts(tmp_path, "1,가,,"), "--source", source)

    assert "expected 1 to 100" in said


def test_an_empty_field_leaves_what_is_there(tmp_path: Path) -> None:
    run("load_film_texts", texts(tmp_path, "1,가,a,toy"))
    run("load_film_texts", texts(tmp_path, "1,나,,", name="second.csv"))
    run("load_film_texts", texts(tmp_path, "1,b", header="movie_id,overview_en\n", name="3.csv"))

    assert stored() == [(1, "en", "b", ["toy"]), (1, "ko", "나", [])]
    sources = FilmText.objects.order_by("language").values_list("source", flat=True)
    assert list(sources) == ["3.csv", "second.csv"]


def test_other_columns_are_named_and_ignored(tmp_path: Path) -> None:
    header = "tmdb_id,MovieID,줄거리,english_source\n"

    said = loaded("load_film_texts", texts(tmp_path, "862,1,가,tmdb", header=header))

    assert said.endswith("from texts.csv; ignored: tmdb_id, english_source")
    assert stored() == [(1, "ko", "가", [])]


def test_films_that_are_not_loaded_are_counted(tmp_path: Path) -> None:
    path = texts(tmp_path, "1,가,,", "8888,나,,", "9999,다,,")

    assert "; 2 skipped, their films are not loaded" in loaded("load_film_texts", path)
    load = DataLoad.objects.get(kind="film_texts")
    assert load.counts == {"used": 1, "texts": 1, "skipped": 2}
    assert "8888" in refusal("load_film_texts", path, "--force", "--strict")


def test_the_same_file_twice_is_a_no_op_unless_forced(tmp_path: Path) -> None:
    path = texts(tmp_path, "1,가,,")
    run("load_film_texts", path)
    FilmText.objects.update(overview="나")
    before = all_rows()

    assert loaded("load_film_texts", path) == "texts.csv is loaded already; nothing to do"
    assert all_rows() == before
    run("load_film_texts", path, "--force")
    assert stored() == [(1, "ko", "가", [])]


def test_a_dry_run_stores_nothing(tmp_path: Path) -> None:
    before = all_rows()

    said = loaded("load_film_texts", texts(tmp_path, "1,가,,"), "--dry-run")

    assert said == "Would load 1 rows of film texts from texts.csv"
    assert all_rows() == before


def test_a_load_that_breaks_off_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("load_film_texts", texts(tmp_path, "1,가,,"))
    before = all_rows()
    monkeypatch.setattr(service, "USED_FILMS", "SELECT 1 / 0")

    with pytest.raises(Exception, match="division by zero"), transaction.atomic():
        run("load_film_texts", texts(tmp_path, "1,나,,", "260,다,,", name="second.csv"))

    assert all_rows() == before


def test_gzip_and_parquet_are_read_too(tmp_path: Path) -> None:
    packed = tmp_path / "texts.csv.gz"
    packed.write_bytes(gzip.compress(f"{HEADER}1,가,,\n".encode()))
    table = tmp_path / "texts.parquet"
    pd.DataFrame({"movie_id": [260], "overview_ko": ["나"]}).to_parquet(table)

    run("load_film_texts", packed)
    run("load_film_texts", table)

    assert stored() == [(1, "ko", "가", []), (260, "ko", "나", [])]


def test_tags_and_control_characters_are_left_out(tmp_path: Path) -> None:
    line = "1,<b>장난감</b>의 \u202e세계\u0007!,<script>alert(1)</script>Tom &amp; Jerry,<i>toy</i>"

    run("load_film_texts", texts(tmp_path, line))

    assert stored() == [
        (1, "en", "alert(1) Tom & Jerry", ["toy"]),
        (1, "ko", "장난감 의 세계 !", []),
    ]


BROKEN = {
    "no rows": (HEADER, "no rows"),
    "nothing": ("", "is empty"),
    "no film": ("overview_ko\n가\n", "expected movie_id"),
    "no texts": ("movie_id,tmdb_id\n1,862\n", "no column with texts"),
    "a column twice": ("movie_id,overview_ko,overview_ko\n1,가,나\n", "two columns"),
    "no number": (HEADER + "1,가,,\nx,나,,\n", "line 3: movie_id 'x' is not a whole number"),
    "zero": (HEADER + "0,가,,\n", "line 2: movie_id '0' is out of range"),
    "negative": (HEADER + "-1,가,,\n", "out of range"),
    "too large": (HEADER + f"{2**63},가,,\n", "line 2: movie_id"),
    "a fraction": (HEADER + "1.5,가,,\n", "not a whole number"),
    "a film twice": (HEADER + "1,가,,\n1,나,,\n", "line 3: movie_id"),
    "too many fields": (HEADER + "1,가,,,,나\n", "line 2"),
    "too few fields": (HEADER + "1\n", "line 2"),
    "an open quote": (HEADER + '1,"가,,\n260,나,,\n', "quoted field"),
    "a line break in a field": (HEADER + '1,"가\n나",,\n', "quoted field"),
    "a blank line": (HEADER + "1,가,,\n\n260,나,,\n", "line 3: is a blank line"),
    "an error value": (HEADER + "1,#N/A,,\n", "error value"),
    "a formula": (HEADER + "1,=A1,,\n", "formula"),
    "a long overview": (HEADER + f"1,{'가' * 10_001},,\n", "longer than 10,000 characters"),
    "a long keyword": (HEADER + f"1,,,{'k' * 101}\n", "keyword of more than 100"),
    "a null character": (HEADER + "1,가\0,,\n", "line 2"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_file_is_refused_with_its_line_and_changes_nothing(
    tmp_path: Path, kind: str
) -> None:
    content, expected = BROKEN[kind]
    path = tmp_path / "texts.csv"
    path.write_text(content, encoding="utf-8")

    said = refusal("load_film_texts", path)

    assert "texts.csv" in said
    assert expected in said


def test_every_kind_of_fault_is_told_at_once(tmp_path: Path) -> None:
    path = texts(tmp_path, "x,가,,", f"1,{'나' * 10_001},,", f"260,,,{'k' * 101}")

    said = refusal("load_film_texts", path)

    assert all(f"line {line}" in said for line in (2, 3, 4))


def test_bytes_of_another_encoding_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "texts.csv"
    path.write_bytes(HEADER.encode() + b"1,\xff\xfe,,\n")

    assert "texts.csv" in refusal("load_film_texts", path)


def test_no_such_file(tmp_path: Path) -> None:
    assert "there is no such file" in refusal("load_film_texts", tmp_path / "none.csv")


@pytest.mark.parametrize("row", [{"language": "fr"}, {"overview": ""}, {"language": "ko"}])
def test_the_database_refuses_what_the_loader_never_writes(row: dict[str, str]) -> None:
    movie = Movie.objects.get(pk=1)
    whole = {"language": "en", "overview": "a", "source": "x", "loaded_on": timezone.localdate()}
    FilmText.objects.create(movie=movie, **{**whole, "language": "ko"})

    with pytest.raises(IntegrityError), transaction.atomic():
        FilmText.objects.create(movie=movie, **{**whole, **row})
