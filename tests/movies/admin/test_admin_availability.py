"""Staff correct in the admin where a film can be watched; later fetches do not override it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from common.locks import Lock
from movies.models import STAFF, Availability, AvailabilityChange, Movie, Platform
from movies.services.availability import load_availability
from tests.movies.admin.admin_films import address, save, star_wars
from tests.operators import second_connection, staff_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def movie(staff: Client) -> Movie:
    return star_wars()


def platform(slug: str) -> Platform:
    return Platform.objects.get(slug=slug)


def test_the_page_shows_three_states_for_each_active_platform_with_source_and_day(
    movie: Movie, admin_client: Client
) -> None:
    page = admin_client.get(address(movie))
    form = page.context["adminform"].form
    slugs = ("netflix", "tving", "watcha")
    choices = [f"{name}_{slug}" for slug in slugs for name in ("on", "note")]
    assert list(form.fields) == [*choices, "series_staff"]
    labels = {f"on_{slug}": str(form.fields[f"on_{slug}"].choices[0][1]) for slug in slugs}
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
    assert "<div>tmdb: yes, checked 2026-10-01</div>" in text
    assert "<div>tmdb: no, checked 2026-09-30</div>" in text
    assert "No source has said anything of it yet." in text
    assert 'name="title"' not in text


def test_choices_become_corrections_and_the_platforms_are_recounted(
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
    assert "TMDB: yes, checked 2026-11-01; tmdb: yes, checked 2026-10-01" in text


def test_saving_without_a_change_writes_nothing(
    movie: Movie, admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(**kwargs: Any) -> None:
        raise AssertionError("nothing changed")

    monkeypatch.setattr("movies.services.availability.correct_availability", never)
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
    client = staff_with("view_movie")
    text = client.get(address(movie)).content.decode()
    assert "Netflix: Carried<div>tmdb: yes, checked 2026-10-01</div>" in text
    assert "Watcha: Unknown<div>No source has said anything of it yet.</div>" in text
    assert "on_netflix" not in text
    assert client.post(address(movie), {"on_netflix": "carried"}).status_code == 403


# --- notes and history ---


def stated(slug: str) -> Availability:
    return Availability.objects.get(movie=260, platform=slug, source=STAFF)


def test_a_note_is_kept_with_the_correction_and_with_its_history(
    movie: Movie, admin_client: Client, admin_user: User
) -> None:
    save(admin_client, movie, netflix="not_carried", note_netflix="seen on 1 November")
    assert (stated("netflix").included, stated("netflix").note) == (False, "seen on 1 November")
    assert stated("netflix").stated_by == admin_user
    change = AvailabilityChange.objects.latest("pk")
    assert (change.platform_id, change.source, change.note) == (
        "netflix",
        STAFF,
        "seen on 1 November",
    )
    assert (change.before, change.after) == (None, False)
    assert (change.carried_before, change.carried_after, change.effect) == (
        True,
        False,
        "departure",
    )
    assert change.changed_by == admin_user
    page = admin_client.get(address(movie))
    form = page.context["adminform"].form
    assert form["note_netflix"].value() == "seen on 1 November"
    assert "staff: no, checked " in page.content.decode()
    assert "(seen on 1 November); tmdb: yes, checked 2026-10-01" in page.content.decode()


def test_taking_a_correction_back_is_in_the_history_too(
    movie: Movie, admin_client: Client, admin_user: User
) -> None:
    save(admin_client, movie, netflix="not_carried", note_netflix="by phone")
    save(admin_client, movie, netflix="", note_netflix="by phone")
    assert not Availability.objects.filter(movie=260, platform="netflix", source=STAFF).exists()
    change = AvailabilityChange.objects.latest("pk")
    assert (change.before, change.after, change.effect) == (False, None, "arrival")
    assert (change.note, change.changed_by) == ("", admin_user)
    save(admin_client, movie, netflix="not_carried")
    save(admin_client, movie, netflix="", note_netflix="was wrong")
    assert AvailabilityChange.objects.latest("pk").note == "was wrong"


def test_a_changed_note_alone_is_a_change(movie: Movie, admin_client: Client) -> None:
    save(admin_client, movie, netflix="not_carried", note_netflix="by phone")
    save(admin_client, movie, netflix="not_carried", note_netflix="by post")
    assert stated("netflix").note == "by post"
    save(admin_client, movie, netflix="not_carried", note_netflix="")
    assert (stated("netflix").included, stated("netflix").note) == (False, "")


def test_another_choice_keeps_the_note_that_stands_beside_it(
    movie: Movie, admin_client: Client
) -> None:
    save(admin_client, movie, netflix="not_carried", note_netflix="by phone")
    save(admin_client, movie, netflix="carried", note_netflix="by phone")
    assert (stated("netflix").included, stated("netflix").note) == (True, "by phone")


def test_a_note_without_a_correction_is_an_error(movie: Movie, admin_client: Client) -> None:
    page = admin_client.post(address(movie), {"note_netflix": "?"})
    assert page.status_code == 200
    assert "note_netflix" in page.context["adminform"].form.errors
    long = admin_client.post(address(movie), {"on_netflix": "carried", "note_netflix": "x" * 301})
    assert "note_netflix" in long.context["adminform"].form.errors
    assert not Availability.objects.filter(source=STAFF, platform="netflix").exists()


def as_shown(client: Client, movie: Movie) -> dict[str, str]:
    """What a browser posts for an untouched form, including what the page showed."""
    form = client.get(address(movie)).context["adminform"].form
    values = {name: str(form[name].value() or "") for name in form.fields}
    return values | {f"initial-{name}": value for name, value in values.items()}


def test_two_people_at_once_do_not_undo_each_others_corrections(
    movie: Movie, admin_client: Client
) -> None:
    first, second = as_shown(admin_client, movie), as_shown(admin_client, movie)
    admin_client.post(address(movie), first | {"on_netflix": "not_carried"})
    admin_client.post(address(movie), second | {"on_tving": "carried"})
    movie.refresh_from_db()
    assert movie.platforms_staff == {"closed": False, "netflix": False, "tving": True}


def test_the_page_carries_what_it_showed(movie: Movie, admin_client: Client) -> None:
    text = admin_client.get(address(movie)).content.decode()
    assert 'name="initial-on_netflix"' in text
    assert 'name="initial-note_netflix"' in text


@pytest.mark.django_db(transaction=True)
def test_while_the_data_are_replaced_a_correction_is_refused_with_a_message(
    movie: Movie, admin_client: Client
) -> None:
    with second_connection() as other, other.transaction():
        other.execute("SELECT pg_advisory_xact_lock(%s)", Lock.DATA_SET.numbers)
        page = admin_client.post(address(movie), {"on_netflix": "not_carried"}, follow=True)
    assert page.status_code == 200
    assert [message.level_tag for message in page.context["messages"]] == ["error"]
    movie.refresh_from_db()
    assert movie.platforms_staff == {"closed": False}
