"""Every MovieLens release loads, in place of the one before, and what people gave us is kept."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from common.loading import ADVISORY_LOCK
from common.models import DataLoad
from common.selectors import data_set_in_use, sample_in_use
from matching.models import Similarity
from movies.fingerprints import FINGERPRINT_BITS, bit_text, simhash
from movies.models import Movie, MovieLensUser, Platform
from movies.services import correct_availability
from ottstats.models import PlatformRecommendation, PlatformTally
from recommend.models import ModelRun, MovieFactors, Rating, RecommendedMovie, TasteVector
from recommend.services.data_sets import load_movielens
from survey.models import Respondent
from tests.archives import FILMS, LAYOUTS, RATINGS, USERS, movie_id, tiny_release

pytestmark = pytest.mark.django_db

WITH_DEMOGRAPHICS = ("ml-100k", "ml-1m", "plain")
WHOLE_STARS = ("ml-100k", "ml-1m")
WITH_LINKS = ("ml-20m", "ml-25m", "ml-32m", "ml-latest", "ml-latest-small")
# By hand, from `RATINGS`: how often each film is rated, and the mean of its stars.
COUNTS = (2, 2, 2, 1, 2)
MEANS = (4.0, 3.0, 4.75, 3.5, 4.5)
MEANS_OF_WHOLE_STARS = (4.0, 3.0, 4.5, 3.0, 4.5)
# Four films are rated twice, in the order of their ids; the one rated once comes last.
BITS = (0, 1, 2, 4, 3)


def run(command: str, *arguments: object) -> tuple[str, str]:
    """What a command writes to standard output and to standard error."""
    out, err = StringIO(), StringIO()
    call_command(command, *map(str, arguments), stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def refusal(command: str, *arguments: object) -> str:
    """The message of a command that refuses; nothing else may have happened."""
    before = all_rows()
    with pytest.raises(CommandError) as caught:
        run(command, *arguments)
    assert caught.value.returncode == 1
    assert all_rows() == before
    return str(caught.value)


def all_rows() -> dict[str, list[str]]:
    """Every row of every table of the project, as text."""
    rows = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.django_table_names(only_existing=True):
            cursor.execute(f'SELECT t::text FROM "{table}" t ORDER BY 1')  # noqa: S608
            rows[table] = [row[0] for row in cursor.fetchall()]
    return rows


@contextmanager
def second_connection() -> Iterator[psycopg.Connection[Any]]:
    """Another session on the database of the tests."""
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password"}
    names |= {"HOST": "host", "PORT": "port"}
    settings = connection.settings_dict
    given: Mapping[str, Any] = {names[key]: settings[key] for key in names if settings[key]}
    with psycopg.connect(**given, autocommit=True) as other:
        yield other


def add_respondent(*liked: int, shown: Sequence[int] = (), twin: int | None = None) -> Respondent:
    """A person with picks, a result, a twin, and Netflix as their recommendation."""
    Platform.objects.get_or_create(slug="netflix", defaults={"name": "Netflix"})
    respondent = Respondent.objects.create(
        submission=uuid.uuid4().hex, retain_until=timezone.now() + timedelta(days=90)
    )
    respondent.preferred_movies.set(liked)
    for rank, movie in enumerate(shown, start=1):
        RecommendedMovie.objects.create(
            user=respondent, movie_id=movie, rank=rank, score=1.0, rating_source="average"
        )
    if twin is not None:
        Similarity.objects.create(
            user=respondent,
            ml_user_id=twin,
            overlapped_movies=liked,
            score=0.5,
            method="jaccard",
            relaxation="none",
        )
    PlatformRecommendation.objects.create(
        user=respondent, platform_id="netflix", score=1.0, parts=[]
    )
    return respondent


def add_run(*, user: int, movie: int) -> ModelRun:
    """A model run with one vector of each kind and one predicted rating."""
    run = ModelRun.objects.create(
        data_name="test",
        data_digest="0" * 64,
        seed=1,
        gram=b"",
        confidence=20,
        regularization=10,
        calibration_intercept=0,
        calibration_slope=0,
    )
    TasteVector.objects.create(run=run, ml_user_id=user, taste=np.ones(64))
    MovieFactors.objects.create(run=run, movie_id=movie, factors=np.ones(64))
    Rating.objects.create(run=run, ml_user_id=user, movie_id=movie, rating=4.5, rank=1)
    return run


# --- what is in the tables afterwards ---


@pytest.fixture(params=LAYOUTS)
def layout(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def loaded(tmp_path: Path, layout: str) -> str:
    """A tiny release of every layout; the value is the layout."""
    run("load_movielens", tiny_release(tmp_path, layout))
    return layout


def ids(layout: str) -> list[int]:
    return [movie_id(layout, place) for place in range(len(FILMS))]


def stars(layout: str, rating: float) -> float:
    return float(int(rating)) if layout in WHOLE_STARS else rating


@pytest.mark.parametrize("zipped", [True, False])
def test_every_layout_loads_from_a_zip_and_from_a_folder(
    tmp_path: Path, layout: str, zipped: bool
) -> None:
    out, err = run("load_movielens", tiny_release(tmp_path, layout, zipped=zipped))

    assert out.splitlines()[-1].startswith(
        f"Loaded {layout}: 5 movies, 3 users, 9 observed ratings ("
    )
    assert out.endswith(" s)\n")
    assert err == ""
    assert (Movie.objects.count(), MovieLensUser.objects.count(), Rating.objects.count()) == (
        5,
        3,
        9,
    )


def test_the_progress_is_one_plain_line_a_stage(tmp_path: Path) -> None:
    out, _ = run("load_movielens", tiny_release(tmp_path, "ml-1m"))

    assert out.splitlines()[:-1] == [
        "ratings …",
        "movies and people …",
        "ratings into the database …",
    ]


def test_titles_years_and_genres_are_those_of_the_release(loaded: str) -> None:
    movies = Movie.objects.in_bulk(ids(loaded))

    for place, film in enumerate(FILMS):
        movie = movies[movie_id(loaded, place)]
        assert (movie.title, movie.year) == (film.title, film.year)
        assert set(movie.genres) == set(film.genres.replace("Children's", "Children").split("|"))
        links = (film.imdb_id, film.tmdb_id) if loaded in WITH_LINKS else (None, None)
        assert (movie.imdb_id, movie.tmdb_id) == links
        assert (movie.platforms, movie.platforms_checked_at) == ({}, None)


def test_the_means_and_counts_of_the_films_are_those_of_their_ratings(loaded: str) -> None:
    means = MEANS_OF_WHOLE_STARS if loaded in WHOLE_STARS else MEANS
    rows = Movie.objects.order_by("movie_id").values_list("rating_avg", "rating_count")

    assert list(rows) == list(zip(means, COUNTS, strict=True))


def test_the_most_watched_films_have_the_first_bits_and_ties_go_to_the_lower_id(
    loaded: str,
) -> None:
    rows = Movie.objects.order_by("movie_id").values_list("fingerprint_bit", flat=True)

    assert tuple(rows) == BITS


def test_observed_ratings_are_those_of_the_release(loaded: str) -> None:
    assert set(Rating.objects.values_list("ml_user_id", "movie_id", "rating")) == {
        (user, movie_id(loaded, place), stars(loaded, rating)) for user, place, rating in RATINGS
    }
    # `kind` is generated by the database: no run means observed.
    assert set(Rating.objects.values_list("kind", "run", "rank")) == {("observed", None, None)}


def test_people_have_demographics_where_the_release_has_them(loaded: str) -> None:
    rows = list(
        MovieLensUser.objects.order_by("ml_user_id").values_list(
            "ml_user_id", "gender", "age", "age_band", "occupation"
        )
    )
    if loaded not in WITH_DEMOGRAPHICS:
        assert rows == [(user, "", None, None, "") for user in (1, 2, 3)]
        return
    # `age_band` is generated by the database; 1M gives the first year of the band as the age.
    genders = {"F": "female", "M": "male"}
    words = {4: "college/grad student", 0: "other", 20: "writer"}
    expected = [
        (user, genders[gender], band, band, words[code])
        if loaded == "ml-1m"
        else (user, genders[gender], age, band, job)
        for user, gender, age, band, job, code in USERS
    ]
    assert rows == expected


def watched_films(user: int) -> set[int]:
    """The films whose bits are set in the user's fingerprint."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT watched::text FROM movies_movielensuser WHERE ml_user_id = %s", [user]
        )
        text = cursor.fetchone()[0]
    assert len(text) == FINGERPRINT_BITS
    bits = {place for place, bit in enumerate(text) if bit == "1"}
    movies = Movie.objects.filter(fingerprint_bit__in=bits)
    assert movies.count() == len(bits)
    return set(movies.values_list("movie_id", flat=True))


def simhash_text(user: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT simhash::text FROM movies_movielensuser WHERE ml_user_id = %s", [user]
        )
        return str(cursor.fetchone()[0])


def test_fingerprints_have_the_bits_of_the_films_that_were_rated(loaded: str) -> None:
    for user in MovieLensUser.objects.all():
        rated = set(user.ratings.values_list("movie_id", flat=True))
        assert watched_films(user.pk) == rated
        assert simhash_text(user.pk) == bit_text(simhash(rated))
        assert user.watched_count == len(rated) == 3


def test_someone_who_rated_nothing_has_an_empty_fingerprint(tmp_path: Path) -> None:
    users = "1::F::18::4::1\n2::M::50::0::1\n3::M::25::20::1\n4::F::1::10::1\n"
    run("load_movielens", tiny_release(tmp_path, "ml-1m", replace={"users.dat": users}))

    user = MovieLensUser.objects.get(pk=4)
    assert (user.age, user.age_band, user.watched_count) == (1, 1, 0)
    assert watched_films(4) == set()
    assert simhash_text(4) == "0" * 64


def test_a_film_that_nobody_rated_has_no_mean_and_no_bit(tmp_path: Path) -> None:
    release = tiny_release(
        tmp_path, "ml-1m", replace={"ratings.dat": "1::1::5::978300760\n2::29::3::978300760\n"}
    )
    run("load_movielens", release)

    movie = Movie.objects.get(pk=2571)
    assert (movie.rating_avg, movie.rating_count, movie.fingerprint_bit) == (None, 0, None)


def test_films_after_the_4096_most_watched_have_no_bit_but_count_elsewhere(tmp_path: Path) -> None:
    numbers = range(1, FINGERPRINT_BITS + 3)
    ratings = [f"1,{number},4" for number in numbers] + [f"2,{FINGERPRINT_BITS + 2},3"]
    release = tiny_release(
        tmp_path,
        "plain",
        replace={
            "movie.csv": "movie_id,title\n" + "".join(f"{n},Film {n}\n" for n in numbers),
            "user.csv": "user_id\n1\n2\n",
            "rating.csv": "user_id,movie_id,rating\n" + "\n".join(ratings) + "\n",
        },
    )
    run("load_movielens", release)

    without = Movie.objects.filter(fingerprint_bit=None).values_list("movie_id", flat=True)
    assert sorted(without) == [FINGERPRINT_BITS, FINGERPRINT_BITS + 1]
    assert Movie.objects.get(fingerprint_bit=0).pk == FINGERPRINT_BITS + 2  # rated twice
    assert Movie.objects.get(fingerprint_bit=1).pk == 1
    assert watched_films(1) == {*numbers} - {*without}
    assert MovieLensUser.objects.get(pk=1).watched_count == len(numbers)
    assert simhash_text(1) == bit_text(simhash(numbers))


def test_the_ledger_tells_what_was_loaded(loaded: str) -> None:
    spaces = {"ml-100k": "movielens-100k", "plain": "plain"}
    row = DataLoad.objects.get()

    assert (row.kind, row.name) == ("movielens", loaded)
    assert row.id_space == spaces.get(loaded, "movielens")
    assert row.counts == {"movies": 5, "users": 3, "ratings": 9}
    assert len(row.digest) == 64
    assert 0 <= row.seconds < 60
    assert data_set_in_use() == row
    assert not sample_in_use()


def test_a_very_long_name_is_cut_short_in_the_ledger(tmp_path: Path) -> None:
    out, _ = run("load_movielens", tiny_release(tmp_path, "plain", name="x" * 240))

    assert "5 movies, 3 users, 9 observed ratings" in out
    assert DataLoad.objects.get().name == "x" * 200


# --- twice, by force, and for a trial ---


def test_the_same_release_again_changes_nothing(tmp_path: Path, layout: str) -> None:
    path = tiny_release(tmp_path, layout)
    run("load_movielens", path)
    before = all_rows()

    out, _ = run("load_movielens", path)

    assert out.startswith(
        f"{layout} is in use already: 5 movies, 3 users, 9 observed ratings; nothing to do ("
    )
    assert all_rows() == before  # the same rating ids, one row in the ledger


def test_the_same_release_from_a_folder_is_the_same_release(tmp_path: Path) -> None:
    run("load_movielens", tiny_release(tmp_path, "ml-1m"))
    before = all_rows()

    out, _ = run("load_movielens", tiny_release(tmp_path, "ml-1m", zipped=False))

    assert "ml-1m is in use already" in out
    assert all_rows() == before


def test_force_loads_it_again(tmp_path: Path) -> None:
    path = tiny_release(tmp_path, "ml-1m")
    run("load_movielens", path)
    before = all_rows()

    out, _ = run("load_movielens", path, "--force")

    assert "Loaded ml-1m: 5 movies, 3 users, 9 observed ratings" in out
    after = all_rows()
    for table in ("movies_movie", "movies_movielensuser"):
        assert after[table] == before[table]
    assert len(after["recommend_rating"]) == 9
    assert not set(after["recommend_rating"]) & set(before["recommend_rating"])  # ids are new
    assert DataLoad.objects.count() == 2


def test_a_release_that_was_in_use_before_loads_again(tmp_path: Path) -> None:
    first = tiny_release(tmp_path, "ml-1m")
    run("load_movielens", first)
    run("load_movielens", tiny_release(tmp_path, "ml-25m"))

    out, _ = run("load_movielens", first)

    assert "Loaded ml-1m" in out
    assert MovieLensUser.objects.get(pk=1).gender == "female"
    assert [load.name for load in DataLoad.objects.order_by("pk")] == ["ml-1m", "ml-25m", "ml-1m"]


def test_a_dry_run_changes_nothing(tmp_path: Path, layout: str) -> None:
    before = all_rows()
    out, err = run("load_movielens", tiny_release(tmp_path, layout), "--dry-run")

    assert f"Would load {layout}: 5 movies, 3 users, 9 observed ratings" in out
    assert err == ""
    assert all_rows() == before


def test_a_dry_run_in_place_of_another_data_set_changes_nothing(tmp_path: Path) -> None:
    run("load_movielens", tiny_release(tmp_path, "ml-1m"))
    add_respondent(1, 260, shown=[2571], twin=1)
    add_run(user=1, movie=29)
    before = all_rows()

    out, _ = run("load_movielens", tiny_release(tmp_path, "ml-100k"), "--dry-run", "--replace")

    assert "Would load ml-100k" in out
    assert all_rows() == before


def test_a_dry_run_leaves_the_release_to_be_loaded(tmp_path: Path) -> None:
    path = tiny_release(tmp_path, "ml-1m")
    run("load_movielens", path, "--dry-run")

    out, _ = run("load_movielens", path)

    assert "Loaded ml-1m" in out
    assert Rating.objects.count() == 9


# --- the sample ---


def test_the_sample_loads_with_its_availability_and_is_marked_as_the_sample() -> None:
    run("load_reference_data")
    out, _ = run("load_movielens", "sample")

    assert "Loaded sample: 513 movies, 600 users, 40,000 observed ratings" in out
    assert sample_in_use()
    movie = Movie.objects.get(title="Casablanca")
    assert (movie.title_ko, movie.year, movie.tmdb_id) == ("카사블랑카", 1942, 289)
    assert set(MovieLensUser.objects.values_list("gender", flat=True)) == {"female", "male"}
    sources = {
        fetched["source"]
        for provenance in Movie.objects.values_list("platforms_provenance", flat=True)
        for fetched in provenance.values()
    }
    assert sources == {"sample"}
    netflix = Platform.objects.get(slug="netflix")
    assert netflix.films_known == Movie.objects.filter(platforms__has_key="netflix").count() > 450
    assert netflix.films_carried == Movie.objects.filter(platforms__netflix=True).count() > 100

    before = all_rows()
    out, _ = run("load_movielens", "sample")
    assert "sample is in use already" in out
    assert all_rows() == before


# --- in place of another data set ---


def test_what_people_and_files_said_of_a_film_survives_a_release_with_the_same_ids(
    tmp_path: Path,
) -> None:
    run("load_movielens", tiny_release(tmp_path, "ml-1m"))
    Platform.objects.create(slug="netflix", name="Netflix")
    details = tmp_path / "details.csv"
    details.write_text("movie_id,tmdb_id,title_ko,poster_path\n260,999,스타워즈,/a.jpg\n")
    run("load_movie_details", details)
    availability = tmp_path / "availability.csv"
    availability.write_text(
        "movie_id,platform,available,source,checked_on\n260,netflix,true,test,2026-01-02\n"
    )
    run("load_availability", availability)
    correct_availability(movie=Movie.objects.get(pk=1), states={"netflix": False})

    run("load_movielens", tiny_release(tmp_path, "ml-25m"))

    star_wars = Movie.objects.get(pk=260)
    assert (star_wars.title_ko, star_wars.poster_path) == ("스타워즈", "/a.jpg")
    assert (star_wars.imdb_id, star_wars.tmdb_id) == (76759, 11)  # the release has links
    assert star_wars.platforms == {"netflix": True}
    assert star_wars.platforms_provenance["netflix"]["checked_on"] == "2026-01-02"
    assert star_wars.rating_avg == 4.75
    assert Movie.objects.get(pk=1).platforms_staff == {"netflix": False}
    netflix = Platform.objects.get()
    assert (netflix.films_known, netflix.films_carried) == (2, 1)


def test_ids_stay_where_the_next_release_has_none(tmp_path: Path) -> None:
    run("load_movielens", tiny_release(tmp_path, "ml-25m"))
    run("load_movielens", tiny_release(tmp_path, "ml-1m"))

    star_wars = Movie.objects.get(pk=260)
    assert (star_wars.imdb_id, star_wars.tmdb_id, star_wars.rating_avg) == (76759, 11, 4.5)


def two_films(tmp_path: Path) -> Path:
    """A release with the ids of 1M that has only Toy Story and The Matrix."""
    return tiny_release(
        tmp_path,
        "ml-25m",
        replace={
            "movies.csv": "movieId,title,genres\n1,Toy Story (1995),Drama\n2571,Matrix,Drama\n",
            "links.csv": None,
            "ratings.csv": "userId,movieId,rating,timestamp\n7,2571,3.5,978300760\n",
        },
    )


def test_films_that_people_picked_or_were_shown_or_corrected_stay_without_ratings(
    tmp_path: Path,
) -> None:
    run("load_movielens", tiny_release(tmp_path, "ml-1m"))
    respondent = add_respondent(260, shown=[29])
    correct_availability(movie=Movie.objects.get(pk=1210), states={"netflix": True})

    run("load_movielens", two_films(tmp_path))

    rows = Movie.objects.order_by("movie_id").values_list(
        "movie_id", "rating_count", "rating_avg", "fingerprint_bit"
    )
    assert list(rows) == [
        (1, 0, None, None),
        (29, 0, None, None),
        (260, 0, None, None),
        (1210, 0, None, None),
        (2571, 1, 3.5, 0),
    ]
    assert [movie.pk for movie in respondent.preferred_movies.all()] == [260]
    assert [film.movie_id for film in respondent.recommended_movies.all()] == [29]
    assert Movie.objects.get(pk=260).title == "Star Wars: Episode IV - A New Hope"
    # The ledger counts the films of the release, not those that were kept.
    load = data_set_in_use()
    assert load is not None
    assert load.counts == {"movies": 2, "users": 1, "ratings": 1}


def test_films_of_no_concern_to_anybody_go_with_their_release(tmp_path: Path) -> None:
    run("load_movielens", tiny_release(tmp_path, "ml-1m"))

    run("load_movielens", two_films(tmp_path))

    assert list(Movie.objects.order_by("pk").values_list("pk", flat=True)) == [1, 2571]
    assert list(MovieLensUser.objects.values_list("pk", flat=True)) == [7]
    assert list(Rating.objects.values_list("ml_user_id", "movie_id")) == [(7, 2571)]


def test_model_runs_go_with_their_data_set_and_twins_become_unknown(tmp_path: Path) -> None:
    run("load_movielens", tiny_release(tmp_path, "ml-1m"))
    respondent = add_respondent(1, 260, twin=1)
    add_run(user=1, movie=29)

    run("load_movielens", tiny_release(tmp_path, "ml-25m"))

    assert not ModelRun.objects.exists()
    assert not TasteVector.objects.exists()
    assert not MovieFactors.objects.exists()
    assert set(Rating.objects.values_list("kind", flat=True)) == {"observed"}
    similarity = Similarity.objects.get()
    assert (similarity.user, similarity.ml_user_id) == (respondent, None)
    assert (similarity.overlapped_movies, similarity.score) == ([1, 260], 0.5)
    assert PlatformTally.objects.get().recommended_count == 1


@pytest.mark.parametrize(
    ("respondents", "corrections"), [(1, 0), (0, 1), (2, 1)], ids=["results", "edits", "both"]
)
def test_other_ids_are_refused_while_results_or_corrections_are_there(
    tmp_path: Path, respondents: int, corrections: int
) -> None:
    run("load_movielens", tiny_release(tmp_path, "ml-1m"))
    Platform.objects.create(slug="netflix", name="Netflix")
    for _ in range(respondents):
        add_respondent(1, 260, twin=1)
    for movie in Movie.objects.all()[:corrections]:
        correct_availability(movie=movie, states={"netflix": True})

    message = refusal("load_movielens", tiny_release(tmp_path, "ml-100k"))

    assert message == (
        "ml-100k numbers its films differently from ml-1m, which is in use: "
        f"{respondents} results and {corrections} staff corrections would be deleted. "
        "Say --replace to delete them."
    )


def test_replace_deletes_results_and_corrections_and_says_so(tmp_path: Path) -> None:
    run("load_movielens", tiny_release(tmp_path, "ml-1m"))
    add_respondent(1, 260, shown=[29], twin=1)
    correct_availability(movie=Movie.objects.get(pk=1), states={"netflix": True})
    add_run(user=1, movie=29)

    out, err = run("load_movielens", tiny_release(tmp_path, "ml-100k"), "--replace")

    assert "Loaded ml-100k: 5 movies, 3 users, 9 observed ratings" in out
    assert err == "Results of the data set before that were deleted: 1\n"
    for model in (Respondent, Similarity, RecommendedMovie, PlatformRecommendation, ModelRun):
        assert not model._default_manager.exists()
    assert PlatformTally.objects.get().recommended_count == 0
    assert list(Movie.objects.order_by("pk").values_list("pk", "platforms_staff")) == [
        (number, {}) for number in range(1, 6)
    ]
    assert Platform.objects.get().films_known == 0


def test_other_ids_need_no_permission_when_nothing_is_lost(tmp_path: Path) -> None:
    run("load_movielens", tiny_release(tmp_path, "ml-1m"))
    add_run(user=1, movie=29)

    out, err = run("load_movielens", tiny_release(tmp_path, "ml-100k"))

    assert "Loaded ml-100k" in out
    assert err == ""
    assert list(Movie.objects.order_by("pk").values_list("pk", flat=True)) == [1, 2, 3, 4, 5]
    assert not ModelRun.objects.exists()


def test_real_data_takes_the_place_of_the_sample_with_the_results_made_on_it(
    tmp_path: Path,
) -> None:
    run("load_movielens", "sample")
    add_respondent(1, 2, shown=[3], twin=1)
    correct_availability(movie=Movie.objects.get(pk=1), states={"netflix": True})

    out, err = run("load_movielens", tiny_release(tmp_path, "ml-1m"))

    assert "Loaded ml-1m" in out
    assert err == "Results of the data set before that were deleted: 1\n"
    assert not sample_in_use()
    assert not Respondent.objects.exists()
    assert list(Movie.objects.order_by("pk").values_list("pk", "platforms")) == [
        (film.movie_id, {}) for film in FILMS
    ]


def test_the_sample_does_not_take_the_place_of_real_results(tmp_path: Path) -> None:
    run("load_movielens", tiny_release(tmp_path, "ml-1m"))
    add_respondent(1, 260)

    assert "sample numbers its films differently from ml-1m" in refusal("load_movielens", "sample")


# --- one at a time ---


def test_a_load_while_another_runs_is_refused_at_once(tmp_path: Path) -> None:
    path = tiny_release(tmp_path, "ml-1m")
    with second_connection() as other, other.transaction():
        other.execute("SELECT pg_advisory_xact_lock(%s)", [ADVISORY_LOCK])
        message = refusal("load_movielens", path)
    assert message == "another load is running; wait until it has ended, then try again"

    out, _ = run("load_movielens", path)
    assert "Loaded ml-1m" in out


@pytest.mark.django_db(transaction=True)
def test_readers_see_the_data_set_before_until_the_load_has_ended(tmp_path: Path) -> None:
    run("load_movielens", tiny_release(tmp_path, "ml-1m"))
    seen: list[tuple[str, int, str]] = []
    query = """
        SELECT count(*), (SELECT string_agg(name, ',') FROM common_dataload)
        FROM recommend_rating r JOIN movies_movielensuser u USING (ml_user_id)
        WHERE u.gender <> ''
    """

    with second_connection() as reader:

        def look(stage: str, _done: int, _total: int | None) -> None:
            row = reader.execute(query).fetchone()
            assert row is not None
            seen.append((stage, *row))

        load_movielens(source=str(tiny_release(tmp_path, "ml-25m")), report=look)
        look("after", 0, None)

    assert seen == [
        ("ratings", 9, "ml-1m"),
        ("ratings", 9, "ml-1m"),
        ("movies and people", 9, "ml-1m"),
        ("ratings into the database", 9, "ml-1m"),
        ("after", 0, "ml-1m,ml-25m"),
    ]


@pytest.mark.django_db(transaction=True)
def test_the_second_of_two_loads_is_refused_and_the_first_unharmed(tmp_path: Path) -> None:
    second = tiny_release(tmp_path, "ml-100k")
    messages: list[str] = []

    def load_second() -> None:
        try:
            run("load_movielens", second)
        except CommandError as error:
            messages.append(str(error))
        finally:
            connection.close()

    def start_second(stage: str, _done: int, _total: int | None) -> None:
        if stage == "movies and people":
            thread = threading.Thread(target=load_second)
            thread.start()
            thread.join()

    load_movielens(source=str(tiny_release(tmp_path, "ml-1m")), report=start_second)

    assert messages == ["another load is running; wait until it has ended, then try again"]
    assert [load.name for load in DataLoad.objects.all()] == ["ml-1m"]
    load_second()
    assert [load.name for load in DataLoad.objects.order_by("pk")] == ["ml-1m", "ml-100k"]
