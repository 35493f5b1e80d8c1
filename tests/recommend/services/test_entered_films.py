"""Films of TMDB's lists survive loads, and become one with the same film of a data set."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError
from django.utils import timezone

from movies.models import Availability, FilmText, Movie, MovieDetails, Platform
from movies.services.availability import Statement, record_statements
from recommend.models import MemberEvent, PickFromLike, Reaction, RecommendedMovie
from recommend.services.entered_films import merge_entered
from survey.models import Draft
from tests.joined import joined
from tests.movies.movielens.archives import FILMS, tiny_release
from tests.operators import add_respondent, run
from tests.recommend.members import LIKE, a_member, say

pytestmark = pytest.mark.django_db

KNOWN, OTHER = 1_000_000_777, 1_000_000_888


@pytest.fixture
def entered(five_films: None) -> None:
    """Two films of lists beside the five of the data set, one of them corrected by staff."""
    now = timezone.now()
    for number in (KNOWN, OTHER):
        movie = Movie.objects.create(
            movie_id=number, title=f"New {number}", year=2024, genres=["Drama"],
            tmdb_id=number - 1_000_000_000, tmdb_id_source="listed",
        )  # fmt: skip
        MovieDetails.objects.create(movie=movie, overview="…", fetched_at=now)
    record_statements(
        [
            Statement(KNOWN, "netflix", "tmdb-discover", True, now),
            Statement(KNOWN, "tving", "staff", False, now, "seen"),
            Statement(OTHER, "netflix", "tmdb-discover", False, now),
        ]
    )


def states() -> dict[int, dict[str, bool]]:
    return dict(Movie.objects.entered().values_list("pk", "platforms"))


@pytest.mark.parametrize("layout", ["ml-1m", "ml-100k", "ml-latest"])
def test_another_release_neither_loses_nor_changes_them(
    entered: None, tmp_path: Path, layout: str
) -> None:
    before = states()
    run("load_movielens", tiny_release(tmp_path / "other", layout), "--force")
    assert (
        states()
        == before
        == {
            KNOWN: {"netflix": True, "tving": False},
            OTHER: {"netflix": False},
        }
    )
    assert set(MovieDetails.objects.values_list("movie", flat=True)) == {KNOWN, OTHER}
    titles = Movie.objects.get(pk=KNOWN).title_index
    assert titles.names


def test_a_correction_of_such_a_film_does_not_stop_a_release_of_other_numbers(
    entered: None, tmp_path: Path
) -> None:
    run("load_movielens", tiny_release(tmp_path / "other", "ml-100k"))
    assert states()[KNOWN]["tving"] is False


def test_a_data_set_may_not_have_their_numbers(five_films: None, tmp_path: Path) -> None:
    folder = tmp_path / "plain"
    folder.mkdir()
    (folder / "movie.csv").write_text("movie_id,title,year,genres\n1000000005,A,2000,Drama\n")
    (folder / "user.csv").write_text("user_id,gender,age,occupation\n1,F,20,x\n")
    (folder / "rating.csv").write_text("user_id,movie_id,rating\n1,1000000005,4\n")
    with pytest.raises(CommandError, match=r"movie\.csv.*999"):
        run("load_movielens", folder)


def test_what_members_said_of_it_and_its_texts_move_to_the_film_of_the_data_set(
    entered: None,
) -> None:
    one, two = joined("kim"), joined("lee")
    for member, movie, kind in (
        (one, KNOWN, "like"), (one, 1, "like"), (one, KNOWN, "seen"), (two, KNOWN, "like"),
    ):  # fmt: skip
        MemberEvent.objects.create(member=member, movie_id=movie, kind=kind)
    FilmText.objects.create(
        movie_id=KNOWN, language="ko", overview="가", source="x", loaded_on=timezone.localdate()
    )
    Movie.objects.filter(pk=1).update(tmdb_id=777, tmdb_id_source="imdb")

    assert merge_entered() == 1

    events = MemberEvent.objects.order_by("member", "kind")
    assert list(events.values_list("member", "movie", "kind")) == [
        (one.pk, 1, "like"), (one.pk, 1, "seen"), (two.pk, 1, "like"),
    ]  # fmt: skip
    assert FilmText.objects.get().movie_id == 1


@pytest.mark.parametrize(("own", "liked"), [(1, KNOWN), (KNOWN, 1)])
def test_a_pick_of_the_survey_stays_one_where_the_other_film_was_picked_by_a_like(
    entered: None, own: int, liked: int
) -> None:
    person, only_liked = add_respondent(own, liked), add_respondent(KNOWN, 1)
    PickFromLike.objects.create(user=person, movie_id=liked)
    for movie in (1, KNOWN):
        PickFromLike.objects.create(user=only_liked, movie_id=movie)
    Movie.objects.filter(pk=1).update(tmdb_id=777, tmdb_id_source="imdb")

    assert merge_entered() == 1

    assert list(person.preferred_movies.values_list("pk", flat=True)) == [1]
    assert list(PickFromLike.objects.values_list("user", "movie")) == [(only_liked.pk, 1)]


@pytest.mark.parametrize("first", [KNOWN, 1])
def test_of_a_like_and_not_interested_the_newer_stays(entered: None, first: int) -> None:
    member, now = joined("kim"), timezone.now()
    last = 1 if first == KNOWN else KNOWN
    for movie, kind, days in (
        (first, "like", 2), (last, "not_interested", 1), (first, "seen", 3),
        (OTHER, "like", 2), (29, "not_interested", 1),
    ):  # fmt: skip
        MemberEvent.objects.create(
            member=member, movie_id=movie, kind=kind, created_at=now - timedelta(days=days)
        )
    Movie.objects.filter(pk=1).update(tmdb_id=777, tmdb_id_source="imdb")

    assert merge_entered() == 1

    events = MemberEvent.objects.order_by("movie", "kind").values_list("movie", "kind")
    assert list(events) == [
        (1, "not_interested"), (1, "seen"), (29, "not_interested"), (OTHER, "like"),
    ]  # fmt: skip


def test_a_film_that_the_data_set_has_now_takes_over_what_was_said_and_picked(
    entered: None,
) -> None:
    both, only = (
        add_respondent(KNOWN, 1, shown=[KNOWN, 1]),
        add_respondent(KNOWN, shown=[29, KNOWN]),
    )
    RecommendedMovie.objects.filter(user=only, movie=29).update(because=[KNOWN, 3])
    Reaction.objects.create(user=only, movie_id=KNOWN, kind="seen")
    say(a_member(), LIKE, KNOWN)
    draft = Draft.objects.create(liked=[3, KNOWN], expires_at=timezone.now())
    Movie.objects.filter(pk=1).update(tmdb_id=777, tmdb_id_source="imdb")
    earlier = timezone.now() - timedelta(days=1)
    record_statements([Statement(1, "netflix", "press", False, earlier)])

    assert merge_entered() == 1

    assert set(states()) == {OTHER}
    assert Movie.objects.get(pk=1).platforms == {"netflix": True, "tving": False}
    note = Availability.objects.get(movie=1, source="staff").note
    assert note == "seen"
    assert list(both.preferred_movies.values_list("pk", flat=True)) == [1]
    assert list(only.preferred_movies.values_list("pk", flat=True)) == [1]
    shown = RecommendedMovie.objects.order_by("rank")
    assert list(shown.filter(user=both).values_list("movie", flat=True)) == [1]
    assert list(shown.filter(user=only).values_list("movie", "because")) == [(29, [1, 3]), (1, [])]
    assert Reaction.objects.get().movie_id == MemberEvent.objects.get().movie_id == 1
    draft.refresh_from_db()
    assert draft.liked == [3, 1]
    assert Platform.objects.get(pk="tving").films_known == 1
    assert merge_entered() == 0


def test_a_number_that_waits_for_staff_merges_nothing(entered: None) -> None:
    movie = Movie.objects.get(pk=1)
    Movie.objects.filter(pk=1).update(tmdb_id=777)
    movie.id_suggestions.create(tmdb_id=777, title="?", reason="?")
    assert merge_entered() == 0
    assert KNOWN in states()


def test_a_load_whose_links_name_the_film_merges_it(entered: None, tmp_path: Path) -> None:
    number = FILMS[0].tmdb_id
    double = 1_000_000_000 + number
    Movie.objects.create(movie_id=double, title="Double", tmdb_id=number, tmdb_id_source="listed")
    run("load_movielens", tiny_release(tmp_path / "other", "ml-latest"))
    assert list(Movie.objects.filter(tmdb_id=number).values_list("pk", flat=True)) == [1]
