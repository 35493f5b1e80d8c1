"""The stub of TMDB is itself right: other tests rely on its faults and its counts."""

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

from tests.movies.tmdb.tmdb_films import StubFilm, invented_films
from tests.movies.tmdb.tmdb_stub import HUGE_BYTES, Fault, StubRequest, TmdbStub, seeded_faults

FILMS = [
    StubFilm(
        11, "붉은 등대", "Red Lighthouse", "Red Lighthouse", "", None, offers={"flatrate": [8]}
    ),
    StubFilm(12, "붉은 모래", "Red Sand", "Red Sand", "", None, offers=None),
]


@pytest.fixture
def stub() -> Iterator[TmdbStub]:
    with TmdbStub(FILMS, key="k") as running:
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
    client.get("/watch/providers/movie")
    client.get("/movie/999")
    client.get("/search/movie", params={"query": "red"})
    stub.fault = always(Fault.CUT_JSON)
    client.get("/movie/12")

    noted = [(each.path, each.tmdb_id, each.status, each.fault) for each in stub.requests]
    assert noted == [
        ("/3/movie/11", 11, 200, None),
        ("/3/watch/providers/movie", None, 200, None),
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
    stub.requests = [StubRequest(arrived, "/3/movie/11", {}, True) for arrived in arrivals]
    assert stub.most_in_one_second() == most


def test_sixteen_clients_are_served_quickly() -> None:
    """It serves some hundreds per second; the bound allows for a busy machine."""
    with TmdbStub(invented_films(640)) as stub:

        def fetch(worker: int) -> list[int]:
            films = range(1001 + worker * 40, 1041 + worker * 40)
            with connect(stub) as connection:
                statuses = []
                for film in films:
                    connection.request("GET", f"/3/movie/{film}?api_key=k")
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


@pytest.mark.parametrize("fault", [Fault.SLOW, Fault.HANG])
def test_a_late_answer_ends_when_the_client_goes_and_does_not_count(
    stub: TmdbStub, fault: Fault
) -> None:
    stub.fault = always(fault)
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(f"{stub.url}/movie/11?api_key=k", timeout=0.1)
    wait_until(lambda: not connection_threads())
    assert not stub.served()
    assert [(each.fault, each.status) for each in stub.requests] == [(fault, None)]


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
    film = StubRequest(0, "/3/movie/11", {}, True)
    providers = StubRequest(0, "/3/watch/providers/movie", {}, True)
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


# The end


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
            assert httpx.get(f"{stub.url}/movie/11?api_key=k").status_code == 500

    with pytest.raises(ValueError, match="no such fault"):
        use()
