"""A film on the admin pages: what sources say of it, and saving its form."""

from __future__ import annotations

from datetime import datetime

from django.test import Client
from django.urls import reverse

from movies.models import STAFF, Movie, Platform
from movies.services.availability import Statement, record_statements
from movies.services.platform_rates import refresh_platform_rates
from movies.titles.index import refresh_titles


def star_wars() -> Movie:
    """On Netflix as fetched, not on TVING as fetched, unknown on Watcha; an old one is inactive."""
    for slug in ("netflix", "tving", "watcha"):
        Platform.objects.create(slug=slug, name=slug.title())
    Platform.objects.create(slug="closed", name="Closed", is_active=False)
    movie = Movie.objects.create(
        movie_id=260,
        title="Star Wars",
        title_ko="스타워즈",
        year=1977,
        rating_count=10,
        tmdb_id=11,
    )
    Movie.objects.create(movie_id=1, title="Toy Story", year=1995, rating_count=20)
    Movie.objects.create(movie_id=2, title="Undated")
    Movie.objects.create(movie_id=3, title="Old", year=1915)
    record_statements(
        [
            said(260, "netflix", True, "2026-10-01"),
            said(260, "tving", False, "2026-09-30"),
            said(260, "closed", True, "2026-09-30"),
            said(260, "closed", False, "2026-10-01", source=STAFF),
            said(2, "tving", True, "2026-09-30"),
        ]
    )
    refresh_platform_rates()
    refresh_titles()
    movie.refresh_from_db()
    return movie


def said(movie_id: int, slug: str, included: bool, day: str, *, source: str = "tmdb") -> Statement:
    at = datetime.fromisoformat(f"{day}T12:00:00+09:00")
    return Statement(movie_id, slug, source, included, at)


def address(movie: Movie) -> str:
    return reverse("admin:movies_movie_change", args=[movie.pk])


def save(client: Client, movie: Movie, **states: str) -> None:
    data = {
        name if name.startswith("note_") else f"on_{name}": state for name, state in states.items()
    }
    assert client.post(address(movie), data).status_code == 302
    movie.refresh_from_db()
