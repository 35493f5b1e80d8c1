"""Files and names in zips that Korean Windows wrote are read; what is unclear is refused."""

from __future__ import annotations

import unicodedata
import zipfile
from pathlib import Path

import pytest

from common.tables import CP949, UTF_8, UTF_16, EncodingFinder, encoding_of
from movies.movielens import source as source_module
from tests.movies.movielens.loose_files import PAIRS, PLAIN, read, write

KOREAN = {
    "rating.csv": "사용자ID,영화ID,평점\n1,1,5\n1,2,3.5\n2,1,4\n",
    "movie.csv": "영화ID,제목,장르\n1,괴물 “강”,드라마·액션\n2,아가씨,스릴러\n",
    "user.csv": "사용자ID,성별,나이\n1,남,만 27세\n2,여,30\n",
}


@pytest.mark.parametrize(
    ("encoding", "said"), [("cp949", "read as cp949"), ("utf-16", "read as UTF-16")]
)
def test_files_in_other_encodings_are_read_and_this_is_said(
    tmp_path: Path, encoding: str, said: str
) -> None:
    files = {name: text.encode(encoding) for name, text in KOREAN.items()}
    release, pairs = read(write(tmp_path / "files", files))
    assert pairs == PAIRS
    assert release.movies["title"].tolist() == ["괴물 “강”", "아가씨"]
    assert release.users is not None
    assert release.users["gender"].tolist() == ["male", "female"]
    assert all(said in line for line in release.used[:3])


def test_what_excel_saves_as_unicode_text_is_read(tmp_path: Path) -> None:
    files = {name: text.replace(",", "\t").encode("utf-16") for name, text in PLAIN.items()}
    release, pairs = read(write(tmp_path / "files", files))
    assert pairs == PAIRS
    assert "(read as UTF-16, separated by tabs)" in release.used[0]


def test_decomposed_korean_is_composed(tmp_path: Path) -> None:
    files = {name: unicodedata.normalize("NFD", text) for name, text in KOREAN.items()}
    release, pairs = read(write(tmp_path / "files", files))
    assert pairs == PAIRS
    assert release.movies["title"].tolist() == ["괴물 “강”", "아가씨"]
    assert release.movies["genres"].tolist() == [["드라마", "액션"], ["스릴러"]]


def test_blocks_may_end_inside_a_letter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {name: text.encode("cp949") for name, text in KOREAN.items()}
    path = write(tmp_path / "files", files)
    for size in (1, 2, 5, 7):
        monkeypatch.setattr(source_module, "BLOCK_BYTES", size)
        release, pairs = read(path)
        assert pairs == PAIRS
        assert release.movies["title"].tolist() == ["괴물 “강”", "아가씨"]


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (b"plain", UTF_8),
        ("괴물".encode(), UTF_8),
        ("괴물".encode("cp949"), CP949),
        ("뷁, a lot of 한국어".encode("cp949"), CP949),
        ("괴물".encode("utf-16"), UTF_16),
        ("Léon, Amélie".encode("latin-1"), None),
        ("Ä Ö Ü".encode("latin-1"), None),
        ("怪物 電影 中國".encode("gb18030"), None),
        ("괴물".encode("cp949")[:-1], None),
        ("괴물".encode("utf-16")[:-1], None),
    ],
)
def test_an_encoding_is_found_or_not_guessed(content: bytes, encoding: str | None) -> None:
    assert encoding_of(content) == encoding
    finder = EncodingFinder()
    for place in range(len(content)):
        finder.feed(content[place : place + 1])
    assert finder.found() == encoding


def zip_with_names(path: Path, folder: bytes, files: dict[str, str]) -> Path:
    """A zip whose names are these bytes, without the flag of UTF-8, as Windows and macOS write."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr("x" * len(folder) + "/" + name, text)
    path.write_bytes(path.read_bytes().replace(b"x" * len(folder) + b"/", folder + b"/"))
    return path


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("영화".encode("cp949"), "영화"),
        ("우리 영화 2026".encode("cp949"), "우리 영화 2026"),
        ("영화".encode(), "영화"),
        (unicodedata.normalize("NFD", "영화").encode(), "영화"),  # as macOS writes
        (b"films", "films"),
    ],
)
def test_the_folder_in_a_zip_has_the_name_that_was_given_to_it(
    tmp_path: Path, folder: bytes, name: str
) -> None:
    release, pairs = read(zip_with_names(tmp_path / "team.zip", folder, PLAIN))
    assert (release.name, pairs) == (name, PAIRS)
