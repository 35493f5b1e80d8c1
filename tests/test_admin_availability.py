"""Staff correct in the admin where a film can be watched; what is fetched later stays below it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from movies.models import Movie, Platform
from movies.services.availability import load_availability, refresh_platform_rates

pytestmark = pytest.mark.django_db


@pytest.fixture
def movie(admin_client: Client) -> Movie:
    """On Netflix as fetched, not on TVING as fetched, unknown on Watcha; an old one is inactive."""
    admin_client.cookies["django_language"] = "en"
    for slug in ("netflix", "tving", "watcha"):
        Platform.objects.create(slug=slug, name=slug.title())
    Platform.objects.create(slug="closed", name="Closed", is_active=False)
    movie = Movie.objects.create(
        movie_id=260,
        title="Star Wars",
        title_ko="스타워즈",
        year=1977,
        rating_count=10,
        platforms_fetched={"netflix": True, "tving": False, "closed": True},
        platforms_staff={"closed": False},
        platforms_provenance={
            "netflix": {"source": "TMDB", "checked_on": "2026-10-01"},
            "tving": {"source": "TMDB", "checked_on": "2026-09-30"},
        },
    )
    Movie.objects.create(movie_id=1, title="Toy Story", year=1995, rating_count=20)
    Movie.objects.create(movie_id=2, title="Undated", platforms_fetched={"tving": True})
    Movie.objects.create(movie_id=3, title="Old", year=1915)
    refresh_platform_rates()
    return movie


def address(movie: Movie) -> str:
    return reverse("admin:movies_movie_change", args=[movie.pk])


def save(client: Client, movie: Movie, **states: str) -> None:
    data = {f"on_{slug}": state for slug, state in states.items()}
    assert client.post(address(movie), data).status_code == 302
    movie.refresh_from_db()


def platform(slug: str) -> Platform:
    return Platform.objects.get(slug=slug)


def test_the_page_shows_three_states_for_each_active_platform_with_source_and_day(
    movie: Movie, admin_client: Client
) -> None:
    page = admin_client.get(address(movie))
    form = page.context["adminform"].form
    assert list(form.fields) == ["on_netflix", "on_tving", "on_watcha"]
    labels = {name: str(field.choices[0][1]) for name, field in form.fields.items()}
    assert labels == {
        "on_netflix": "As fetched (now: yes)",
        "on_tving": "As fetched (now: no)",
        "on_watcha": "As fetched (now: unknown)",
    }
    assert [value for value, _label in form.fields["on_tving"].choices] == [
        "",
        "carried",
        "not_carried",
    ]
    text = page.content.decode()
    assert "Fetched: yes; source TMDB, checked on 2026-10-01" in text
    assert "Fetched: no; source TMDB, checked on 2026-09-30" in text
    assert "Nothing was fetched for it yet." in text
    assert 'name="title"' not in text


def test_choices_become_corrections_and_the_platforms_are_counted_anew(
    movie: Movie, admin_client: Client
) -> None:
    assert (platform("netflix").films_carried, platform("watcha").films_known) == (1, 0)
    save(admin_client, movie, netflix="not_carried", tving="", watcha="carried")
    assert movie.platforms_staff == {"closed": False, "netflix": False, "watcha": True}
    assert movie.platforms == {"netflix": False, "tving": False, "watcha": True, "closed": False}
    assert movie.platforms_fetched == {"netflix": True, "tving": False, "closed": True}
    assert platform("netflix").films_carried == 0
    assert (platform("watcha").films_known, platform("watcha").films_carried) == (1, 1)
    assert "Netflix" in LogEntry.objects.get().get_change_message()


def test_as_fetched_takes_a_correction_back(movie: Movie, admin_client: Client) -> None:
    save(admin_client, movie, netflix="not_carried", tving="carried", watcha="carried")
    page = admin_client.get(address(movie))
    assert page.context["adminform"].form["on_netflix"].value() == "not_carried"
    save(admin_client, movie, netflix="", tving="carried", watcha="")
    assert movie.platforms_staff == {"closed": False, "tving": True}
    assert movie.platforms["netflix"] is True
    assert "watcha" not in movie.platforms
    assert platform("netflix").films_carried == 1
    assert platform("watcha").films_known == 0


def test_a_fetch_afterwards_changes_what_was_fetched_but_not_the_correction(
    movie: Movie, admin_client: Client, tmp_path: Path
) -> None:
    save(admin_client, movie, netflix="not_carried", tving="", watcha="")
    path = tmp_path / "fetched.csv"
    path.write_text(
        "movie_id,platform,available,source,checked_on\n"
        "260,netflix,true,TMDB,2026-11-01\n"
        "260,tving,true,TMDB,2026-11-01\n"
    )
    load_availability(path=path)
    movie.refresh_from_db()
    assert movie.platforms["netflix"] is False
    assert movie.platforms["tving"] is True
    text = admin_client.get(address(movie)).content.decode()
    assert "Fetched: yes; source TMDB, checked on 2026-11-01" in text


def test_saving_without_a_change_writes_nothing(
    movie: Movie, admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(**kwargs: Any) -> None:
        raise AssertionError("nothing changed")

    monkeypatch.setattr("movies.admin.correct_availability", never)
    save(admin_client, movie, netflix="", tving="", watcha="")
    assert movie.platforms_staff == {"closed": False}


def test_what_was_loaded_can_not_be_posted(movie: Movie, admin_client: Client) -> None:
    data = {"title": "Other", "platforms_fetched": "{}", "on_closed": "carried"}
    assert admin_client.post(address(movie), data).status_code == 302
    movie.refresh_from_db()
    assert movie.title == "Star Wars"
    assert movie.platforms_fetched["netflix"] is True
    assert movie.platforms_staff == {"closed": False}


def test_a_state_that_is_not_offered_is_an_error(movie: Movie, admin_client: Client) -> None:
    page = admin_client.post(address(movie), {"on_netflix": "perhaps"})
    assert page.status_code == 200
    assert "on_netflix" in page.context["adminform"].form.errors
    movie.refresh_from_db()
    assert movie.platforms_staff == {"closed": False}


def test_films_are_neither_added_nor_deleted(movie: Movie, admin_client: Client) -> None:
    assert admin_client.post(reverse("admin:movies_movie_add"), {}).status_code == 403
    delete = reverse("admin:movies_movie_delete", args=[movie.pk])
    assert admin_client.post(delete, {"post": "yes"}).status_code == 403
    changelist = reverse("admin:movies_movie_changelist")
    data = {"action": "delete_selected", "_selected_action": "260", "post": "yes"}
    admin_client.post(changelist, data)
    assert Movie.objects.filter(pk=260).exists()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [1, 260, 2, 3]),
        ("?carried=netflix", [260]),
        ("?carried=tving", [2]),
        ("?unknown=tving", [1, 3]),
        ("?corrected=yes", [260]),
        ("?corrected=no", [1, 2, 3]),
        ("?decade=1970", [260]),
        ("?decade=1990", [1]),
        ("?decade=before", [3]),
        ("?decade=unknown", [2]),
        ("?q=스타", [260]),
        ("?q=toy", [1]),
    ],
)
def test_the_list_of_films_filters_and_searches(
    query: str, expected: list[int], movie: Movie, admin_client: Client
) -> None:
    page = admin_client.get(reverse("admin:movies_movie_changelist") + query)
    assert [film.pk for film in page.context["cl"].result_list] == expected


def test_staff_who_may_only_look_read_the_availability(movie: Movie) -> None:
    user = User.objects.create_user("staff", password="x", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_movie"))
    client = Client()
    client.force_login(user)
    client.cookies["django_language"] = "en"
    text = client.get(address(movie)).content.decode()
    assert "Netflix: Carried (Fetched: yes; source TMDB, checked on 2026-10-01)" in text
    assert "Watcha: Unknown (Nothing was fetched for it yet.)" in text
    assert "on_netflix" not in text
    assert client.post(address(movie), {"on_netflix": "carried"}).status_code == 403
