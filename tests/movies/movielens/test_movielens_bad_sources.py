"""A zip or folder that holds no whole release, or a hostile one, is refused."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import pytest

from movies.movielens import open_release
from movies.movielens import ratings as ratings_module
from movies.movielens import rows as rows_module
from movies.movielens import source as source_module
from tests.movies.movielens.archives import tiny_files, tiny_release, write_zip
from tests.movies.movielens.refusals import GOOD_1M, refusal, refused

# --- sources ---


def test_a_path_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    error = refusal(tmp_path / "ml-1m.zip")
    assert error.file == str(tmp_path / "ml-1m.zip")
    assert "does not exist; expected the zip of a MovieLens release or its folder" in error.message


@pytest.mark.parametrize("content", [b"", b"1::1::5::0\n", b"PK\3\4 cut"])
def test_a_file_that_is_no_zip_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "ratings.dat"
    path.write_bytes(content)
    error = refusal(path)
    assert error.file == str(path)
    assert "is not a zip file" in error.message
    assert "expected the zip of a MovieLens release, whole, or its folder" in error.message


def test_a_zip_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    path = tiny_release(tmp_path, "ml-1m")
    path.write_bytes(path.read_bytes()[:-30])
    assert "download it again" in refusal(path).message


@pytest.mark.parametrize("zipped", [True, False])
def test_a_source_of_no_known_layout_names_those_that_are_known(
    tmp_path: Path, zipped: bool
) -> None:
    nothing = dict.fromkeys(tiny_files("ml-1m"))
    path = tiny_release(tmp_path, "ml-1m", zipped=zipped, replace={**nothing, "a.txt": "a"})
    error = refusal(path)
    assert error.file == path.name
    assert "no MovieLens release is in here, found ml-1m/a.txt" in error.message
    for known in ("u.data", "ratings.dat", "ratings.csv", "rating.csv, movie.csv, user.csv"):
        assert known in error.message


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    assert "found nothing; expected one of" in refusal(tmp_path).message


@pytest.mark.parametrize(
    ("layout", "missing"),
    [
        ("ml-100k", "u.data"),
        ("ml-100k", "u.item"),
        ("ml-100k", "u.user"),
        ("ml-1m", "ratings.dat"),
        ("ml-1m", "movies.dat"),
        ("ml-1m", "users.dat"),
        ("ml-10M100K", "movies.dat"),
        ("ml-25m", "ratings.csv"),
        ("ml-25m", "movies.csv"),
        ("plain", "rating.csv"),
        ("plain", "movie.csv"),
    ],
)
@pytest.mark.parametrize("zipped", [True, False])
def test_a_missing_file_is_named_with_those_that_were_found(
    tmp_path: Path, layout: str, missing: str, zipped: bool
) -> None:
    error = refusal(tiny_release(tmp_path, layout, zipped=zipped, replace={missing: None}))
    assert layout in error.file
    assert f"{missing} is missing from " in error.message
    for name in tiny_files(layout):
        assert (name in error.message.partition("found ")[2]) == (name != missing)


def test_links_may_be_missing(tmp_path: Path) -> None:
    path = tiny_release(tmp_path, "ml-25m", replace={"links.csv": None})
    with open_release(path) as release:
        assert release.movies["imdb_id"].isna().all()


def test_two_releases_in_one_zip_are_ambiguous(tmp_path: Path) -> None:
    files = {f"ml-1m/{name}": _bytes(data) for name, data in tiny_files("ml-1m").items()}
    files |= {f"ml-25m/{name}": _bytes(data) for name, data in tiny_files("ml-25m").items()}
    error = refusal(write_zip(tmp_path / "both.zip", files))
    assert error.file == "both.zip"
    assert "several releases (ml-1m/ratings.dat, ml-25m/ratings.csv); expected one" in error.message


def test_two_layouts_in_one_folder_are_ambiguous(tmp_path: Path) -> None:
    path = tiny_release(tmp_path, "ml-1m", zipped=False, replace=tiny_files("ml-25m"))
    assert "holds several releases" in refusal(path).message


def test_the_same_file_twice_in_a_zip_is_refused(tmp_path: Path) -> None:
    path = tiny_release(tmp_path, "ml-1m")
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("ml-1m/ratings.dat", GOOD_1M)
    assert "holds the file ml-1m/ratings.dat twice" in refusal(path).message


def _bytes(data: str | bytes) -> bytes:
    return data.encode() if isinstance(data, str) else data


# --- hostile and damaged archives ---


@pytest.mark.parametrize(
    "name", ["../evil.txt", "ml-1m/../../evil.txt", "/etc/evil", "C:/evil", "..\\evil", "\\evil"]
)
def test_a_member_outside_the_archive_is_refused(tmp_path: Path, name: str) -> None:
    path = tiny_release(tmp_path, "ml-1m")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(name, "x")
    error = refusal(path)
    assert error.file == "ml-1m.zip"
    assert "points outside the archive" in error.message
    assert "do not use this file" in error.message


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    bomb = b"\n" * (11 * 2**20)
    error = refused(tmp_path, "ml-1m", "users.dat", bomb)
    assert "no MovieLens file packs more than 200 to 1" in error.message


def test_an_unneeded_bomb_is_left_alone(tmp_path: Path) -> None:
    path = tiny_release(tmp_path, "ml-1m", replace={"other.txt": b"\n" * (11 * 2**20)})
    with open_release(path) as release:
        assert release.name == "ml-1m"


def test_sizes_that_no_release_has_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tiny_release(tmp_path, "ml-1m")
    monkeypatch.setattr(source_module, "MAX_TOTAL_BYTES", 300)
    assert "at most 300 are expected" in refusal(path).message
    monkeypatch.setattr(source_module, "MAX_MEMBER_BYTES", 100)
    error = refusal(path)
    assert error.file == "ml-1m/ratings.dat"
    assert "at most 100 are expected" in error.message


def test_a_table_of_films_too_large_for_memory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows_module, "MAX_TABLE_BYTES", 100)
    error = refusal(tiny_release(tmp_path, "ml-1m"))
    assert error.file == "ml-1m/movies.dat"
    assert "the largest release needs less than 10 million" in error.message


def test_an_endless_line_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ratings_module, "MAX_LINE_BYTES", 100)
    error = refused(tmp_path, "ml-1m", "ratings.dat", GOOD_1M + "1" * 200)
    assert error.line == 2
    assert "expected short lines" in error.message


def _patch_directory(path: Path, member: bytes, offset: int, value: bytes) -> None:
    """Overwrite a field in the central directory's entry of a member."""
    data = bytearray(path.read_bytes())
    entry = data.rindex(member) - 46
    assert data[entry : entry + 4] == b"PK\1\2"
    data[entry + offset : entry + offset + len(value)] = value
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("change", "amount"), [(-5, "damaged"), (5, "less data than the declared")]
)
def test_a_size_other_than_declared_is_refused(tmp_path: Path, change: int, amount: str) -> None:
    path = tiny_release(tmp_path, "ml-1m")
    size = len(tiny_files("ml-1m")["ratings.dat"])
    _patch_directory(path, b"ml-1m/ratings.dat", 24, struct.pack("<I", size + change))
    error = refusal(path)
    assert error.file == "ml-1m/ratings.dat"
    assert amount in error.message
    assert "download it again" in error.message


def test_more_data_than_declared_is_refused(tmp_path: Path) -> None:
    path = tiny_release(tmp_path, "ml-1m")
    _patch_directory(path, b"ml-1m/ratings.dat", 24, struct.pack("<I", 20))
    assert "holds more data than the declared 20 bytes" in refusal(path).message


def test_a_wrong_checksum_is_refused(tmp_path: Path) -> None:
    path = tiny_release(tmp_path, "ml-1m")
    _patch_directory(path, b"ml-1m/ratings.dat", 16, b"\1\2\3\4")
    error = refusal(path)
    assert error.file == "ml-1m/ratings.dat"
    assert "cannot be read, the file is damaged" in error.message
    assert "download it again" in error.message


def test_damaged_packed_data_is_refused(tmp_path: Path) -> None:
    path = tiny_release(tmp_path, "ml-1m")
    data = bytearray(path.read_bytes())
    start = data.index(b"ml-1m/ratings.dat") + len(b"ml-1m/ratings.dat")
    data[start : start + 20] = b"\xff" * 20
    path.write_bytes(data)
    error = refusal(path)
    assert error.file == "ml-1m/ratings.dat"
    assert "the file is damaged" in error.message


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    path = tiny_release(tmp_path, "ml-1m")
    _patch_directory(path, b"ml-1m/ratings.dat", 8, struct.pack("<H", 0x1))
    error = refusal(path)
    assert error.file == "ml-1m/ratings.dat"
    assert "is encrypted with a password; expected a zip without one" in error.message


def test_an_unusual_packing_method_is_refused(tmp_path: Path) -> None:
    path = tiny_release(tmp_path, "ml-1m", replace={"ratings.dat": None})
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("ml-1m/ratings.dat", GOOD_1M, compress_type=zipfile.ZIP_BZIP2)
    error = refusal(path)
    assert error.file == "ml-1m/ratings.dat"
    assert "is packed with method 12; expected the ordinary zip method" in error.message


def test_nothing_is_written_beside_the_archive(tmp_path: Path) -> None:
    path = tiny_release(tmp_path, "ml-1m")
    with open_release(path) as release:
        list(release.rating_chunks())
    assert list(tmp_path.iterdir()) == [path]
