"""Staff see how fresh availability is, how it is fetched, and which films to check next."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from movies.models import (
    AvailabilityChange,
    AvailabilityReport,
    FetchAttempt,
    FetchJob,
    IdSuggestion,
    Movie,
    Notice,
    Platform,
    Product,
    Provider,
)
from movies.selectors import freshness
from movies.services.availability import Statement, record_statements
from movies.services.platform_rates import refresh_platform_rates
from survey.models import Respondent
from tests.operators import staff_with

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def days_ago(days: float) -> Any:
    return NOW - timedelta(days=days)


def say(movie: int, platform: str, source: str, days: float, *, included: bool = True) -> None:
    record_statements([Statement(movie, platform, source, included, days_ago(days))])


@pytest.fixture
def films(db: None) -> None:
    """Seven films; two compared platforms, and one that no longer is."""
    for slug in ("netflix", "tving"):
        Platform.objects.create(slug=slug, name=slug.title(), tmdb_provider_ids=[len(slug)])
    Platform.objects.create(slug="closed", name="Closed", is_active=False)
    for number in range(1, 8):
        Movie.objects.create(
            movie_id=number, title=f"Film {number}", year=2000, rating_count=100 - number
        )


@pytest.fixture
def statements(films: None) -> None:
    """Netflix: one film of each age, and one only from staff; TVING: two films, one source."""
    say(1, "netflix", "tmdb", 7)
    say(2, "netflix", "tmdb", 7.01, included=False)
    say(3, "netflix", "list", 90)
    say(4, "netflix", "tmdb", 180)
    say(5, "netflix", "tmdb", 400)
    say(6, "netflix", "staff", 1)
    say(1, "tving", "list", 60)
    say(2, "tving", "list", 200, included=False)
    say(3, "closed", "tmdb", 1)
    refresh_platform_rates()


def of(slug: str) -> freshness.PlatformFreshness:
    rows = freshness.freshness(NOW).platforms
    return next(row for row in rows if row.platform.slug == slug)


@pytest.fixture
def client(admin_client: Client) -> Client:
    """A superuser who reads English."""
    admin_client.cookies["django_language"] = "en"
    return admin_client


def text_of(client: Client, name: str = "movies_dashboard") -> str:
    page = client.get(reverse(f"admin:{name}"))
    assert page.status_code == 200
    return page.content.decode()


def test_films_are_counted_by_the_age_of_what_was_said_last(statements: None) -> None:
    netflix, tving = of("netflix"), of("tving")
    assert list(netflix.by_age) == [1, 1, 1, 1, 1]
    assert (netflix.only_staff, netflix.unknown) == (1, 1)
    assert (netflix.carried, netflix.not_carried) == (5, 1)
    assert list(tving.by_age) == [0, 0, 1, 0, 1]
    assert (tving.only_staff, tving.unknown, tving.carried, tving.not_carried) == (0, 5, 1, 1)
    assert freshness.freshness(NOW).films == 7


def test_of_several_sources_only_the_newest_statement_counts(statements: None) -> None:
    say(4, "netflix", "list", 3)
    say(4, "netflix", "press", 20)
    say(4, "netflix", "staff", 400)
    say(5, "netflix", "press", 400)  # as old as TMDB's
    say(1, "netflix", "press", 100)
    assert list(of("netflix").by_age) == [2, 1, 1, 0, 1]
    assert (of("netflix").only_staff, of("netflix").unknown) == (1, 1)


def test_platforms_that_are_not_compared_are_left_out(statements: None) -> None:
    assert [row.platform.slug for row in freshness.freshness(NOW).platforms] == [
        "netflix",
        "tving",
    ]


def test_attempts_are_counted_by_result_and_age(films: None) -> None:
    outcomes = FetchAttempt.Outcome
    for outcome, days in [(outcomes.OK, 0.5), (outcomes.OK, 3), (outcomes.TIMEOUT, 2)]:
        FetchAttempt.objects.create(movie_id=1, outcome=outcome, tried_at=days_ago(days))
    FetchAttempt.objects.create(movie_id=1, outcome=outcomes.REFUSED, tried_at=days_ago(8))
    assert freshness.attempts_by_outcome(NOW) == [
        freshness.AttemptCount(outcomes.OK, 1, 2),
        freshness.AttemptCount(outcomes.TIMEOUT, 0, 1),
    ]


def test_a_job_is_with_a_worker_only_while_the_lease_runs(films: None) -> None:
    jobs = [("", -1), ("", 1), ("host:1", 1), ("host:2", -1)]
    for number, (worker, days) in enumerate(jobs, start=1):
        FetchJob.objects.create(
            movie_id=number,
            position=number,
            claimed_by=worker,
            not_before=days_ago(-days),
            queued_at=days_ago(number),
        )
    assert freshness.queue_state(NOW) == freshness.QueueState(3, 1, days_ago(4))


def test_what_waits_for_staff_is_counted(films: None) -> None:
    Movie.objects.filter(pk__lte=2).update(in_conflict=True)
    AvailabilityReport.objects.create(movie_id=1, platform_id="netflix", times=3)
    AvailabilityReport.objects.create(
        movie_id=2, platform_id="netflix", state="rejected", decided_at=NOW
    )
    for number in range(1, 4):
        IdSuggestion.objects.create(movie_id=number, tmdb_id=1, title="T", reason="year")
    IdSuggestion.objects.filter(movie=3).update(state="rejected")
    Provider.objects.create(provider_id=7, name="Netflix", listed_at=NOW)  # Netflix's, gone
    Provider.objects.create(provider_id=5, name="TVING", listed_at=NOW, is_listed=True)
    Provider.objects.create(provider_id=99, name="New", listed_at=NOW, is_listed=True)
    Provider.objects.create(provider_id=98, name="Seen", is_ignored=True)
    today = timezone.localdate()
    old = today - timedelta(days=91)
    for slug, checked_on, valid_to in [("a", old, None), ("b", today, None), ("c", old, old)]:
        Product.objects.create(
            slug=slug,
            name=slug,
            valid_from=old,
            valid_to=valid_to,
            source="list",
            checked_on=checked_on,
        )
    assert freshness.open_counts() == freshness.OpenCounts(
        reports=1,
        doubtful_matches=2,
        conflicts=2,
        unknown_providers=1,
        vanished_providers=1,
        old_prices=1,
    )


def test_arrivals_of_the_last_week_come_with_the_most_wanted_first(films: None) -> None:
    Movie.objects.filter(pk=3).update(demand=5)
    for movie, days in [(2, 1), (3, 2), (1, 8)]:
        AvailabilityChange.objects.create(
            movie_id=movie,
            platform_id="netflix",
            source="tmdb",
            carried_before=False,
            carried_after=True,
            changed_at=days_ago(days),
        )
    AvailabilityChange.objects.create(
        movie_id=1, platform_id="netflix", source="tmdb", carried_before=True, carried_after=False
    )
    arrived = freshness.newest_changes(AvailabilityChange.Effect.ARRIVAL, NOW)
    assert (arrived.total, [change.movie_id for change in arrived.first]) == (2, [3, 2])
    left = freshness.newest_changes(AvailabilityChange.Effect.DEPARTURE, NOW)
    assert (left.total, [change.movie_id for change in left.first]) == (1, [1])


def test_the_next_check_matters_by_demand_and_platforms_without_fresh_word(
    statements: None,
) -> None:
    for number, demand in [(1, 10), (3, 8), (5, 1), (6, 10)]:
        Movie.objects.filter(pk=number).update(demand=demand)
    say(6, "tving", "tmdb", 2)  # and staff spoke of it on Netflix a day ago
    rows = [
        (row.movie.pk, row.demand, row.unknown, row.stale, row.gain)
        for row in freshness.films_to_check(NOW)
    ]
    assert rows == [(3, 8, 1, 1, 16), (1, 10, 0, 1, 10), (5, 1, 1, 1, 2)]


def test_the_page_shows_the_figures_with_their_lists(client: Client, statements: None) -> None:
    FetchAttempt.objects.create(movie_id=1, outcome="ok")
    Movie.objects.filter(pk=3).update(demand=1234)
    text = text_of(client)
    movies = reverse("admin:movies_movie_changelist")
    assert f'<a href="{movies}?carried=netflix">5</a>' in text
    assert f'<a href="{movies}?unknown=tving">5</a>' in text
    assert "7 films" in text
    assert "1,234" in text
    assert "JustWatch" in text
    assert "not endorsed, certified, or otherwise approved by TMDB" in text


def test_every_link_of_the_page_opens(client: Client, statements: None) -> None:
    FetchAttempt.objects.create(movie_id=1, outcome="ok")
    FetchJob.objects.create(movie_id=1, position=1)
    AvailabilityReport.objects.create(movie_id=1, platform_id="netflix")
    IdSuggestion.objects.create(movie_id=1, tmdb_id=1, title="T", reason="year")
    Movie.objects.filter(pk=1).update(in_conflict=True)
    Provider.objects.create(provider_id=99, name="New", listed_at=NOW, is_listed=True)
    page = client.get(reverse("admin:movies_dashboard"))
    rows = [number for _, _, numbers in page.context["freshness"] for number in numbers]
    figures = [*page.context["open_figures"], *page.context["queue_figures"]]
    attempts = [last_week for _, _, last_week in page.context["attempts"]]
    numbers = [*rows, *attempts, *(number for _, number in figures)]
    addresses = [
        str(number).split('"')[1].replace("&amp;", "&") for number in numbers if "href" in number
    ]
    assert len(addresses) > 15
    for address in addresses:
        assert client.get(address).status_code == 200, address


def test_the_list_behind_an_age_has_what_was_counted(client: Client, films: None) -> None:
    for number, days in enumerate((1, 2, 20, 50, 51, 100, 200), start=1):
        say(number, "netflix", "tmdb", days)
    _, _, numbers = client.get(reverse("admin:movies_dashboard")).context["freshness"][0]
    counts = []
    for number in numbers[:5]:
        address = str(number).split('"')[1].replace("&amp;", "&")
        counts.append(client.get(address).context["cl"].result_count)
    assert counts == [2, 1, 2, 1, 1] == list(of("netflix").by_age)


def test_the_bar_is_drawn_without_inline_style_or_script(client: Client, statements: None) -> None:
    text = text_of(client)
    content = text[text.index('id="content-main"') :]
    assert "<rect" in content
    assert "style=" not in content
    assert "<script" not in content


def test_only_staff_who_may_see_films_open_the_page(films: None) -> None:
    address = reverse("admin:movies_dashboard")
    stranger = Client().get(address)
    assert stranger.status_code == 302
    assert "/login/" in stranger["Location"]
    assert staff_with().get(address).status_code == 403


def test_a_reader_gets_no_links_to_lists_they_may_not_open(statements: None) -> None:
    FetchAttempt.objects.create(movie_id=1, outcome="ok")
    text = text_of(staff_with("view_movie"))
    assert reverse("admin:movies_movie_changelist") in text
    assert reverse("admin:movies_fetchattempt_changelist") not in text


def test_an_empty_database_says_so(client: Client) -> None:
    text = text_of(client)
    for sentence in (
        "No films are loaded yet.",
        "The queue is empty.",
        "Nothing was fetched in the last 7 days.",
        "No film in demand is unknown or stale anywhere.",
        "None.",
    ):
        assert sentence in text


def test_films_without_a_statement_are_unknown(client: Client, films: None) -> None:
    assert list(of("netflix").by_age) == [0, 0, 0, 0, 0]
    assert of("netflix").unknown == 7
    assert 'class="unknown" x="0.000" y="0" width="100.000"' in text_of(client)


def test_the_number_of_queries_does_not_grow(client: Client, statements: None) -> None:
    address = reverse("admin:movies_dashboard")
    Movie.objects.update(demand=1)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for number in range(100, 110):
        Platform.objects.create(slug=f"p{number}", name=f"Platform {number}")
        Movie.objects.create(movie_id=number, title=f"Film {number}", demand=number)
        say(number, f"p{number}", "tmdb", 3)
        say(number, f"p{number}", "list", 2, included=False)
        AvailabilityChange.objects.create(
            movie_id=number,
            platform_id="netflix",
            source="tmdb",
            carried_before=False,
            carried_after=True,
        )
        FetchAttempt.objects.create(movie_id=number, outcome="ok")
    Notice.objects.create(key=Notice.Key.OLD_PRICES, detail="basic")
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) == len(few)


def test_notices_stand_above_the_index_and_lead_to_what_they_are_about(
    client: Client, films: None
) -> None:
    assert "availability-notices" not in text_of(client, "index")
    Notice.objects.create(key=Notice.Key.UNKNOWN_PROVIDERS, detail="New & Co (99)")
    Notice.objects.create(key=Notice.Key.INVALID_KEY, detail="Correct TMDB_API_KEY")
    for text in (text_of(client, "index"), text_of(client)):
        assert "New &amp; Co (99)" in text
        assert "Correct TMDB_API_KEY" in text
        providers = reverse("admin:movies_provider_changelist")
        assert f'<a href="{providers}?todo=unknown">' in text
    app = client.get(reverse("admin:app_list", args=["movies"])).content.decode()
    assert "New &amp; Co (99)" in app


def test_the_index_leads_to_the_dashboard_those_who_may_see_it(client: Client) -> None:
    Notice.objects.create(key=Notice.Key.INVALID_KEY, detail="Correct TMDB_API_KEY")
    address = reverse("admin:movies_dashboard")
    assert f'<a href="{address}">' in text_of(client, "index")
    text = text_of(staff_with(), "index")
    assert address not in text
    assert "TMDB_API_KEY" not in text


def test_nothing_of_a_respondent_is_shown(client: Client, statements: None) -> None:
    respondent = Respondent.objects.create(
        submission="secret-submission", retain_until=NOW + timedelta(days=90)
    )
    respondent.preferred_movies.add(Movie.objects.get(pk=1))
    Movie.objects.filter(pk=1).update(demand=1)
    with CaptureQueriesContext(connection) as queries:
        text = text_of(client)
    assert str(respondent.pk) not in text
    assert "secret-submission" not in text
    of_staff = ("survey_loginsession", "survey_member")  # who is logged in
    asked = [query["sql"].replace(of_staff[0], "").replace(of_staff[1], "") for query in queries]
    assert not [statement for statement in asked if "survey_" in statement]
