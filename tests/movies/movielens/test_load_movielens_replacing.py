"""A release replaces the one before, and what people gave us is kept or deleted as announced."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils.timezone import localdate

from common.selectors import data_set_in_use, sample_in_use
from matching.models import Similarity
from movies.models import Movie, MovieLensUser, Platform
from movies.services.availability import correct_availability
from ottstats.models import PlatformRecommendation, PlatformTally
from recommend.models import (
    MemberEvent,
    ModelRun,
    MovieFactors,
    Rating,
    RecommendedMovie,
    TasteVector,
)
from survey.models import Member, Respondent
from tests.joined import joined
from tests.movies.movielens.archives import FILMS, tiny_release
from tests.operators import add_respondent, add_run, refusal, run

pytestmark = pytest.mark.django_db


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
    Movie.objects.filter(pk=1).update(tmdb_id=424242, tmdb_id_source="staff")

    run("load_movielens", tiny_release(tmp_path, "ml-25m"))

    assert Movie.objects.get(pk=1).tmdb_id == 424242  # staff confirmed it
    star_wars = Movie.objects.get(pk=260)
    assert (star_wars.title_ko, star_wars.poster_path) == ("스타워즈", "/a.jpg")
    assert (star_wars.imdb_id, star_wars.tmdb_id) == (76759, 11)  # the release has links
    assert star_wars.platforms == {"netflix": True}
    assert localdate(star_wars.availability.get().checked_at).isoformat() == "2026-01-02"
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
    assert (load.counts["movies"], load.counts["users"], load.counts["ratings"]) == (2, 1, 1)


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
        f"{respondents} results, {corrections} staff corrections and 0 likes and views of members "
        "would be deleted. "
        "Say --replace to delete them."
    )


def test_a_film_that_a_member_likes_stays_through_a_release_with_the_same_ids(
    tmp_path: Path,
) -> None:
    run("load_movielens", tiny_release(tmp_path, "ml-1m"))
    gone = Movie.objects.create(movie_id=77, title="In no other release", genres=[])
    MemberEvent.objects.create(member=joined(), movie=gone, kind="like")

    run("load_movielens", tiny_release(tmp_path / "other", "ml-latest"), "--force")

    assert MemberEvent.objects.get().movie_id == 77


def test_other_ids_are_refused_while_members_like_films_and_replace_deletes_the_likes(
    tmp_path: Path,
) -> None:
    run("load_movielens", tiny_release(tmp_path, "ml-1m"))
    member = joined()
    MemberEvent.objects.create(member=member, movie_id=260, kind="like")
    other = tiny_release(tmp_path, "ml-100k")

    assert "1 likes and views of members would be deleted" in refusal("load_movielens", other)
    run("load_movielens", other, "--replace")

    assert not MemberEvent.objects.exists()
    assert Member.objects.get() == member


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
