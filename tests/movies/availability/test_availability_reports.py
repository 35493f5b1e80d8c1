"""People report wrong availability on a page."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client

from common.locks import Lock
from movies.models import STAFF, Availability, AvailabilityReport, Movie, Platform
from movies.services.availability import correct_availability
from movies.services.reports import report_wrong
from tests.movies.availability.wrong_reports import (
    ABSENT,
    API,
    FILM,
    PAGE,
    at_once,
    call,
    state,
    tell,
)

pytestmark = pytest.mark.usefixtures("world")


# --- the page with what is known -----------------------------------------------------------------


def entries(client: Client, movie: Any = FILM, target: str = "/about/") -> Any:
    return client.get(PAGE, {"movie": movie, "next": target})


def test_the_page_has_a_button_for_what_is_said_of_every_platform(english: Client) -> None:
    for movie, netflix in ((FILM, "yes"), (ABSENT, "no")):
        html = entries(english, movie).content.decode()
        film = Movie.objects.get(pk=movie)
        assert f"{film.title} <span" in html
        buttons = dict(
            re.findall(r'name="platform" value="(\w+)">[^<]*<span[^>]*>: </span><b>(\w+)<', html)
        )
        assert set(buttons) == {platform.pk for platform in Platform.objects.offered()}
        assert (buttons["netflix"], buttons["tving"]) == (netflix, "unknown")
        assert "Checked Jan. 2, 2026." in html


def test_the_page_comes_back_to_the_film(english: Client) -> None:
    html = entries(english, target="/about/?x=1").content.decode()
    back = f"/about/?x=1#film-{FILM}"
    assert f'name="next" value="{back}"' in html
    assert f'href="{back}"' in html
    data = {"movie": FILM, "platform": "netflix", "next": back}
    assert english.post(PAGE, data)["Location"] == back


@pytest.mark.parametrize("movie", ["77777", "", "x", "-2", "²", "9" * 5000, "\x00"])
def test_a_film_that_is_not_known_has_no_page(english: Client, movie: str) -> None:
    response = entries(english, movie)
    assert response.status_code == 404
    assert "This film is not known here" in response.content.decode()
    assert 'href="/about/"' in response.content.decode()


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"]
)
def test_the_page_never_leads_off_the_site(english: Client, target: str) -> None:
    for movie in (FILM, "x"):
        main = entries(english, movie, target).content.decode().partition("<main")[2]
        main = main.partition("</main>")[0]
        assert "evil.example" not in main
        assert "javascript:" not in main


def test_looking_at_the_page_stores_and_counts_nothing(
    english: Client, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(3):  # the film, the platforms, the banner's data set
        entries(english)
    for _ in range(25):
        assert entries(english).status_code == 200
    assert tell(english).status_code == 302
    assert AvailabilityReport.objects.get().times == 1


# --- saying so -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("movie", "platform", "shown"),
    [(FILM, "netflix", True), (ABSENT, "netflix", False), (FILM, "tving", None)],
)
def test_a_report_remembers_what_was_shown_and_changes_nothing(
    client: Client, movie: int, platform: str, shown: bool | None
) -> None:
    response = tell(client, movie, platform)
    assert (response.status_code, response["Location"]) == (302, "/about/")
    report = AvailabilityReport.objects.get()
    assert (report.movie_id, report.platform_id, report.shown) == (movie, platform, shown)
    assert (report.times, report.state) == (1, "open")
    assert state(movie, platform) is shown
    assert not Availability.objects.filter(source=STAFF).exists()


def test_the_person_is_thanked_for_the_film_in_both_languages(client: Client) -> None:
    film = Movie.objects.get(pk=FILM)
    tell(client)
    assert (
        f"{film.title_ko} (1992) – 넷플릭스, 확인해 볼게요"
        in client.get("/about/").content.decode()
    )
    client.cookies["django_language"] = "en"
    tell(client)
    text = client.get("/about/").content.decode()
    assert f"Thank you. We will check {film.title} (1992) on Netflix" in text
    assert "Thank you" not in client.get("/about/").content.decode()


def test_a_double_click_is_one_report(client: Client) -> None:
    assert [tell(client).status_code for _ in range(2)] == [302, 302]
    assert AvailabilityReport.objects.get().times == 1


def test_people_of_other_addresses_are_counted(client: Client) -> None:
    for last in (1, 2, 2, 3):
        tell(client, REMOTE_ADDR=f"203.0.113.{last}")
    assert AvailabilityReport.objects.get().times == 3


def test_every_platform_of_a_film_has_a_report_of_its_own(client: Client) -> None:
    for platform in ("netflix", "tving", "netflix"):
        tell(client, FILM, platform)
    assert AvailabilityReport.objects.filter(times=1).count() == 2


@pytest.mark.django_db(transaction=True)
def test_many_at_the_same_moment_are_one_report() -> None:
    at_once(24, 8, lambda: report_wrong(movie_id=FILM, platform="netflix"))
    assert AvailabilityReport.objects.get().times == 24


def test_reports_of_another_state_are_counted_afresh() -> None:
    for _ in range(3):
        report_wrong(movie_id=FILM, platform="netflix")
    correct_availability(movie=Movie.objects.get(pk=FILM), states={"netflix": False})
    report = report_wrong(movie_id=FILM, platform="netflix")
    assert (report.times, report.shown) == (1, False)
    assert report.first_at == report.last_at
    assert AvailabilityReport.objects.count() == 1


@pytest.mark.parametrize(
    ("movie", "platform"),
    [
        ("77777", "netflix"),
        ("", "netflix"),
        ("x", "netflix"),
        ("-2", "netflix"),
        ("²", "netflix"),
        ("9" * 10, "netflix"),
        ("9" * 5000, "netflix"),
        ("2", "nowhere"),
        ("2", ""),
        ("2", "\x00"),
        ("2", "youtube_premium"),  # not compared, so shown to nobody
    ],
)
def test_what_is_not_shown_anywhere_can_not_be_wrong(
    english: Client, movie: str, platform: str
) -> None:
    response = tell(english, movie, platform)
    assert response.status_code == 400
    assert "is not known here" in response.content.decode()
    assert 'href="/about/"' in response.content.decode()
    assert not AvailabilityReport.objects.exists()


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "///evil.example",
        "http://testserver/about/",
        "javascript:alert(1)",
        "about/",
        "",
        "/" + "a" * 5000,
        "/\x00\r\nSet-Cookie: x=y",
    ],
)
def test_the_way_back_never_leaves_the_site(client: Client, target: str) -> None:
    answer = client.post(PAGE, {"movie": FILM, "platform": "netflix", "next": target})
    assert answer.status_code == 302
    assert answer["Location"] == "/"
    refused = client.post(PAGE, {"movie": "x", "platform": "netflix", "next": target})
    assert "evil.example" not in refused.content.decode()
    assert "javascript:" not in refused.content.decode()


def test_only_a_form_of_this_site_reports() -> None:
    strict = Client(enforce_csrf_checks=True)
    assert tell(strict).status_code == 403
    assert strict.put(PAGE).status_code == 403
    assert strict.get(API).status_code == 405
    assert not AvailabilityReport.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_while_the_data_set_is_replaced_nothing_is_taken(english: Client) -> None:
    def replaced() -> tuple[Any, Any]:
        try:
            return tell(english), call(english)
        finally:
            connections.close_all()

    with connection.cursor() as cursor, ThreadPoolExecutor(1) as pool:
        cursor.execute("SELECT pg_advisory_lock(%s)", Lock.DATA_SET.numbers)
        page, api = pool.submit(replaced).result()
        cursor.execute("SELECT pg_advisory_unlock(%s)", Lock.DATA_SET.numbers)
    assert (page.status_code, api.status_code) == (503, 503)
    assert "being replaced" in page.content.decode()
