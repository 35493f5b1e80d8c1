"""Lists of what each source says, of what changed, and of TMDB's providers."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from common.locks import Lock
from movies.admin.filters import SOURCES
from movies.fetching.providers import tell_staff_of_providers
from movies.models import (
    STAFF,
    TMDB,
    Availability,
    Movie,
    MovieDetails,
    Notice,
    Offer,
    Platform,
    Provider,
)
from movies.services.availability import Statement, record_statements
from tests.movies.admin.admin_rows import forget_other_tests
from tests.operators import second_connection, staff_with

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def films() -> None:
    for slug in ("netflix", "tving"):
        Platform.objects.create(slug=slug, name=slug.title())
    for number in (1, 2):
        Movie.objects.create(movie_id=number, title=f"Film {number}")
    now = timezone.now()
    for statement in (
        Statement(1, "netflix", "catalogue", True, now - timedelta(days=100)),
        Statement(1, "tving", "catalogue", True, now - timedelta(days=10)),
        Statement(1, "tving", TMDB, False, now),
        Statement(2, "netflix", TMDB, False, now),
        Statement(2, "netflix", STAFF, True, now, "by phone"),
    ):
        record_statements([statement])
    forget_other_tests("movies_availability")


def listed(client: Client, model: str, query: str = "") -> list[Any]:
    page = client.get(reverse(f"admin:movies_{model}_changelist") + query)
    assert page.status_code == 200
    return list(page.context["cl"].result_list)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", 5),
        ("?platform=netflix", 3),
        ("?source=catalogue", 2),
        ("?source=staff", 1),
        ("?source=nonsense", 5),
        ("?included=yes", 3),
        ("?included=no", 2),
        ("?stale=7", 2),
        ("?stale=90", 1),
        ("?stale=180", 0),
        ("?q=2", 2),
        ("?platform=netflix&source=tmdb&included=no", 1),
    ],
)
def test_statements_are_filtered(query: str, expected: int, admin_client: Client) -> None:
    assert len(listed(admin_client, "availability", query)) == expected


def test_the_sources_are_offered_without_reading_the_table() -> None:
    with connection.cursor() as cursor:
        cursor.execute(SOURCES)
        assert [row[0] for row in cursor.fetchall()] == ["catalogue", "staff", "tmdb"]
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN (FORMAT json) {SOURCES}")
        plan = json.dumps(cursor.fetchone()[0])
    assert "avail_by_source" in plan
    assert "Seq Scan" not in plan


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?effect=arrival", [(2, "netflix")]),
        ("?effect=departure", [(1, "tving")]),
        ("?effect=known", [(2, "netflix"), (1, "tving"), (1, "netflix")]),
        ("?platform=tving", [(1, "tving"), (1, "tving")]),
        ("?platform=tving&effect=departure", [(1, "tving")]),
    ],
)
def test_changes_are_listed_newest_first_by_what_happened(
    query: str, expected: list[tuple[int, str]], admin_client: Client
) -> None:
    rows = listed(admin_client, "availabilitychange", query)
    assert [(row.movie_id, row.platform_id) for row in rows] == expected


# --- providers ---


@pytest.fixture
def providers() -> None:
    now = timezone.now()
    Platform.objects.filter(slug="netflix").update(tmdb_provider_ids=[8, 9])
    Provider.objects.create(provider_id=8, name="Netflix", is_listed=True, listed_at=now)
    Provider.objects.create(provider_id=9, name="Netflix Kids", listed_at=now)
    Provider.objects.create(provider_id=10, name="TVING", is_listed=True, listed_at=now)
    Provider.objects.create(provider_id=11, name="Nobody", is_ignored=True)
    tell_staff_of_providers()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?todo=unknown", [10]),
        ("?todo=vanished", [9]),
        ("?todo=owned", [8, 9]),
        ("?todo=ignored", [11]),
        ("", [8, 9, 10, 11]),
    ],
)
def test_new_and_vanished_providers_are_found(
    query: str, expected: list[int], providers: None, admin_client: Client
) -> None:
    assert [row.pk for row in listed(admin_client, "provider", query)] == expected


def test_the_platform_of_every_provider_takes_one_query(
    providers: None, admin_client: Client
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            listed(admin_client, "provider")
        return len(captured)

    few = queries()
    for number in range(100, 120):
        Provider.objects.create(provider_id=number, name=f"P {number}")
        Platform.objects.create(slug=f"p{number}", name=f"P{number}", tmdb_provider_ids=[number])
    assert queries() == few
    page = admin_client.get(reverse("admin:movies_provider_changelist"))
    assert '<td class="field-owner">P119</td>' in page.content.decode()


def save(client: Client, number: int, **data: str) -> Any:
    client.cookies["django_language"] = "en"
    address = reverse("admin:movies_provider_change", args=[number])
    return client.post(address, {"tier": "", "platform": ""} | data, follow=True)


def test_a_provider_that_is_assigned_brings_the_films_that_were_fetched(
    providers: None, admin_client: Client
) -> None:
    MovieDetails.objects.create(movie_id=1, fetched_at=timezone.now())
    Offer.objects.create(movie_id=1, provider_id=10, kind="flatrate")
    assert Notice.objects.get(key="unknown_providers").detail == "TVING (10)"
    assert save(admin_client, 10, platform="tving", tier="ads").status_code == 200
    assert Platform.objects.get(pk="tving").tmdb_provider_ids == [10]
    assert Provider.objects.get(pk=10).tier == "ads"
    assert Movie.objects.get(pk=1).platforms["tving"] is True
    assert not Notice.objects.filter(key="unknown_providers").exists()
    page = admin_client.get(reverse("admin:movies_provider_change", args=[10]))
    assert page.context["adminform"].form["platform"].value() == "tving"
    save(admin_client, 10, platform="netflix", tier="ads")
    assert Platform.objects.get(pk="tving").tmdb_provider_ids == []
    assert Platform.objects.get(pk="netflix").tmdb_provider_ids == [8, 9, 10]
    assert not Availability.objects.filter(movie=1, platform="tving", source=TMDB).exists()


def test_a_provider_that_staff_ignore_is_no_longer_reported(
    providers: None, admin_client: Client
) -> None:
    save(admin_client, 10, is_ignored="on")
    assert not Notice.objects.filter(key="unknown_providers").exists()


@pytest.mark.django_db(transaction=True)
def test_while_the_data_are_replaced_nothing_of_a_provider_is_saved(
    providers: None, admin_client: Client
) -> None:
    with second_connection() as other, other.transaction():
        other.execute("SELECT pg_advisory_xact_lock(%s)", Lock.DATA_SET.numbers)
        page = save(admin_client, 10, platform="tving", tier="ads")
    assert [message.level_tag for message in page.context["messages"]] == ["error"]
    assert Provider.objects.get(pk=10).tier == ""
    assert Platform.objects.get(pk="tving").tmdb_provider_ids == []


def test_who_may_only_look_reads_the_platform(providers: None) -> None:
    client = staff_with("view_provider")
    address = reverse("admin:movies_provider_change", args=[8])
    assert "Netflix" in client.get(address).content.decode()
    assert client.post(address, {"tier": "ads"}).status_code == 403
