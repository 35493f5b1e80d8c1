"""People say that an availability is wrong; staff decide; nobody learns who it was."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import redis
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import connection, connections
from django.test import Client

from common.errors import DataError
from common.locks import Lock
from movies.api import ReportThrottle
from movies.models import (
    STAFF,
    Availability,
    AvailabilityChange,
    AvailabilityReport,
    Movie,
    Platform,
)
from movies.services.availability import correct_availability
from movies.services.reports import decide_report, report_wrong
from tests.test_settings import ROOT, run

PAGE = "/availability/reports/"
API = "/api/reports/"
FILM, ABSENT = 2, 1  # Netflix has the even ones of the first films; nobody knows of TVING

pytestmark = pytest.mark.usefixtures("world")


@pytest.fixture(autouse=True)
def _no_reports_before() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def english(client: Client) -> Client:
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def staff() -> User:
    return User.objects.create_user("kim", is_staff=True)


def tell(client: Client, movie: Any = FILM, platform: str = "netflix", **others: Any) -> Any:
    return client.post(PAGE, {"movie": movie, "platform": platform, "next": "/about/"}, **others)


def call(client: Client, movie: Any = FILM, platform: str = "netflix", **others: Any) -> Any:
    body = {"movie_id": movie, "platform": platform}
    return client.post(API, body, content_type="application/json", **others)


def state(movie: int, platform: str) -> bool | None:
    carried: bool | None = Movie.objects.get(pk=movie).platforms.get(platform)
    return carried


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
    def one(number: int) -> None:
        try:
            report_wrong(movie_id=FILM, platform="netflix")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(24)))
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


# --- the API -------------------------------------------------------------------------------------


def test_the_api_takes_the_same_report_and_says_what_is_known(client: Client) -> None:
    first, second = call(client), call(client)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert first.json() == {
        "reported": True, "movie_id": FILM, "platform": "netflix", "shown": True, "times": 1,
    }  # fmt: skip
    assert AvailabilityReport.objects.get().times == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"movie_id": FILM},
        {"movie_id": "x", "platform": "netflix"},
        {"movie_id": 2**40, "platform": "netflix"},
        {"movie_id": 77777, "platform": "netflix"},
        {"movie_id": FILM, "platform": "nowhere"},
        {"movie_id": FILM, "platform": "\x00"},
    ],
)
def test_the_api_refuses_what_it_does_not_know(client: Client, body: dict[str, Any]) -> None:
    response = client.post(API, body, content_type="application/json")
    assert response.status_code == 400
    assert response.json()
    assert not AvailabilityReport.objects.exists()


def test_the_schema_describes_reports(client: Client) -> None:
    schema = client.get(
        "/api/schema/", headers={"accept": "application/vnd.oai.openapi+json"}
    ).json()
    operation = schema["paths"][API]["post"]
    assert set(operation["responses"]) == {"200", "201"}
    assert "Retry-After" in operation["description"]


# --- the limit -----------------------------------------------------------------------------------


def test_page_and_api_share_one_limit(english: Client) -> None:
    films = list(Movie.objects.values_list("pk", flat=True)[:20])
    for number, film in enumerate(films):
        assert (tell, call)[number % 2](english, film).status_code in (201, 302)
    page, api = tell(english, 30), call(english, 30)
    assert (page.status_code, api.status_code) == (429, 429)
    assert "Please try again in 60 minutes." in page.content.decode()
    assert 'href="/about/"' in page.content.decode()
    for response in (page, api):
        assert 3500 < int(response["Retry-After"]) <= 3600
    assert AvailabilityReport.objects.count() == 20
    assert tell(english, 30, REMOTE_ADDR="203.0.113.9").status_code == 302


@pytest.fixture
def _one_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ReportThrottle, "THROTTLE_RATES", {"reports": "1/hour"})


@pytest.mark.usefixtures("_one_an_hour")
@pytest.mark.parametrize("send", [tell, call])
def test_without_a_proxy_nobody_gets_round_the_limit_by_a_header(client: Client, send: Any) -> None:
    send(client, headers={"x-forwarded-for": "198.51.100.1"})
    assert send(client, headers={"x-forwarded-for": "198.51.100.2"}).status_code == 429


@pytest.mark.usefixtures("_one_an_hour")
@pytest.mark.parametrize("send", [tell, call])
def test_behind_the_proxy_only_its_own_word_counts(
    client: Client, settings: Any, send: Any
) -> None:
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"NUM_PROXIES": 1}
    send(client, headers={"x-forwarded-for": "198.51.100.1, 203.0.113.7"})
    again = send(client, headers={"x-forwarded-for": "198.51.100.2, 203.0.113.7"})
    assert again.status_code == 429
    other = send(client, headers={"x-forwarded-for": "198.51.100.1, 203.0.113.8"})
    assert other.status_code != 429


@pytest.mark.parametrize(("hosts", "proxies"), [("localhost", "0"), ("ottwin.example", "1")])
def test_a_proxy_is_believed_only_where_there_must_be_one(hosts: str, proxies: str) -> None:
    code = "import config.settings as s; print(s.REST_FRAMEWORK['NUM_PROXIES'])"
    result = run(code, ROOT, SECRET_KEY="x" * 60, DEBUG="false", ALLOWED_HOSTS=hosts)
    assert result.stdout.strip() == proxies


@pytest.mark.usefixtures("_one_an_hour")
@pytest.mark.parametrize(
    ("first", "second", "status"),
    [
        ("2001:db8::1", "2001:db8::2:1", 429),
        ("2001:db8::1", "2001:db8:0:1::1", 302),
        ("::ffff:203.0.113.1", "::ffff:203.0.113.2", 302),
        ("::ffff:203.0.113.1", "203.0.113.1", 429),
    ],
)
def test_an_ipv6_household_is_one_sender(
    client: Client, first: str, second: str, status: int
) -> None:
    tell(client, REMOTE_ADDR=first)
    assert tell(client, REMOTE_ADDR=second).status_code == status


@pytest.mark.usefixtures("_one_an_hour")
def test_staff_have_the_same_limit(client: Client, staff: User) -> None:
    client.force_login(staff)
    assert [tell(client).status_code for _ in range(2)] == [302, 429]


def test_nothing_of_the_sender_is_kept(
    client: Client, staff: User, caplog: pytest.LogCaptureFixture
) -> None:
    address, agent = "203.0.113.77", "a browser of its own"
    client.force_login(staff)
    for send in (tell, call, call):
        send(client, REMOTE_ADDR=address, headers={"user-agent": agent})
    tell(client, "x", REMOTE_ADDR=address)
    (row,) = AvailabilityReport.objects.values()
    assert set(row) == {
        "id", "movie_id", "platform_id", "shown", "times", "state", "first_at", "last_at",
        "decided_at", "decided_by_id",
    }  # fmt: skip
    assert row["decided_by_id"] is None
    kept = repr(getattr(cache, "_cache", {})) + caplog.text
    assert "reports" in kept
    assert address not in kept
    assert agent not in kept


# --- deciding ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("movie", "platform", "was", "then"),
    [
        (FILM, "netflix", True, False),
        (ABSENT, "netflix", False, True),
        (FILM, "tving", None, True),
    ],
)
def test_an_accepted_report_becomes_a_correction_with_history(
    staff: User, movie: int, platform: str, was: bool | None, then: bool
) -> None:
    report = report_wrong(movie_id=movie, platform=platform)
    known = Platform.objects.get(pk=platform).films_known
    AvailabilityChange.objects.all().delete()
    decided = decide_report(report=report, accepted=True, staff=staff.pk, note="seen today")
    assert (decided.state, decided.decided_by_id) == ("accepted", staff.pk)
    assert decided.decided_at is not None
    assert state(movie, platform) is then
    change = AvailabilityChange.objects.get()
    assert (change.carried_before, change.carried_after) == (was, then)
    assert (change.source, change.note, change.changed_by_id) == (STAFF, "seen today", staff.pk)
    assert Platform.objects.get(pk=platform).films_known == known + (was is None)


def test_a_correction_without_a_note_says_that_it_was_reported() -> None:
    report = report_wrong(movie_id=FILM, platform="netflix")
    report_wrong(movie_id=FILM, platform="netflix")
    decide_report(report=report, accepted=True, staff=None)
    assert Availability.objects.get(source=STAFF).note == "틀렸다는 신고 2건"


def test_a_rejected_report_changes_nothing(staff: User) -> None:
    report = report_wrong(movie_id=FILM, platform="netflix")
    AvailabilityChange.objects.all().delete()
    decided = decide_report(report=report, accepted=False, staff=staff.pk, note="it is there")
    assert (decided.state, decided.decided_by_id) == ("rejected", staff.pk)
    assert state(FILM, "netflix") is True
    assert not AvailabilityChange.objects.exists()
    assert not Availability.objects.filter(source=STAFF).exists()


@pytest.mark.parametrize("accepted", [True, False])
def test_deciding_twice_does_nothing_more(staff: User, accepted: bool) -> None:
    report = report_wrong(movie_id=FILM, platform="netflix")
    first = decide_report(report=report, accepted=accepted, staff=staff.pk)
    changes = AvailabilityChange.objects.count()
    for again in (True, False):
        second = decide_report(report=report, accepted=again, staff=None)
        assert (second.state, second.decided_at, second.decided_by_id) == (
            first.state, first.decided_at, staff.pk,
        )  # fmt: skip
    assert AvailabilityChange.objects.count() == changes
    assert state(FILM, "netflix") is not accepted


@pytest.mark.django_db(transaction=True)
def test_two_who_decide_at_the_same_moment_correct_once() -> None:
    report = report_wrong(movie_id=FILM, platform="netflix")
    AvailabilityChange.objects.all().delete()

    def one(number: int) -> None:
        try:
            decide_report(report=report, accepted=True, staff=None)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one, range(8)))
    assert AvailabilityChange.objects.count() == 1
    assert state(FILM, "netflix") is False


@pytest.mark.parametrize("accepted", [True, False])
def test_a_report_after_the_decision_is_a_new_one(client: Client, accepted: bool) -> None:
    tell(client)
    decide_report(report=AvailabilityReport.objects.get(), accepted=accepted, staff=None)
    tell(client)
    old, new = AvailabilityReport.objects.order_by("pk")
    assert (old.state, new.state) == ("accepted" if accepted else "rejected", "open")
    assert (new.times, new.shown) == (1, not accepted)


def test_accepting_never_turns_round_what_has_been_corrected_meanwhile() -> None:
    report = report_wrong(movie_id=FILM, platform="netflix")
    correct_availability(movie=Movie.objects.get(pk=FILM), states={"netflix": False})
    decide_report(report=report, accepted=True, staff=None)
    assert state(FILM, "netflix") is False


def test_a_report_of_a_film_that_is_gone_can_not_be_decided() -> None:
    report = report_wrong(movie_id=FILM, platform="netflix")
    AvailabilityReport.objects.all().delete()
    with pytest.raises(DataError, match="is gone"):
        decide_report(report=report, accepted=True, staff=None)


def test_a_note_that_is_too_long_is_refused() -> None:
    report = report_wrong(movie_id=FILM, platform="netflix")
    with pytest.raises(DataError, match="300"):
        decide_report(report=report, accepted=True, staff=None, note="x" * 301)
    assert AvailabilityReport.objects.get().state == "open"


def test_while_the_cache_is_away_a_report_is_taken_all_the_same(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*args: object, **kwargs: object) -> None:
        raise redis.ConnectionError("away")

    for name in ("get", "add", "set"):
        monkeypatch.setattr(f"django.core.cache.cache.{name}", away)
    tell(client)
    assert AvailabilityReport.objects.get().times == 1
