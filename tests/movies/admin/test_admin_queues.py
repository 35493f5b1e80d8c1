"""Staff decide doubtful matches and reports, in the list or on the page of one."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from movies.fetching.ids import decide_suggestion
from movies.models import (
    STAFF,
    TMDB,
    Availability,
    AvailabilityReport,
    FetchJob,
    IdSuggestion,
    Movie,
    MovieDetails,
    Offer,
    Platform,
    Provider,
)
from movies.services.availability import Statement, record_statements

pytestmark = pytest.mark.django_db


@pytest.fixture
def movie() -> Movie:
    return Movie.objects.create(
        movie_id=1, title="Heat", year=1995, tmdb_id=949, answered_at=timezone.now()
    )


def suggest(movie: Movie, tmdb_id: int, **values: Any) -> IdSuggestion:
    defaults = {"title": "Heat", "year": 1986, "reason": "another year"}
    return IdSuggestion.objects.create(movie=movie, tmdb_id=tmdb_id, **(defaults | values))


def act(client: Client, model: str, action: str, *rows: Any) -> list[tuple[str, str]]:
    client.cookies["django_language"] = "en"
    data = {"action": action, "_selected_action": [row.pk for row in rows]}
    page = client.post(reverse(f"admin:movies_{model}_changelist"), data, follow=True)
    return [(message.level_tag, str(message)) for message in page.context["messages"]]


def press(client: Client, model: str, row: Any, decision: str) -> int:
    address = reverse(f"admin:movies_{model}_decide", args=[row.pk])
    return client.post(address, {"decision": decision}).status_code


def state(row: Any) -> str:
    row.refresh_from_db()
    return str(row.state)


# --- doubtful matches ---


def test_the_queue_shows_open_matches_with_both_films_and_links(
    movie: Movie, admin_client: Client
) -> None:
    suggest(movie, 100)
    suggest(movie, 101, state="rejected", decided_at=timezone.now())
    address = reverse("admin:movies_idsuggestion_changelist")
    page = admin_client.get(address)
    assert [row.tmdb_id for row in page.context["cl"].result_list] == [100]
    text = page.content.decode()
    assert "Heat (1995)" in text
    assert "1986" in text
    assert "another year" in text
    assert "https://www.themoviedb.org/movie/100/watch?locale=KR" in text
    assert reverse("admin:movies_movie_change", args=[1]) in text
    for query, expected in (("?state=rejected", [101]), ("?state=all", [100, 101])):
        rows = admin_client.get(address + query).context["cl"].result_list
        assert [row.tmdb_id for row in rows] == expected


def test_the_same_film_takes_the_number_over_and_is_fetched_next(
    movie: Movie, admin_client: Client, admin_user: User
) -> None:
    chosen, other = suggest(movie, 100), suggest(movie, 101)
    assert act(admin_client, "idsuggestion", "accept", chosen) == [("success", "1 decided.")]
    movie.refresh_from_db()
    assert (movie.tmdb_id, movie.tmdb_id_source, movie.answered_at) == (100, "staff", None)
    assert (state(chosen), state(other)) == ("accepted", "rejected")
    assert chosen.decided_by == admin_user
    assert chosen.decided_at is not None
    assert FetchJob.objects.get().movie_id == 1
    assert LogEntry.objects.get().change_message == "The same film"


def test_another_film_is_remembered_and_our_own_number_stays(
    movie: Movie, admin_client: Client
) -> None:
    suggestion = suggest(movie, 100)
    assert press(admin_client, "idsuggestion", suggestion, "reject") == 302
    movie.refresh_from_db()
    assert (movie.tmdb_id, movie.answered_at) == (949, None)
    assert state(suggestion) == "rejected"


def test_a_rejected_number_that_we_go_by_is_taken_away_with_what_tmdb_said(
    movie: Movie, admin_client: Client
) -> None:
    Platform.objects.create(slug="netflix", name="Netflix")
    now = timezone.now()
    record_statements([Statement(1, "netflix", TMDB, True, now)])
    record_statements([Statement(1, "netflix", "catalogue", False, now)])
    MovieDetails.objects.create(movie=movie, title_ko="히트", poster_path="/p", fetched_at=now)
    Movie.objects.filter(pk=1).update(title_ko="히트", poster_path="/own")
    provider = Provider.objects.create(provider_id=8, name="Netflix")
    Offer.objects.create(movie=movie, provider=provider, kind="flatrate")
    suggestion = suggest(movie, 949)

    press(admin_client, "idsuggestion", suggestion, "reject")

    movie.refresh_from_db()
    assert (movie.tmdb_id, movie.tmdb_id_source, movie.answered_at) == (None, "", None)
    assert movie.platforms == {"netflix": False}
    assert (movie.title_ko, movie.poster_path) == ("", "/own")
    assert not Offer.objects.exists()
    assert not MovieDetails.objects.exists()


def test_a_number_that_staff_confirmed_stays(movie: Movie) -> None:
    Movie.objects.filter(pk=1).update(tmdb_id_source="staff")
    decide_suggestion(suggestion=suggest(movie, 949), accepted=False, staff=None)
    movie.refresh_from_db()
    assert (movie.tmdb_id, movie.tmdb_id_source) == (949, "staff")


def test_deciding_the_same_twice_does_nothing_and_a_mistake_can_be_corrected(
    movie: Movie,
) -> None:
    suggestion = suggest(movie, 100)
    decide_suggestion(suggestion=suggestion, accepted=True, staff=None)
    FetchJob.objects.all().delete()
    answered = timezone.now()
    Movie.objects.update(answered_at=answered)
    decide_suggestion(suggestion=suggestion, accepted=True, staff=None)
    movie.refresh_from_db()
    assert movie.answered_at == answered
    assert not FetchJob.objects.exists()
    decide_suggestion(suggestion=suggestion, accepted=False, staff=None)
    movie.refresh_from_db()
    assert (movie.tmdb_id, movie.tmdb_id_source) == (None, "")
    decide_suggestion(suggestion=suggestion, accepted=True, staff=None)
    movie.refresh_from_db()
    assert (movie.tmdb_id, movie.tmdb_id_source) == (100, "staff")


def test_the_page_of_a_match_has_both_buttons(movie: Movie, admin_client: Client) -> None:
    admin_client.cookies["django_language"] = "en"
    address = reverse("admin:movies_idsuggestion_change", args=[suggest(movie, 100).pk])
    text = admin_client.get(address).content.decode()
    assert ">The same film</button>" in text
    assert ">Another film</button>" in text


# --- reports ---


@pytest.fixture
def reports(movie: Movie) -> list[AvailabilityReport]:
    """We say from TMDB that it is on Netflix and, from staff, not on TVING; of Watcha nothing."""
    for slug in ("netflix", "tving", "watcha"):
        Platform.objects.create(slug=slug, name=slug.title())
    now = timezone.now()
    record_statements(
        [
            Statement(1, "netflix", TMDB, True, now),
            Statement(1, "netflix", "catalogue", True, now),
            Statement(1, "tving", TMDB, True, now),
            Statement(1, "tving", STAFF, False, now),
        ]
    )
    return [
        AvailabilityReport.objects.create(movie=movie, platform_id=slug, shown=shown, times=times)
        for slug, shown, times in (("netflix", True, 2), ("tving", False, 5), ("watcha", None, 1))
    ]


def test_reports_come_most_told_first_with_what_we_say_and_who(
    reports: list[AvailabilityReport], admin_client: Client
) -> None:
    admin_client.cookies["django_language"] = "en"
    AvailabilityReport.objects.create(
        movie_id=1, platform_id="netflix", state="rejected", decided_at=timezone.now(), times=9
    )
    address = reverse("admin:movies_availabilityreport_changelist")
    page = admin_client.get(address)
    assert [row.times for row in page.context["cl"].result_list] == [5, 2, 1]
    text = page.content.decode()
    for said in ("Not carried (staff)", "Carried (tmdb)", "Unknown"):
        assert f'<td class="field-we_say">{said}</td>' in text
    everything = admin_client.get(f"{address}?state=all").context["cl"].result_list
    assert len(everything) == 4


def test_correct_it_corrects_what_was_shown(
    reports: list[AvailabilityReport], admin_client: Client, admin_user: User
) -> None:
    assert act(admin_client, "availabilityreport", "accept", reports[0], reports[2]) == [
        ("success", "2 decided.")
    ]
    movie = Movie.objects.get()
    assert movie.platforms_staff == {"netflix": False, "tving": False, "watcha": True}
    assert state(reports[0]) == "accepted"
    assert reports[0].decided_by == admin_user
    assert Availability.objects.get(platform="netflix", source=STAFF).stated_by == admin_user


def test_it_was_right_changes_nothing(
    reports: list[AvailabilityReport], admin_client: Client
) -> None:
    before = list(Availability.objects.values_list())
    assert press(admin_client, "availabilityreport", reports[1], "reject") == 302
    assert state(reports[1]) == "rejected"
    assert list(Availability.objects.values_list()) == before


def test_more_reports_take_no_more_queries(
    reports: list[AvailabilityReport], admin_client: Client
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            admin_client.get(reverse("admin:movies_availabilityreport_changelist"))
        return len(captured)

    few = queries()
    for number in range(10, 20):
        Movie.objects.create(movie_id=number, title=f"Film {number}")
        record_statements([Statement(number, "netflix", TMDB, True, timezone.now())])
        AvailabilityReport.objects.create(movie_id=number, platform_id="netflix", shown=True)
    assert queries() == few


# --- permissions ---


@pytest.mark.parametrize("model", ["idsuggestion", "availabilityreport"])
def test_who_may_only_look_decides_nothing(
    model: str, movie: Movie, reports: list[AvailabilityReport], client: Client
) -> None:
    row = suggest(movie, 100) if model == "idsuggestion" else reports[0]
    assert press(client, model, row, "accept") == 302  # to the login
    user = User.objects.create_user("looker", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename=f"view_{model}"))
    client.force_login(user)
    page = client.get(reverse(f"admin:movies_{model}_change", args=[row.pk]))
    assert page.status_code == 200
    assert 'name="decision"' not in page.content.decode()
    assert press(client, model, row, "accept") == 403
    act(client, model, "accept", row)
    assert state(row) == "open"
    user.user_permissions.add(Permission.objects.get(codename=f"change_{model}"))
    client.force_login(User.objects.get(pk=user.pk))
    assert press(client, model, row, "nonsense") == 404
    assert press(client, model, row, "reject") == 302
    assert state(row) == "rejected"
