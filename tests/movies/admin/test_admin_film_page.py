"""What the admin page of a film shows besides its platforms."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from movies.models import FetchAttempt, Movie, MovieDetails, Offer, Platform, Provider
from movies.services.availability import correct_availability, record_statements
from tests.movies.admin.admin_films import address, said, star_wars

pytestmark = pytest.mark.django_db


@pytest.fixture
def movie(staff: Client) -> Movie:
    return star_wars()


def offer(provider_id: int, name: str, kind: str, tier: str = "") -> None:
    provider, _ = Provider.objects.get_or_create(
        provider_id=provider_id, defaults={"name": name, "tier": tier}
    )
    Offer.objects.create(movie_id=260, provider=provider, kind=kind)


def test_offers_with_their_tiers_stand_at_the_platform_and_rent_and_buy_apart(
    movie: Movie, admin_client: Client
) -> None:
    Platform.objects.filter(slug="netflix").update(tmdb_provider_ids=[8, 1796])
    offer(8, "Netflix", "flatrate")
    offer(1796, "Netflix Standard with Ads", "flatrate", "ads")
    offer(3, "Google Play Movies", "rent")
    offer(3, "Google Play Movies", "buy")
    offer(999, "Somebody", "free")
    page = admin_client.get(address(movie))
    text = page.content.decode()
    expected = "Netflix (Subscription), Netflix Standard with Ads (Subscription, With ads)"
    assert expected in str(page.context["adminform"].form.fields["on_netflix"].help_text)
    assert expected in text
    assert "Google Play Movies (Buy), Google Play Movies (Rent)" in text
    assert "Somebody (Free)" in text


def test_what_a_source_is_called_is_text_not_markup(movie: Movie, admin_client: Client) -> None:
    record_statements([said(260, "watcha", True, "2026-10-01", source="<b>x</b>")])
    text = admin_client.get(address(movie)).content.decode()
    assert "<b>x</b>" not in text
    assert "&lt;b&gt;x&lt;/b&gt;: yes" in text


def test_details_the_last_five_attempts_and_the_link_to_tmdb_are_shown(
    movie: Movie, admin_client: Client
) -> None:
    MovieDetails.objects.create(
        movie=movie, original_title="Star Wars 1977", runtime=121, fetched_at=timezone.now()
    )
    for number in range(7):
        FetchAttempt.objects.create(movie=movie, outcome="timeout", detail=f"try {number}")
    text = admin_client.get(address(movie)).content.decode()
    assert "https://www.themoviedb.org/movie/11/watch?locale=KR" in text
    assert "Star Wars 1977" in text
    assert "121" in text
    assert [number for number in range(7) if f"(try {number})" in text] == [2, 3, 4, 5, 6]


def queries_of_the_page(client: Client, movie: Movie) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address(movie)).status_code == 200
    return len(queries)


def test_more_platforms_sources_and_offers_take_no_more_queries(
    movie: Movie, admin_client: Client
) -> None:
    offer(8, "Netflix", "flatrate")
    few = queries_of_the_page(admin_client, movie)
    for number in range(10):
        Platform.objects.create(slug=f"p{number}", name=f"P {number}", tmdb_provider_ids=[number])
        record_statements([said(260, f"p{number}", True, "2026-10-01", source=f"s{number}")])
        record_statements([said(260, "netflix", True, "2026-10-01", source=f"s{number}")])
        offer(number + 100, f"P {number}", "flatrate")
        offer(number + 100, f"P {number}", "rent")
        FetchAttempt.objects.create(movie=movie, outcome="ok")
    assert queries_of_the_page(admin_client, movie) == few


def test_a_correction_by_the_service_is_what_the_page_shows(
    movie: Movie, admin_client: Client
) -> None:
    correct_availability(movie=movie, states={"watcha": True}, notes={"watcha": "known"})
    form = admin_client.get(address(movie)).context["adminform"].form
    assert (form["on_watcha"].value(), form["note_watcha"].value()) == ("carried", "known")
