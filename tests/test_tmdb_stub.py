"""The stub of TMDB is itself right: other tests rely on its shapes, its faults and its counts."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import httpx
import pytest

from tests.tmdb_stub import (
    HUGE_BYTES,
    SHOPS,
    Fault,
    StubFilm,
    StubRequest,
    TmdbStub,
    invented_films,
    seeded_faults,
)

NETFLIX, WAVVE, HULU = 8, 356, 15
FILMS = [
    StubFilm(
        tmdb_id=11,
        title="붉은 등대",
        original_title="Der rote Leuchtturm",
        english_title="The Red Lighthouse",
        release_date="1999-10-15",
        imdb_id="tt0000011",
        original_language="de",
        offers={"flatrate": [NETFLIX, 4242], "rent": [WAVVE]},
    ),
    StubFilm(12, "Quiet", "Quiet", "Quiet", "2004-02-01", "tt0000012", offers={}),
    StubFilm(13, "Red Sand", "Red Sand", "Red Sand", "2004-05-01", None, offers=None),
    StubFilm(14, "Dust", "Dust", "Dust", "", None, offers=None, elsewhere=False),
]


@pytest.fixture
def stub() -> Iterator[TmdbStub]:
    with TmdbStub(FILMS, key="k", providers={NETFLIX: "Netflix", WAVVE: "wavve"}) as running:
        yield running


@pytest.fixture
def client(stub: TmdbStub) -> Iterator[httpx.Client]:
    with httpx.Client(
        base_url=stub.url, params={"api_key": "k"}, trust_env=False, timeout=5
    ) as session:
        yield session


def always(fault: str) -> Callable[[StubRequest], str]:
    return lambda request: fault


def connect(stub: TmdbStub) -> closing[http.client.HTTPConnection]:
    return closing(http.client.HTTPConnection(urlsplit(stub.url).netloc, timeout=5))


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline, "waited five seconds"
        time.sleep(0.005)


def connection_threads() -> int:
    return sum("process_request_thread" in thread.name for thread in threading.enumerate())


# Proper answers


def test_details_carry_the_providers_only_when_asked_for(
    stub: TmdbStub, client: httpx.Client
) -> None:
    plain = client.get("/movie/11").json()
    full = client.get(
        "/movie/11", params={"append_to_response": "credits,watch/providers", "language": "ko-KR"}
    ).json()

    assert "watch/providers" not in plain
    assert (plain["title"], full["title"]) == ("The Red Lighthouse", "붉은 등대")
    assert full["original_title"] == "Der rote Leuchtturm"
    assert (full["id"], full["imdb_id"], full["runtime"]) == (11, "tt0000011", 100)
    assert set(full["watch/providers"]) == {"results"}
    korea = full["watch/providers"]["results"]["KR"]
    assert set(korea) == {"link", "flatrate", "rent"}
    assert [offer["provider_id"] for offer in korea["flatrate"]] == [NETFLIX, 4242]
    assert [offer["provider_name"] for offer in korea["flatrate"]] == ["Netflix", "Provider 4242"]
    assert set(korea["rent"][0]) == {
        "logo_path",
        "provider_id",
        "provider_name",
        "display_priority",
    }


@pytest.mark.parametrize(
    ("film", "countries", "korea"),
    [
        (11, {"JP", "KR", "US"}, {"link", "flatrate", "rent"}),
        (12, {"JP", "KR", "US"}, {"link"}),
        (13, {"JP", "US"}, None),
        (14, set(), None),
    ],
)
def test_the_providers_of_a_film_are_listed_by_country(
    client: httpx.Client, film: int, countries: set[str], korea: set[str] | None
) -> None:
    body = client.get(f"/movie/{film}/watch/providers").json()
    assert (body["id"], set(body["results"])) == (film, countries)
    assert (set(body["results"]["KR"]) if "KR" in body["results"] else None) == korea


def test_the_provider_list_depends_on_the_country(client: httpx.Client) -> None:
    korean = client.get("/watch/providers/movie", params={"watch_region": "KR"}).json()["results"]
    anywhere = client.get("/watch/providers/movie").json()["results"]
    assert [each["provider_id"] for each in korean] == [NETFLIX, WAVVE]
    assert {each["provider_id"] for each in anywhere} == {NETFLIX, WAVVE, HULU}
    assert set(korean[0]) == {
        "display_priorities",
        "display_priority",
        "logo_path",
        "provider_name",
        "provider_id",
    }
    assert set(korean[0]["display_priorities"]) == {"JP", "KR", "US"}


def test_films_are_found_by_imdb_id(client: httpx.Client) -> None:
    found = client.get("/find/tt0000011", params={"external_source": "imdb_id"}).json()
    assert [(film["id"], film["media_type"]) for film in found["movie_results"]] == [(11, "movie")]
    assert found["person_results"] == found["tv_results"] == []
    nothing = client.get("/find/tt9999999", params={"external_source": "imdb_id"})
    assert (nothing.status_code, nothing.json()["movie_results"]) == (200, [])
    assert client.get("/find/tt0000011").json()["status_code"] == 5


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"query": "red"}, [13, 11]),
        ({"query": "RED lighthouse"}, [11]),
        ({"query": "leuchtturm", "year": "1999"}, [11]),
        ({"query": "등대"}, [11]),
        ({"query": "red", "year": "2004"}, [13]),
        ({"query": "red", "primary_release_year": "1999"}, [11]),
        ({"query": "dust", "year": "1999"}, []),
        ({"query": "nothing like it"}, []),
    ],
)
def test_films_are_searched_by_any_title_and_year(
    client: httpx.Client, asked: dict[str, str], found: list[int]
) -> None:
    body = client.get("/search/movie", params=asked).json()
    assert {film["id"] for film in body["results"]} == set(found)
    assert (body["page"], body["total_pages"], body["total_results"]) == (1, 1, len(found))


def test_search_results_come_in_pages() -> None:
    with TmdbStub(invented_films(45)) as stub:
        pages = [
            httpx.get(f"{stub.url}/search/movie?api_key=k&query=film&page={page}").json()
            for page in (1, 3, 4)
        ]
    assert [len(page["results"]) for page in pages] == [20, 5, 0]
    assert [page["page"] for page in pages] == [1, 3, 4]
    assert pages[0]["total_pages"] == 3


def test_a_search_without_a_query_is_refused(client: httpx.Client) -> None:
    answer = client.get("/search/movie")
    assert (answer.status_code, answer.json()) == (422, {"errors": ["query must be provided"]})
    page = client.get("/search/movie", params={"query": "red", "page": "0"})
    assert (page.status_code, page.json()["status_code"]) == (400, 22)


def test_unknown_films_are_answered_in_both_forms(client: httpx.Client) -> None:
    answers = [client.get(f"/movie/{number}") for number in (999, 998, 997)]
    assert [answer.status_code for answer in answers] == [404] * 3
    assert [answer.json()["status_code"] for answer in answers] == [34] * 3
    assert ["success" in answer.json() for answer in answers] == [True, False, True]
    assert client.get("/movie/999/watch/providers").status_code == 404
    assert client.get("/nowhere").status_code == 404


@pytest.mark.parametrize(
    ("query", "header", "status"),
    [
        ("?api_key=k", "", 200),
        ("", "Bearer k", 200),
        ("?api_key=wrong", "", 401),
        ("?api_key=wrong", "Bearer k", 200),
        ("", "Bearer wrong", 401),
        ("", "k", 401),
        ("", "", 401),
    ],
)
def test_the_key_is_required(stub: TmdbStub, query: str, header: str, status: int) -> None:
    headers = {"Authorization": header} if header else {}
    answer = httpx.get(f"{stub.url}/movie/11{query}", headers=headers)
    assert answer.status_code == status
    assert (answer.json().get("status_code") == 7) == (status == 401)
    assert stub.requests[0].authorised == (status == 200)


# Counting


def test_every_request_is_recorded_without_its_key(stub: TmdbStub, client: httpx.Client) -> None:
    before = time.monotonic()
    client.get("/movie/11", params={"language": "ko-KR"})
    client.get("/movie/11/watch/providers")
    client.get("/movie/999")
    client.get("/search/movie", params={"query": "red"})
    stub.fault = always(Fault.CUT_JSON)
    client.get("/movie/12")

    noted = [(each.path, each.tmdb_id, each.status, each.fault) for each in stub.requests]
    assert noted == [
        ("/3/movie/11", 11, 200, None),
        ("/3/movie/11/watch/providers", 11, 200, None),
        ("/3/movie/999", 999, 404, None),
        ("/3/search/movie", None, 200, None),
        ("/3/movie/12", 12, 200, Fault.CUT_JSON),
    ]
    assert [each.query for each in stub.requests[:2]] == [{"language": "ko-KR"}, {}]
    arrivals = [each.arrived for each in stub.requests]
    assert before < arrivals[0]
    assert arrivals == sorted(arrivals)
    assert stub.served() == Counter({11: 1})


@pytest.mark.parametrize(
    ("arrivals", "most"),
    [
        ([], 0),
        ([5.0], 1),
        ([0.0, 1.0, 2.0], 1),  # half-open: exactly a second later is outside
        ([0.0, 0.75, 1.5, 1.625], 3),
        ([0.0, 0.5, 0.75, 1.0, 1.25, 3.0], 4),
        ([1.25, 0.5, 0.0, 0.75, 1.0], 4),  # threads may record out of order
    ],
)
def test_the_busiest_second_is_counted(stub: TmdbStub, arrivals: list[float], most: int) -> None:
    stub.requests = [
        StubRequest(arrived=arrived, path="/3/movie/11", query={}, authorised=True)
        for arrived in arrivals
    ]
    assert stub.most_in_one_second() == most


def test_sixteen_connections_are_served_quickly_and_kept_alive() -> None:
    """Measured at some thousands a second; the bound allows for a busy machine."""
    with TmdbStub(invented_films(640)) as stub:

        def fetch(worker: int) -> list[int]:
            with connect(stub) as connection:
                statuses = []
                for number in range(40):
                    film = 1001 + worker * 40 + number
                    connection.request("GET", f"/3/movie/{film}?api_key=k")
                    if not number:
                        first = connection.sock
                    assert connection.sock is first
                    with connection.getresponse() as answer:
                        statuses.append(answer.status)
                        answer.read()
                return statuses

        start = time.monotonic()
        with ThreadPoolExecutor(16) as pool:
            statuses = [status for each in pool.map(fetch, range(16)) for status in each]
        seconds = time.monotonic() - start

    assert statuses == [200] * 640
    assert 640 / seconds > 100
    assert stub.served() == Counter(range(1001, 1641))


# Faults


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (Fault.RATE_LIMITED, 429, 25),
        (Fault.RATE_LIMITED_WAIT, 429, 25),
        (Fault.RATE_LIMITED_DATE, 429, 25),
        (Fault.SERVER_ERROR, 500, 11),
        (Fault.UNAVAILABLE, 503, 9),
        (Fault.UNAUTHORIZED, 401, 7),
    ],
)
def test_refusals_have_the_status_and_body_of_tmdb(
    stub: TmdbStub, client: httpx.Client, fault: Fault, status: int, code: int
) -> None:
    stub.fault = always(fault)
    answer = client.get("/movie/11")
    assert (answer.status_code, answer.json()["status_code"]) == (status, code)
    wait = answer.headers.get("Retry-After")
    if fault == Fault.RATE_LIMITED_DATE:
        assert -1 < parsedate_to_datetime(wait).timestamp() - time.time() <= 1.5
    else:
        assert wait == ("1" if fault == Fault.RATE_LIMITED_WAIT else None)
    assert (stub.requests[0].status, stub.requests[0].fault) == (status, fault)
    stub.fault = lambda request: None
    assert client.get("/movie/11").status_code == 200


def test_a_slow_answer_is_proper(stub: TmdbStub, client: httpx.Client) -> None:
    stub.fault = always(Fault.SLOW)
    start = time.monotonic()
    assert client.get("/movie/11").json()["id"] == 11
    assert time.monotonic() - start >= 0.5
    assert stub.served() == Counter({11: 1})


def test_a_slow_answer_nobody_waited_for_does_not_count(stub: TmdbStub) -> None:
    stub.fault = always(Fault.SLOW)
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(f"{stub.url}/movie/11?api_key=k", timeout=0.1)
    wait_until(lambda: not connection_threads())
    assert not stub.served()
    assert stub.requests[0].status is None


def test_a_hanging_request_ends_when_the_client_goes(stub: TmdbStub) -> None:
    stub.fault = always(Fault.HANG)
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(f"{stub.url}/movie/11?api_key=k", timeout=0.1)
    wait_until(lambda: not connection_threads())
    assert [(each.fault, each.status) for each in stub.requests] == [(Fault.HANG, None)]


def test_a_cut_off_answer_lacks_half_its_body(stub: TmdbStub, client: httpx.Client) -> None:
    stub.fault = always(Fault.CUT_OFF)
    with connect(stub) as connection:
        connection.request("GET", "/3/movie/11?api_key=k")
        with connection.getresponse() as answer, pytest.raises(http.client.IncompleteRead) as cut:
            answer.read()
    assert len(cut.value.partial) > 100
    assert cut.value.expected is not None
    assert abs(cut.value.expected - len(cut.value.partial)) <= 1
    with pytest.raises(httpx.RemoteProtocolError):
        client.get("/movie/11")
    assert not stub.served()


def test_cut_json_and_html_are_complete_http(stub: TmdbStub, client: httpx.Client) -> None:
    stub.fault = always(Fault.CUT_JSON)
    answer = client.get("/movie/11")
    assert (answer.status_code, answer.content[:1]) == (200, b"{")
    with pytest.raises(ValueError, match=r"delimiter|Unterminated|Expecting|decode"):
        json.loads(answer.content)
    stub.fault = always(Fault.NOT_JSON)
    answer = client.get("/movie/11")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html")
    assert answer.text.startswith("<!DOCTYPE html>")


def test_wrong_types_keep_the_names(stub: TmdbStub, client: httpx.Client) -> None:
    stub.fault = always(Fault.WRONG_TYPES)
    body = client.get("/movie/11", params={"append_to_response": "watch/providers"}).json()
    assert body["id"] == "11"
    assert body["watch/providers"]["results"]["KR"]["flatrate"]["0"]["provider_id"] == "8"
    assert "0" in client.get("/watch/providers/movie").json()["results"]


@pytest.mark.parametrize(
    ("fault", "left"), [(Fault.NO_KOREA, {"JP", "US"}), (Fault.EMPTY_RESULTS, set())]
)
def test_countries_can_be_missing(
    stub: TmdbStub, client: httpx.Client, fault: Fault, left: set[str]
) -> None:
    stub.fault = always(fault)
    body = client.get("/movie/11", params={"append_to_response": "watch/providers"}).json()
    assert (body["id"], set(body["watch/providers"]["results"])) == (11, left)
    assert set(client.get("/movie/11/watch/providers").json()["results"]) == left
    assert len(client.get("/search/movie", params={"query": "red"}).json()["results"]) == 2


def test_a_followed_redirect_shows(stub: TmdbStub, client: httpx.Client) -> None:
    stub.fault = always(Fault.REDIRECT)
    answer = client.get("/movie/11", params={"language": "ko-KR"})
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/3/moved/movie/11?language=ko-KR"
    assert [each.redirected for each in stub.requests] == [False]

    followed = client.get("/movie/11", params={"language": "ko-KR"}, follow_redirects=True)
    assert followed.json()["title"] == "붉은 등대"
    assert [each.redirected for each in stub.requests] == [False, False, True]


def test_a_huge_body_can_be_left_or_read(stub: TmdbStub, client: httpx.Client) -> None:
    stub.fault = always(Fault.HUGE)
    with client.stream("GET", "/movie/11") as answer:
        assert "Content-Length" not in answer.headers
        assert next(answer.iter_bytes(1000)).startswith(b'{"overview":"xxx')
    wait_until(lambda: not connection_threads())  # the stub has noticed
    with client.stream("GET", "/movie/11") as answer:
        assert sum(map(len, answer.iter_bytes())) == HUGE_BYTES + len('{"overview":""}')


def test_a_trickle_comes_byte_by_byte(stub: TmdbStub) -> None:
    stub.fault = always(Fault.TRICKLE)
    with connect(stub) as connection:
        connection.request("GET", "/3/movie/11?api_key=k")
        with connection.getresponse() as answer:
            assert int(answer.headers["Content-Length"]) > 100
            start = time.monotonic()
            assert answer.read(4) == b'{"ad'
            assert 0.55 < time.monotonic() - start < 5


def test_seeded_faults_repeat_and_spare_the_provider_list() -> None:
    film = StubRequest(arrived=0, path="/3/movie/11", query={}, authorised=True)
    providers = StubRequest(arrived=0, path="/3/watch/providers/movie", query={}, authorised=True)
    kinds = [Fault.SLOW, Fault.HANG]
    decide, again = (seeded_faults(0.3, kinds, seed=7) for _ in range(2))
    first = [decide(film) for _ in range(1000)]
    second = []
    for _ in range(1000):
        assert again(providers) is None
        second.append(again(film))
    assert first == second
    assert set(first) == {None, *kinds}
    assert 200 < sum(fault is not None for fault in first) < 400
    assert first != [seeded_faults(0.3, kinds, seed=8)(film) for _ in range(1000)]
    assert {seeded_faults(1, kinds, seed=1)(film) for _ in range(9)} <= set(kinds)


# Films, and the end


def test_invented_films_are_a_mixture_and_repeat() -> None:
    films = invented_films(200)
    assert films == invented_films(200)
    assert films != invented_films(200, seed=2)
    assert [film.tmdb_id for film in films] == list(range(1001, 1201))
    assert (films[16].title, films[16].english_title) == ("영화 17", "Film 17")
    assert films[0].imdb_id == "tt0000001"
    assert all("1930-01-01" <= film.release_date <= "2020-12-31" for film in films)
    kinds = Counter(None if film.offers is None else frozenset(film.offers) for film in films)
    assert kinds[None] == 40
    assert kinds[frozenset()] == 20
    shops = [kind for kind in kinds if kind and kind <= {"rent", "buy"}]
    assert sum(kinds[kind] for kind in shops) == 30
    assert sum(not film.elsewhere for film in films) == 10
    sold = {
        provider
        for film in films
        for kind, providers in (film.offers or {}).items()
        if kind in ("rent", "buy")
        for provider in providers
    }
    assert sold == set(SHOPS)


@pytest.mark.parametrize("fault", [Fault.HANG, Fault.TRICKLE, Fault.HUGE, Fault.SLOW])
def test_the_stub_ends_at_once_whatever_it_is_doing(
    fault: Fault, capfd: pytest.CaptureFixture[str]
) -> None:
    before = threading.active_count()
    with TmdbStub(FILMS) as stub:
        stub.fault = always(fault)
        address = ("127.0.0.1", urlsplit(stub.url).port or 0)
        clients = [socket.create_connection(address, timeout=5) for _ in range(16)]
        for client in clients[1:]:  # the first is idle
            client.sendall(b"GET /3/movie/11?api_key=k HTTP/1.1\r\nHost: stub\r\n\r\n")
        wait_until(lambda: len(stub.requests) == 15)
        start = time.monotonic()
    assert time.monotonic() - start < 2  # measured: 0.03 s
    assert threading.active_count() == before
    for client in clients:
        client.close()
    assert capfd.readouterr() == ("", "")


def test_a_mistake_in_a_fault_is_not_hidden() -> None:
    def use() -> None:
        with TmdbStub(FILMS) as stub:
            stub.fault = always("no such fault")
            with pytest.raises(httpx.RemoteProtocolError):
                httpx.get(f"{stub.url}/movie/11?api_key=k")

    with pytest.raises(RuntimeError, match="the stub itself failed") as failure:
        use()
    assert isinstance(failure.value.__cause__, ValueError)
