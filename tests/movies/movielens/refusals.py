"""What the reader of MovieLens releases says of a broken one."""

from __future__ import annotations

from pathlib import Path

import pytest

from common.errors import DataError
from movies.movielens import open_release
from tests.movies.movielens.archives import tiny_release

RATINGS_HEADER = "userId,movieId,rating,timestamp\n"
T = 978300760
GOOD_1M = f"1::1::5::{T}\n"
GOOD_CSV = f"1,1,4.5,{T}\n"


def refusal(path: Path) -> DataError:
    """The error of reading everything there is in a release."""
    with pytest.raises(DataError) as caught, open_release(path) as release:
        for _ in release.rating_chunks():
            pass
    return caught.value


def refused(tmp_path: Path, layout: str, file: str, content: str | bytes) -> DataError:
    """The error of reading a tiny release with this content in a file, which it names."""
    error = refusal(tiny_release(tmp_path, layout, replace={file: content}))
    assert error.file == f"{layout}/{file}"
    return error
