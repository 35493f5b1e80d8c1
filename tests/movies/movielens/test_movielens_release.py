"""Every MovieLens release, from a zip or a folder, reads as the same shape."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from movies.movielens import Release, open_release
from movies.movielens import ratings as ratings_module
from movies.movielens import source as source_module
from movies.movielens.ratings import line_blocks
from tests.movies.movielens.archives import (
    FILMS,
    LAYOUTS,
    RATINGS,
    USERS,
    movie_id,
    tiny_files,
    tiny_release,
    write_zip,
)
from tests.paths import ROOT

WITH_DEMOGRAPHICS = ("ml-100k", "ml-1m", "plain")
WHOLE_STARS = ("ml-100k", "ml-1m")


def all_ratings(release: Release) -> pd.DataFrame:
    return pd.concat(list(release.rating_chunks()), ignore_index=True)


@pytest.fixture(params=LAYOUTS)
def layout(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("zipped", [True, False])
def test_every_layout_gives_the_same_films_users_and_ratings(
    tmp_path: Path, layout: str, zipped: bool
) -> None:
    with open_release(tiny_release(tmp_path, layout, zipped=zipped)) as release:
        ratings = all_ratings(release)

    assert release.name == layout
    assert release.movies["movie_id"].tolist() == [movie_id(layout, i) for i in range(len(FILMS))]
    assert release.movies["title"].tolist() == [film.title for film in FILMS]
    assert release.movies["year"].tolist() == [film.year for film in FILMS]
    assert [set(genres) for genres in release.movies["genres"]] == [
        set(film.genres.replace("Children's", "Children").split("|")) for film in FILMS
    ]
    assert (release.users is not None) == (layout in WITH_DEMOGRAPHICS)
    assert list(
        zip(ratings["ml_user_id"], ratings["movie_id"], ratings["rating"], strict=True)
    ) == [
        (user, movie_id(layout, place), float(int(rating)) if layout in WHOLE_STARS else rating)
        for user, place, rating in RATINGS
    ]


def test_columns_have_the_promised_types(tmp_path: Path, layout: str) -> None:
    with open_release(tiny_release(tmp_path, layout)) as release:
        ratings = all_ratings(release)

    assert ratings.dtypes.astype(str).to_dict() == {
        "line": "int64",
        "ml_user_id": "int32",
        "movie_id": "int32",
        "rating": "float64",
    }
    assert release.movies.dtypes.astype(str).to_dict() == {
        "movie_id": "int64",
        "title": "str",
        "year": "Int64",
        "genres": "object",
        "imdb_id": "Int64",
        "tmdb_id": "Int64",
        "title_ko": "object",
        "line": "int64",
    }
    if release.users is not None:
        assert release.users.dtypes.astype(str).to_dict() == {
            "ml_user_id": "int64",
            "gender": "object",
            "age": "Int64",
            "occupation": "str",
        }


@pytest.mark.parametrize(
    ("layout", "id_space"),
    [
        ("ml-100k", "movielens-100k"),
        ("ml-1m", "movielens"),
        ("ml-10M100K", "movielens"),
        ("ml-25m", "movielens"),
        ("ml-latest-small", "movielens"),
        ("plain", "plain"),
    ],
)
def test_the_id_space_tells_which_releases_share_film_ids(
    tmp_path: Path, layout: str, id_space: str
) -> None:
    with open_release(tiny_release(tmp_path, layout)) as release:
        assert release.id_space == id_space


def test_lines_count_from_one_and_include_the_header(tmp_path: Path) -> None:
    with open_release(tiny_release(tmp_path, "ml-1m")) as release:
        assert all_ratings(release)["line"].tolist() == list(range(1, len(RATINGS) + 1))
        assert release.movies["line"].tolist() == [1, 2, 3, 4, 5]
    with open_release(tiny_release(tmp_path, "ml-25m")) as release:
        assert all_ratings(release)["line"].tolist() == list(range(2, len(RATINGS) + 2))
        assert release.movies["line"].tolist() == [2, 3, 4, 5, 6]


@pytest.mark.parametrize("layout", ["ml-1m", "ml-latest", "plain"])
@pytest.mark.parametrize("block_bytes", [1, 7, 64])
def test_block_borders_lose_no_row_and_no_line(
    tmp_path: Path, layout: str, block_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tiny_release(tmp_path, layout, zipped=False)
    with open_release(path) as release:
        whole = all_ratings(release)
        monkeypatch.setattr(source_module, "BLOCK_BYTES", block_bytes)
        chunks = list(release.rating_chunks())

    assert len(chunks) > 1
    pd.testing.assert_frame_equal(pd.concat(chunks, ignore_index=True), whole)


def test_both_lanes_read_the_same(
    tmp_path: Path, layout: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_release(tiny_release(tmp_path, layout)) as release:
        fast = all_ratings(release)
        monkeypatch.setattr(ratings_module, "_parse_fast", lambda *_: None)
        slow = all_ratings(release)

    pd.testing.assert_frame_equal(fast, slow)


def test_well_formed_ratings_never_need_the_slow_lane(
    tmp_path: Path, layout: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the slow lane was taken")

    monkeypatch.setattr(ratings_module, "_parse_lines", refuse)
    with open_release(tiny_release(tmp_path, layout)) as release:
        assert len(all_ratings(release)) == len(RATINGS)


def test_ratings_can_be_read_twice(tmp_path: Path) -> None:
    with open_release(tiny_release(tmp_path, "ml-1m")) as release:
        assert len(all_ratings(release)) == len(all_ratings(release)) == len(RATINGS)


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\n\n\n"])
def test_line_ends_of_any_system_and_a_missing_last_one_are_fine(
    tmp_path: Path, layout: str, end: str
) -> None:
    newline = "\r\n" if end == "\r\n" else "\n"
    replace: dict[str, str | bytes | None] = {}
    for file, content in tiny_files(layout).items():
        data = content.encode() if isinstance(content, str) else content
        lines = data.rstrip(b"\n").split(b"\n")
        replace[file] = newline.encode().join(lines) + end.encode()
    with open_release(tiny_release(tmp_path, layout, replace=replace)) as release:
        assert len(all_ratings(release)) == len(RATINGS)
        assert release.movies["title"].tolist() == [film.title for film in FILMS]


@pytest.mark.parametrize("layout", ["ml-latest", "plain"])
def test_a_byte_order_mark_is_not_part_of_the_header(tmp_path: Path, layout: str) -> None:
    replace: dict[str, str | bytes | None] = {
        file: b"\xef\xbb\xbf" + (content.encode() if isinstance(content, str) else content)
        for file, content in tiny_files(layout).items()
    }
    with open_release(tiny_release(tmp_path, layout, replace=replace)) as release:
        assert len(all_ratings(release)) == len(RATINGS)


def test_the_old_layouts_are_latin_1_unless_they_are_utf_8(tmp_path: Path) -> None:
    title = "Léon (1994)"
    for encoding in ("latin-1", "utf-8"):
        data = f"1::{title}::Crime\n".encode(encoding)
        path = tiny_release(tmp_path / encoding, "ml-1m", replace={"movies.dat": data})
        with open_release(path) as release:
            assert release.movies["title"].tolist() == ["Léon"]


def test_csv_titles_may_hold_commas_and_quotes(tmp_path: Path) -> None:
    rows = 'movieId,title,genres\n1,"Say ""Yes"", Please, The (2001)",Drama\n2,Heat (1995),Crime\n'
    path = tiny_release(tmp_path, "ml-25m", replace={"movies.csv": rows, "links.csv": None})
    with open_release(path) as release:
        assert release.movies["title"].tolist() == ['The Say "Yes", Please', "Heat"]
        assert release.movies["line"].tolist() == [2, 3]


def test_genres_get_one_spelling_and_none_is_an_empty_list(tmp_path: Path) -> None:
    rows = (
        "1::One (1995)::Children's|Comedy\n2::Two (1996)::(no genres listed)\n3::Three::unknown\n"
    )
    with open_release(tiny_release(tmp_path, "ml-1m", replace={"movies.dat": rows})) as release:
        assert release.movies["genres"].tolist() == [["Children", "Comedy"], [], []]


def test_the_unknown_film_of_100k_has_no_year_and_no_genre(tmp_path: Path) -> None:
    row = "267|unknown||||1" + "|0" * 18 + "\n"
    with open_release(tiny_release(tmp_path, "ml-100k", replace={"u.item": row})) as release:
        film = release.movies.iloc[0]
    assert (film["title"], film["genres"]) == ("unknown", [])
    assert pd.isna(film["year"])


def test_people_of_1m_have_age_bands_and_occupations_in_words(tmp_path: Path) -> None:
    with open_release(tiny_release(tmp_path, "ml-1m")) as release:
        users = release.users
    assert users is not None
    assert users["gender"].tolist() == ["female", "male", "male"]
    assert users["age"].tolist() == [18, 50, 25]
    assert users["occupation"].tolist() == ["college/grad student", "other", "writer"]


def test_people_of_100k_keep_their_exact_age_and_their_word(tmp_path: Path) -> None:
    with open_release(tiny_release(tmp_path, "ml-100k")) as release:
        users = release.users
    assert users is not None
    assert users["age"].tolist() == [age for _, _, age, _, _, _ in USERS]
    assert users["occupation"].tolist() == ["student", "other", "writer"]


def test_links_give_imdb_and_tmdb_ids_and_gaps_stay_gaps(tmp_path: Path) -> None:
    links = "movieId,imdbId,tmdbId\n1,0114709,862\n29,0112682,\n"
    with open_release(tiny_release(tmp_path, "ml-25m", replace={"links.csv": links})) as release:
        imdb_ids, tmdb_ids = release.movies["imdb_id"], release.movies["tmdb_id"]
    assert imdb_ids.fillna(0).tolist() == [114709, 112682, 0, 0, 0]
    assert tmdb_ids.fillna(0).tolist() == [862, 0, 0, 0, 0]


def test_plain_headers_may_be_spelled_and_ordered_freely(tmp_path: Path) -> None:
    replace: dict[str, str | bytes | None] = {
        "user.csv": "Occupation,GENDER,ML_USER_ID,age,city\n"
        "chef,여,7,31,Busan\n,,8,,Seoul\n,남성,9,4.0,\n",
        "movie.csv": "TITLE,movieId,title_ko,imdb_id,tmdbId,note\n"
        '"Host, The (2006)",5,괴물,tt0468492,1255.0,"a, b"\n'
        "Untitled,6,,,,\n",
        "rating.csv": "timestamp,Rating,userId,MovieID,comment\n"
        '2005-04-02 23:53:47,4.25,7,5,"good, really"\nnever,"0.5",8,6,xx\n',
    }
    with open_release(tiny_release(tmp_path, "plain", replace=replace)) as release:
        users, movies, ratings = release.users, release.movies, all_ratings(release)

    assert users is not None
    assert users["ml_user_id"].tolist() == [7, 8, 9]
    assert users["gender"].tolist() == ["female", None, "male"]
    assert users["age"].astype(object).where(users["age"].notna(), None).tolist() == [31, None, 4]
    assert users["occupation"].tolist() == ["chef", "", ""]
    assert movies["title"].tolist() == ["The Host", "Untitled"]
    assert movies["title_ko"].tolist() == ["괴물", None]
    assert movies["year"].fillna(0).tolist() == [2006, 0]
    assert movies["imdb_id"].fillna(0).tolist() == [468492, 0]
    assert movies["tmdb_id"].fillna(0).tolist() == [1255, 0]
    assert movies["genres"].tolist() == [[], []]
    assert ratings["rating"].tolist() == [4.25, 0.5]


def test_a_year_column_wins_over_the_title(tmp_path: Path) -> None:
    rows = "movie_id,title,year\n1,Blade Runner (2049),2017\n2,Heat (1995),1995\n3,Up (2009),\n"
    with open_release(tiny_release(tmp_path, "plain", replace={"movie.csv": rows})) as release:
        assert release.movies["title"].tolist() == ["Blade Runner (2049)", "Heat", "Up"]
        assert release.movies["year"].tolist() == [2017, 1995, 2009]


def test_the_digest_depends_on_the_files_that_are_read_and_on_nothing_else(tmp_path: Path) -> None:
    def digest(folder: str, zipped: bool, **replace: str) -> str:
        changed: dict[str, str | bytes | None] = {
            name.replace("_", "."): text for name, text in replace.items()
        }
        path = tiny_release(tmp_path / folder, "ml-1m", zipped=zipped, replace=changed)
        with open_release(path) as release:
            return release.digest

    original = digest("a", True)
    assert len(original) == 64
    assert digest("b", False) == original
    assert digest("c", True, notes_txt="not read") == original
    assert digest("d", True, ratings_dat="1::1::5::978300760\n") != original
    assert digest("e", True, users_dat="1::F::1::10::48067\n") != original


def test_files_at_the_top_of_a_zip_take_the_name_of_the_zip(tmp_path: Path) -> None:
    files = {name: str(text).encode() for name, text in tiny_files("plain").items()}
    with open_release(write_zip(tmp_path / "my films.zip", files)) as release:
        assert release.name == "my films"


def test_a_folder_round_the_release_and_what_macos_adds_do_no_harm(tmp_path: Path) -> None:
    folder = tiny_release(tmp_path / "downloads", "ml-1m", zipped=False)
    with open_release(folder.parent) as release:
        assert release.name == "ml-1m"
    files = {f"ml-1m/{file.name}": file.read_bytes() for file in folder.iterdir()}
    files |= {f"__MACOSX/{name}": b"\0\5\26\7" for name in files}
    with open_release(write_zip(tmp_path / "mac.zip", files)) as release:
        assert release.name == "ml-1m"


def test_a_release_at_the_top_of_a_folder_hides_those_below(tmp_path: Path) -> None:
    folder = tiny_release(tmp_path, "ml-1m", zipped=False)
    tiny_release(folder, "ml-100k", zipped=False)
    with open_release(folder) as release:
        assert (release.name, release.id_space) == ("ml-1m", "movielens")


def test_blank_lines_at_the_end_are_dropped_wherever_a_block_ends() -> None:
    pieces: Iterator[bytes] = iter([b"a\r\nb\n", b"\r\n", b"\n\n"])
    assert [(block.data, block.line, block.cut) for block in line_blocks(pieces, "f")] == [
        (b"a\r\nb\n", 1, False)
    ]


def _real(name: str) -> Path:
    root = ROOT
    folder = Path(os.environ.get("OTTWIN_DATA") or root.parent / "shared" / "data")
    if not (folder / name).exists():
        pytest.skip(f"{name} is not in {folder}; download it, or set OTTWIN_DATA to its folder")
    return folder / name


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("file", "movies", "users", "ratings"),
    [
        ("ml-100k.zip", 1_682, 943, 100_000),
        ("ml-1m.zip", 3_883, 6_040, 1_000_209),
        ("ml-latest-small.zip", 9_742, None, 100_836),
    ],
)
def test_the_real_releases_have_their_published_sizes(
    file: str, movies: int, users: int | None, ratings: int
) -> None:
    with open_release(_real(file)) as release:
        assert len(release.movies) == movies
        assert (None if release.users is None else len(release.users)) == users
        assert sum(len(chunk) for chunk in release.rating_chunks()) == ratings


@pytest.mark.realdata
def test_the_real_1m_has_its_published_number_of_ratings_by_star() -> None:
    with open_release(_real("ml-1m.zip")) as release:
        ratings = all_ratings(release)
        movies = release.movies.set_index("movie_id")
    stars = ratings["rating"].value_counts().sort_index()
    assert stars.tolist() == [56_174, 107_557, 261_197, 348_971, 226_310]
    assert ratings["line"].tolist() == list(range(1, 1_000_210))
    assert movies.loc[2571, "title"] == "The Matrix"
    assert movies.loc[29, "year"] == 1995
