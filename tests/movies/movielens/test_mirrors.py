"""Files are known by their columns: mirrors of MovieLens and files made by anyone load as they are.

What is used and what is ignored is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from movies.movielens import ratings as ratings_module
from tests.movies.movielens.loose_files import MOVIES, PAIRS, PLAIN, RATINGS, USERS, read, write
from tests.movies.movielens.refusals import refusal

KAGGLE_RATINGS = (
    '"userId","movieId","rating","timestamp"\n1,1,5,"2005-04-02 23:53:47"\n'
    '1,2,3.5,"2005-04-02 23:31:16"\n2,1,4,"2005-04-02 23:33:39"\n'
)
KAGGLE_MOVIES = '"movieId","title","genres"\n1,"Heat (1995)","Crime|Drama"\n2,"Up (2009)","War"\n'
KAGGLE_LINKS = '"movieId","imdbId","tmdbId"\n1,"0113277","949"\n2,"1049413","14160"\n'


def test_the_files_of_20m_under_kaggles_names_are_movielens(tmp_path: Path) -> None:
    files = {
        "rating.csv": KAGGLE_RATINGS,
        "movie.csv": KAGGLE_MOVIES,
        "link.csv": KAGGLE_LINKS,
        "tag.csv": "userId,movieId,tag,timestamp\n1,1,sea,2009-04-24 18:19:40\n",
        "genome_tags.csv": "tagId,tag\n1,007\n",
        "genome_scores.csv": "movieId,tagId,relevance\n1,1,0.5\n",
    }
    release, pairs = read(write(tmp_path / "kaggle", files))
    assert (release.name, release.id_space, pairs) == ("kaggle", "movielens", PAIRS)
    assert release.movies["imdb_id"].tolist() == [113277, 1049413]
    assert release.movies["tmdb_id"].tolist() == [949, 14160]
    assert release.users is None
    assert release.used == [
        "rating.csv: userId, movieId, rating",
        "movie.csv: movieId, title, genres",
        "link.csv: movieId, imdbId, tmdbId",
        "ids of films: MovieLens",
        "no file of people",
    ]
    assert release.ignored == [
        "rating.csv: timestamp",
        "genome_scores.csv, genome_tags.csv, tag.csv",
    ]


@pytest.mark.parametrize(
    ("files", "id_space"),
    [
        ({"rating.csv": KAGGLE_RATINGS, "movie.csv": KAGGLE_MOVIES}, "movielens"),
        ({"rating.csv": RATINGS, "movie.csv": MOVIES}, "plain"),
        ({"rating.csv": KAGGLE_RATINGS, "movie.csv": MOVIES}, "plain"),
        ({"rating.csv": KAGGLE_RATINGS, "movie.csv": KAGGLE_MOVIES, "user.csv": USERS}, "plain"),
        ({"ratings.csv": RATINGS, "movies.csv": MOVIES, "users.csv": USERS}, "movielens"),
        ({"stars.csv": RATINGS, "films.csv": MOVIES}, "plain"),
    ],
)
def test_ids_are_movielens_only_with_its_names_headers_or_links(
    tmp_path: Path, files: dict[str, str], id_space: str
) -> None:
    release, pairs = read(write(tmp_path / "files", files))
    assert (release.id_space, pairs) == (id_space, PAIRS)


RATING_FILES = [
    ",user_id,movie_id,rating\n0,1,1,5\n1,1,2,3.5\n2,2,1,4\n",
    "Unnamed: 0,userId,movieId,rating\n0,1,1,5\n1,1,2,3.5\n2,2,1,4\n",
    "index,level_0,USER_ID,MOVIE_ID,RATING\n0,9,1,1,5\n1,9,1,2,3.5\n2,9,2,1,4\n",
    "Rating,Movie ID,User ID\n5,1,1\n3.5,2,1\n4,1,2\n",
    "user_id,movie_id,rating\n1.0,1.0,5.0\n1.0,2.0,3.5\n2.0,1.0,4.0\n",
    "user_id;movie_id;rating\n1;1;5\n1;2;3,5\n2;1;4\n",
    "user_id\tmovie_id\trating\n1\t1\t5\n1\t2\t3.5\n2\t1\t4\n",
    "user_id|movie_id|rating\n1|1|5\n1|2|3.5\n2|1|4\n",
    '"user_id","movie_id","rating"\n"1","1","5"\n"1","2","3.5"\n"2","1","4"\n',
    '\ufeff"userId";"movieId";"rating"\r\n"1";"1";"5"\r\n"1";"2";"3.5"\r\n"2";"1";"4"\r\n',
    "userId,movieId,rating,timestamp\n1,1,5,2005-04-02T23:53:47Z\n1,2,3.5,2005-04-02T23:53:47\n"
    "2,1,4,2005-04-02 23:53:47+09:00",
    "userId,movieId,rating,date\n1,1,5,never\n1,2,3.5,\n2,1,4,1112486027\n",
    "사용자ID,영화ID,평점\n1,1,5\n1,2,3.5\n2,1,4\n",
    "회원번호,영화 번호,별점,비고\n1,1,5,a\n1,2,3.5,\n2,1,4,b\n",
    "user_id,movie_id,rating,,\n1,1,5,,\n1,2,3.5,,\n2,1,4,,\n",
]


@pytest.mark.parametrize("content", RATING_FILES)
def test_ratings_are_read_whatever_wrote_them(tmp_path: Path, content: str) -> None:
    _, pairs = read(write(tmp_path / "files", {**PLAIN, "rating.csv": content}))
    assert pairs == PAIRS


@pytest.mark.parametrize("place", [0, 8, 10])
def test_quotes_and_times_as_text_need_no_slow_lane(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: int
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the slow lane was taken")

    content = RATING_FILES[place].rstrip("\n") + "\n"
    monkeypatch.setattr(ratings_module, "_parse_lines", refuse)
    _, pairs = read(write(tmp_path / "files", {**PLAIN, "rating.csv": content}))
    assert pairs == PAIRS


def test_people_beside_the_files_of_a_release_are_read(tmp_path: Path) -> None:
    files = {"ratings.csv": RATINGS, "movies.csv": MOVIES, "users.csv": USERS}
    release, _ = read(write(tmp_path / "files", files))
    assert release.users is not None
    assert release.users["gender"].tolist() == ["male", "female"]
    assert release.users["age"].tolist() == [27, 30]


def test_korean_files_load_and_the_summary_names_the_columns(tmp_path: Path) -> None:
    files = {
        "평점.csv": "사용자ID,영화ID,평점\n1,1,5\n1,2,3.5\n2,1,4\n",
        "영화.csv": "영화ID,제목,장르,개봉연도\n1,괴물,드라마/액션,2006년\n2,기생충,스릴러,2019\n",
        "회원.csv": "회원번호,성별,연령대,직업,가입일\n1,남자,20대,의사,2020\n2,여성,만 35세,,\n",
    }
    release, pairs = read(write(tmp_path / "files", files))
    assert pairs == PAIRS
    assert release.movies["title"].tolist() == ["괴물", "기생충"]
    assert release.movies["year"].tolist() == [2006, 2019]
    assert release.movies["genres"].tolist() == [["드라마", "액션"], ["스릴러"]]
    assert release.users is not None
    assert release.users["gender"].tolist() == ["male", "female"]
    assert release.users["age"].tolist() == [20, 35]
    assert release.users["occupation"].tolist() == ["의사", ""]
    assert release.used == [
        "평점.csv: 사용자ID as user_id, 영화ID as movie_id, 평점 as rating",
        "영화.csv: 영화ID as movie_id, 제목 as title, 장르 as genres, 개봉연도 as year",
        "회원.csv: 회원번호 as user_id, 성별 as gender, 연령대 as age, 직업 as occupation",
        "ids of films: their own",
        "an age group counts as its lower end",
    ]
    assert release.ignored == ["회원.csv: 가입일"]


def test_of_two_columns_with_one_meaning_the_usual_one_is_used(tmp_path: Path) -> None:
    users = "user_id,연령대,age,sex,성별\n1,20대,27,M,여\n2,30대,30,F,남\n"
    release, _ = read(write(tmp_path / "files", {**PLAIN, "user.csv": users}))
    assert release.users is not None
    assert release.users["age"].tolist() == [27, 30]
    assert release.users["gender"].tolist() == ["male", "female"]
    assert release.ignored == ["user.csv: 연령대, 성별"]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"a.csv": RATINGS, "b.csv": RATINGS}, "each has the columns of ratings; expected one"),
        ({"rating.csv": RATINGS, "ratings.csv": RATINGS}, "each has the columns of ratings"),
        ({"ratings.csv": RATINGS, "users.csv": USERS}, "columns movie_id and title"),
        ({"rating.csv": "1,1,5\n", "movie.csv": MOVIES}, "expected also user_id, movie_id, rating"),
        ({"movie.csv": "1,Heat\n"}, "the header is '1,Heat'; expected also movie_id, title"),
        ({"links.csv": "movieId,x\n1,2\n"}, "expected also imdb_id or tmdb_id: name the columns"),
        ({"rating.csv": RATINGS.replace("3.5", "9")}, "bring a longer scale to five stars first"),
        ({"user.csv": "user_id,sex,gender,gender\n1,M,M,M\n"}, "two columns for gender"),
    ],
)
def test_what_is_not_sure_is_refused_with_the_cure(
    tmp_path: Path, files: dict[str, str], said: str
) -> None:
    others = {"movies.csv": MOVIES} if "a.csv" in files or "ratings.csv" in files else PLAIN
    if "users.csv" in files:
        others = {}
    assert said in str(refusal(write(tmp_path / "files", {**others, **files})))


def test_a_smaller_copy_of_a_file_beside_it_is_ignored(tmp_path: Path) -> None:
    files = {
        "ratings.csv": RATINGS,
        "ratings_small.csv": "userId,movieId,rating\n1,1,5\n",
        "movies.csv": MOVIES,
        "keywords.csv": "id,keywords\n1,[]\n",
    }
    release, pairs = read(write(tmp_path / "files", files))
    assert pairs == PAIRS
    assert release.ignored == ["keywords.csv, ratings_small.csv"]


def test_a_time_that_was_cut_off_is_still_noticed(tmp_path: Path) -> None:
    for cut in ("2005-04-02 2", "2005-04-02 23:53:4", "2005-", "97830"):
        content = f"userId,movieId,rating,timestamp\n1,1,5,2005-04-02 23:53:47\n1,2,5,{cut}"
        error = refusal(write(tmp_path / cut, {**PLAIN, "rating.csv": content}))
        assert error.line == 3
        assert "the file was cut off" in error.message


TWEETS = "1::0000002::2::1112486137\n1::0113277::10::1112486132\n12::0113277::0::1112487230\n"
TWEETED = "0000002::Clown (1892)::Short|Animation\n0113277::Heat (1995)::Crime\n"


@pytest.mark.parametrize("users", ["1::999\n12::11988\n", None])
def test_movietweetings_has_imdb_ids_and_its_scale_is_halved(
    tmp_path: Path, users: str | None
) -> None:
    files = {"ratings.dat": TWEETS, "movies.dat": TWEETED}
    release, pairs = read(
        write(tmp_path / "latest", files | ({"users.dat": users} if users else {}))
    )
    assert release.id_space == "movietweetings"
    assert pairs == [(1, 2, 1.0), (1, 113277, 5.0), (12, 113277, 0.5)]
    assert release.movies["imdb_id"].tolist() == [2, 113277]
    assert "stars from 0 to 10 are halved, and 0 counts as 0.5" in release.used
    assert "ids of films: IMDb" in release.used


@pytest.mark.parametrize("stars", ["11", "4.5", "-1", ""])
def test_stars_beyond_the_scale_of_movietweetings_are_refused(tmp_path: Path, stars: str) -> None:
    files = {"ratings.dat": f"1::0000002::{stars}::1112486137\n", "movies.dat": TWEETED}
    error = refusal(write(tmp_path / "latest", files))
    assert error.line == 1
    assert "expected a number from 0.0 to 10.0 in steps of 1" in error.message


def test_a_release_says_what_it_ignores_too(tmp_path: Path) -> None:
    files = {"ratings.dat": "1::1::5::978300760\n", "movies.dat": "1::Heat (1995)::Crime\n"}
    release, _ = read(write(tmp_path / "ml-10m", {**files, "tags.dat": "1::1::a::1\n"}))
    assert release.used == ["ratings.dat, movies.dat (MovieLens 1M or 10M)", "no file of people"]
    assert release.ignored == ["ratings.dat: timestamp", "tags.dat"]
