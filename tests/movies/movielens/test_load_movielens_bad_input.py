"""The command refuses a broken release with file and line, and leaves the database as it was.

The modules test_movielens_bad_* check that the reader finds every kind of fault; these tests check
what an operator sees of it, and the faults that only a whole release shows.
"""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection

from common import loading
from movies.models import Movie, Platform
from movies.services.availability import correct_availability
from tests.movies.movielens.archives import tiny_files, tiny_release
from tests.operators import add_respondent, add_run, all_rows, refusal, run
from tests.paths import ROOT

T = 978300760


@pytest.fixture
def in_use(db: None, tmp_path: Path) -> None:
    """A data set with everything that depends on it; a refused load must leave all of it."""
    run("load_movielens", tiny_release(tmp_path / "before", "ml-latest-small"))
    Platform.objects.create(slug="netflix", name="Netflix")
    correct_availability(movie=Movie.objects.get(pk=1), states={"netflix": True})
    add_respondent(1, 260, shown=[29], twin=1)
    add_run(user=1, movie=29)


def with_lines(layout: str, file: str, *lines: str) -> dict[str, str | bytes | None]:
    """The release's own file with lines added at its end."""
    content = tiny_files(layout)[file]
    assert isinstance(content, str)
    return {file: content + "".join(f"{line}\n" for line in lines)}


# --- faults that only the whole of a release shows ---


@pytest.mark.parametrize("layout", ["ml-1m", "ml-100k", "ml-25m", "plain"])
def test_a_rating_of_a_film_that_is_not_there_is_refused(
    in_use: None, tmp_path: Path, layout: str
) -> None:
    file, line, row = {
        "ml-1m": ("ratings.dat", 10, f"3::998::5::{T}"),
        "ml-100k": ("u.data", 10, f"3\t998\t5\t{T}"),
        "ml-25m": ("ratings.csv", 11, f"3,998,5,{T}"),
        "plain": ("rating.csv", 11, "3,998,5"),
    }[layout]
    later = row.replace("998", "997")
    release = tiny_release(tmp_path, layout, replace=with_lines(layout, file, row, later))

    assert refusal("load_movielens", release, "--replace") == (
        f"{layout}/{file}, line {line}: a rating of film 998, which the release does not have"
    )


@pytest.mark.parametrize("layout", ["ml-1m", "ml-100k", "plain"])
def test_a_rating_by_someone_who_is_not_there_is_refused(
    in_use: None, tmp_path: Path, layout: str
) -> None:
    file, line, row = {
        "ml-1m": ("ratings.dat", 10, f"4::1::5::{T}"),
        "ml-100k": ("u.data", 10, f"4\t1\t5\t{T}"),
        "plain": ("rating.csv", 11, "4,1,5"),
    }[layout]
    release = tiny_release(tmp_path, layout, replace=with_lines(layout, file, row))

    assert refusal("load_movielens", release, "--replace") == (
        f"{layout}/{file}, line {line}: a rating of user 4, which the release does not have"
    )


def test_anybody_may_rate_where_a_release_has_no_people(in_use: None, tmp_path: Path) -> None:
    row = with_lines("ml-25m", "ratings.csv", f"4,1,5,{T}")
    out, _ = run("load_movielens", tiny_release(tmp_path, "ml-25m", replace=row))

    assert "Loaded ml-25m: 5 movies, 4 users, 10 observed ratings" in out


@pytest.mark.parametrize("stars", [5, 2], ids=["same stars", "other stars"])
@pytest.mark.parametrize(
    ("layout", "file", "row", "first", "second"),
    [
        ("ml-1m", "ratings.dat", "1::260::{}::978300999", 2, 10),
        ("ml-100k", "u.data", "1\t3\t{}\t978300999", 2, 10),
        ("ml-25m", "ratings.csv", "1,260,{},978300999", 3, 11),
        ("plain", "rating.csv", "1,3,{}", 3, 11),
    ],
)
def test_a_pair_that_is_rated_twice_is_refused_with_both_lines(
    in_use: None,
    tmp_path: Path,
    layout: str,
    file: str,
    row: str,
    first: int,
    second: int,
    stars: int,
) -> None:
    lines = with_lines(layout, file, row.format(stars))
    movie = 3 if layout in ("ml-100k", "plain") else 260

    message = refusal("load_movielens", tiny_release(tmp_path, layout, replace=lines), "--replace")

    assert message == (
        f"{layout}/{file}, line {second}: user 1 rates film {movie} a second time "
        f"(first in line {first})"
    )


def test_a_pair_in_two_chunks_of_the_file_is_found_too(
    in_use: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("movies.movielens.source.BLOCK_BYTES", 32)
    lines = with_lines("ml-1m", "ratings.dat", f"1::1::5::{T}")

    message = refusal("load_movielens", tiny_release(tmp_path, "ml-1m", replace=lines))

    assert message.startswith("ml-1m/ratings.dat, line 10: user 1 rates film 1 a second time")


def test_a_fault_in_a_late_chunk_undoes_the_chunks_before_it(
    in_use: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("movies.movielens.source.BLOCK_BYTES", 32)
    lines = with_lines("ml-1m", "ratings.dat", f"3::1::7::{T}")

    message = refusal("load_movielens", tiny_release(tmp_path, "ml-1m", replace=lines))

    assert message.startswith("ml-1m/ratings.dat, line 10: the rating is '7'; expected")


def test_a_failure_after_all_was_written_undoes_all(
    in_use: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: object) -> None:
        raise RuntimeError("the power is gone")

    monkeypatch.setattr(loading, "record_load", fail)
    before = all_rows()
    with pytest.raises(RuntimeError, match="the power is gone"):
        run("load_movielens", tiny_release(tmp_path, "ml-1m"))
    assert all_rows() == before


# --- faults of a line ---


WRONG_LINES = [
    (
        "ml-1m",
        "ratings.dat",
        f"1::1::5::{T}\n1::29::5.5::{T}\n",
        "line 2: the rating is '5.5'; expected a number from 0.5 to 5.0 in steps of 0.5",
    ),
    (
        "ml-25m",
        "ratings.csv",
        f"userId,movieId,rating,timestamp\n1,1,0,{T}\n",
        "line 2: the rating is '0'; expected a number from 0.5 to 5.0 in steps of 0.5",
    ),
    (
        "plain",
        "rating.csv",
        "user_id,movie_id,rating\n1,1,nan\n",
        "line 2: the rating is 'nan'; expected a number from 0.5 to 5.0",
    ),
    (
        "ml-100k",
        "u.data",
        f"1\t1\t5\t{T}\n1\ttwo\t5\t{T}\n",
        "line 2: movie_id is 'two'; expected a whole number from 1 to 2147483647",
    ),
    (
        "ml-1m",
        "users.dat",
        "1::F::old::4::1\n",
        "line 1: age is 'old'; expected a whole number from 1 to 120 or an age group",
    ),
    (
        "ml-25m",
        "ratings.csv",
        f"user,film,stars,time\n1,1,5,{T}\n",
        "line 1: the header is 'user,film,stars,time'; expected also user_id, movie_id",
    ),
    (
        "plain",
        "movie.csv",
        "movie_id,name\n1,Heat\n",
        "line 1: the header is 'movie_id,name'; expected also title",
    ),
    (
        "ml-1m",
        "ratings.dat",
        f"1::1::5::{T}\n1::29::5\n2::1::5::{T}\n",
        "line 2: has 3 fields; expected 4 (ml_user_id, movie_id, rating, timestamp)",
    ),
    (
        "ml-25m",
        "movies.csv",
        "movieId,title,genres\n1,Ran, The (1985),Drama\n",
        "line 2: has 4 fields; expected 3 (movie_id, title, genres)",
    ),
    (
        "ml-1m",
        "ratings.dat",
        f"1::1::5::{T}\n1::29::5::97830",
        "line 2: the last line has no end and stops at '97830'; the file was cut off: get it again",
    ),
    (
        "ml-1m",
        "movies.dat",
        "1::Toy Story (1995)::Animation\n29::Heat (1995)::Act",
        "line 2: the last line has no end and stops at 'Act'; the file was cut off: get it again",
    ),
    (
        "ml-1m",
        "movies.dat",
        "1::Toy Story (1995)::Drama\n1::Heat (1995)::Drama\n",
        "line 2: movie_id 1 is there twice, first in line 1; expected once",
    ),
    (
        "plain",
        "movie.csv",
        "movie_id,title\n1,怪物\n".encode("gb2312"),
        "line 2: wrong encoding: the byte 0xb9 is not UTF-8; expected UTF-8",
    ),
    (
        "ml-1m",
        "ratings.dat",
        f"1::1::5::{T}\n".encode("utf-16-le"),
        "line 1: wrong encoding: UTF-16 without its mark, or a binary file (NUL bytes)",
    ),
]


@pytest.mark.parametrize(("layout", "file", "content", "message"), WRONG_LINES)
def test_a_wrong_line_is_named_and_nothing_changes(
    in_use: None, tmp_path: Path, layout: str, file: str, content: str | bytes, message: str
) -> None:
    release = tiny_release(tmp_path, layout, replace={file: content})

    assert refusal("load_movielens", release, "--replace").startswith(f"{layout}/{file}, {message}")


@pytest.mark.parametrize(
    ("layout", "file"),
    [("ml-1m", "ratings.dat"), ("ml-1m", "users.dat"), ("ml-25m", "links.csv")],
)
def test_an_empty_file_is_refused(in_use: None, tmp_path: Path, layout: str, file: str) -> None:
    release = tiny_release(tmp_path, layout, replace={file: ""})

    assert refusal("load_movielens", release).startswith(f"{layout}/{file}: is empty; expected")


# --- faults of the whole ---


@pytest.mark.parametrize(
    ("layout", "file"), [("ml-1m", "ratings.dat"), ("ml-1m", "users.dat"), ("plain", "movie.csv")]
)
def test_a_missing_file_is_named(in_use: None, tmp_path: Path, layout: str, file: str) -> None:
    message = refusal("load_movielens", tiny_release(tmp_path, layout, replace={file: None}))

    assert f"{file} is missing from " in message
    assert message.startswith(f"{layout}.zip/{layout}: ")


def test_a_path_that_does_not_exist_is_refused(in_use: None, tmp_path: Path) -> None:
    path = tmp_path / "ml-1m.zip"

    assert refusal("load_movielens", path).startswith(f"{path}: does not exist; expected the zip")


def test_a_file_that_is_no_zip_is_refused(in_use: None, tmp_path: Path) -> None:
    path = tmp_path / "ml-1m.zip"
    path.write_text("<html>Please log in</html>")

    assert refusal("load_movielens", path).startswith(f"{path}: is not a zip file")


def test_a_zip_that_was_cut_off_is_refused(in_use: None, tmp_path: Path) -> None:
    path = tiny_release(tmp_path, "ml-1m")
    path.write_bytes(path.read_bytes()[:-30])

    assert "download it again" in refusal("load_movielens", path)


def test_a_path_outside_the_archive_is_refused(in_use: None, tmp_path: Path) -> None:
    path = tiny_release(tmp_path / "inner", "ml-1m")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("../evil.txt", "x")

    message = refusal("load_movielens", path)

    assert message.startswith("ml-1m.zip: holds a file that points outside the archive")
    assert not (tmp_path / "evil.txt").exists()


def test_a_zip_bomb_is_refused(in_use: None, tmp_path: Path) -> None:
    path = tiny_release(tmp_path, "ml-1m", replace={"ratings.dat": b"\n" * (11 * 2**20)})

    message = refusal("load_movielens", path)

    assert message.startswith("ml-1m/ratings.dat: would unpack from ")
    assert "no MovieLens file packs more than 200 to 1" in message


# --- as a process ---


def manage(folder: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run `manage.py` on the database of the tests."""
    (folder / "settings_of_this_test.py").write_text(
        "from tests.settings import *\n"
        f"DATABASES['default']['NAME'] = {connection.settings_dict['NAME']!r}\n"
    )
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "settings_of_this_test",
        "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)]),
    }
    return subprocess.run(
        [sys.executable, ROOT / "manage.py", *map(str, arguments)],
        capture_output=True,
        text=True,
        env=environment,
        timeout=60,
        check=False,
    )


def _unknown_film(folder: Path) -> tuple[Path, str]:
    lines = with_lines("ml-1m", "ratings.dat", f"3::998::5::{T}")
    return tiny_release(folder, "ml-1m", replace=lines), "ml-1m/ratings.dat, line 10: a rating of"


def _pair_twice(folder: Path) -> tuple[Path, str]:
    lines = with_lines("ml-1m", "ratings.dat", f"1::1::5::{T}")
    return tiny_release(folder, "ml-1m", replace=lines), "line 10: user 1 rates film 1 a second"


def _cut_off(folder: Path) -> tuple[Path, str]:
    lines = {"ratings.dat": f"1::1::5::{T}\n1::29::5::97830"}
    return tiny_release(folder, "ml-1m", replace=lines), "ml-1m/ratings.dat, line 2: the last line"


def _no_file(folder: Path) -> tuple[Path, str]:
    return folder / "nothing.zip", "nothing.zip: does not exist"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("broken", [_unknown_film, _pair_twice, _cut_off, _no_file])
def test_the_process_ends_with_status_1_and_one_line(
    tmp_path: Path, broken: Callable[[Path], tuple[Path, str]]
) -> None:
    run("load_movielens", tiny_release(tmp_path / "before", "ml-latest-small"))
    before = all_rows()
    path, message = broken(tmp_path)

    ended = manage(tmp_path, "load_movielens", path)

    assert ended.returncode == 1
    assert ended.stderr.startswith("CommandError: ")
    assert ended.stderr.count("\n") == 1
    assert message in ended.stderr
    assert "Traceback" not in ended.stderr + ended.stdout
    assert all_rows() == before


@pytest.mark.django_db(transaction=True)
def test_the_process_of_a_good_load_ends_with_status_0_and_a_summary(tmp_path: Path) -> None:
    ended = manage(tmp_path, "load_movielens", tiny_release(tmp_path, "ml-1m"))

    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.splitlines()[-1].startswith("Loaded ml-1m: 5 movies, 3 users, 9 observed")
    assert Movie.objects.count() == 5
