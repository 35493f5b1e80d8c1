"""A loopback stub of the TMDB v3 API: exact in counting requests, and able to misbehave.

    with TmdbStub(invented_films(100), key="k") as stub:
        stub.fault = seeded_faults(0.1, [Fault.SLOW, Fault.CUT_OFF], seed=1)
        ...  # point the client at stub.url
        assert stub.most_in_one_second() <= 40

pytest-httpserver listens and answers, one thread a connection. Faults below HTTP use the socket of
the connection. What a well-behaved TMDB answers is in `tests.movies.tmdb.tmdb_films`.

1. A request is timed before anything else can delay it.
2. Under one lock it is recorded and `fault` decides, so decisions are in the order of `requests`
   and the callable need not be safe for threads.
3. The status is recorded before it is sent, so a client that has the answer finds it recorded.
4. On leaving, the listener stops, then every open connection is shut down. That wakes whatever
   waits (for a request, for a hanging client, for room to send); all threads are joined.
"""

from __future__ import annotations

import json
import logging
import random
import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from email.utils import formatdate
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode
from weakref import WeakSet

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from tests.movies.tmdb.tmdb_films import KOREAN_PROVIDERS, Catalogue, Json, StubFilm

SLOW_SECONDS = 0.5
TRICKLE_SECONDS = 0.2  # between two bytes
HANG_SECONDS = 30.0
HUGE_BYTES = 50_000_000
PIECE = b"x" * 50_000


class Fault(StrEnum):
    RATE_LIMITED = "rate_limited"  # 429 without Retry-After
    RATE_LIMITED_WAIT = "rate_limited_wait"  # Retry-After: 1
    RATE_LIMITED_DATE = "rate_limited_date"  # Retry-After: an HTTP date about a second ahead
    SERVER_ERROR = "server_error"  # 500
    UNAVAILABLE = "unavailable"  # 503
    UNAUTHORIZED = "unauthorized"  # 401 although the key is right
    SLOW = "slow"  # half a second late, else proper
    HANG = "hang"  # no answer at all
    TRICKLE = "trickle"  # a proper answer, one byte every 0.2 s
    CUT_OFF = "cut_off"  # the connection closes in the middle of the body
    CUT_JSON = "cut_json"  # complete HTTP, half a JSON document
    NOT_JSON = "not_json"  # an HTML page with status 200
    WRONG_TYPES = "wrong_types"  # ids as text, lists as objects
    NO_KOREA = "no_korea"  # the table of countries lacks KR; other answers stay proper
    EMPTY_RESULTS = "empty_results"  # the table of countries is empty; other answers stay proper
    REDIRECT = "redirect"  # 302 to a path that answers whatever `fault` says
    HUGE = "huge"  # 50 MB without Content-Length


# A client that asks again gets over all but these.
LASTING = ["rate_limited_date", "unauthorized", "trickle", "not_json", "no_korea", "empty_results"]
PASSING_FAULTS = [fault for fault in Fault if fault not in LASTING]
REFUSALS = {  # HTTP status and TMDB's own code (developer.themoviedb.org/docs/errors)
    Fault.RATE_LIMITED: (429, 25),
    Fault.RATE_LIMITED_WAIT: (429, 25),
    Fault.RATE_LIMITED_DATE: (429, 25),
    Fault.SERVER_ERROR: (500, 11),
    Fault.UNAVAILABLE: (503, 9),
    Fault.UNAUTHORIZED: (401, 7),
}


@dataclass
class StubRequest:
    arrived: float  # time.monotonic()
    path: str  # the whole path, "/3/movie/1001"
    query: dict[str, str]  # without the key
    authorised: bool
    fault: Fault | None = None  # what was played
    status: int | None = None  # what was answered; None: nothing (yet)

    @property
    def is_provider_list(self) -> bool:
        return self.path.endswith("/watch/providers/movie")

    @property
    def redirected(self) -> bool:
        """Whether the client followed a `Fault.REDIRECT`."""
        return self.path.startswith("/3/moved/")

    @property
    def tmdb_id(self) -> int | None:
        """Of the film that the path names, known or not."""
        film = re.fullmatch(r"/3(?:/moved)?/movie/(\d+)", self.path)
        return int(film[1]) if film else None


def seeded_faults(
    share: float, kinds: Sequence[Fault], seed: int
) -> Callable[[StubRequest], str | None]:
    """A `fault` that spoils about `share` of the requests, in the same sequence for a seed.

    The provider list is spared, and no decision of the sequence is spent on it.
    """
    chance = random.Random(seed)

    def decide(request: StubRequest) -> str | None:
        if request.is_provider_list:
            return None
        return chance.choice(kinds) if chance.random() < share else None

    return decide


def _with_countries(body: Json, left: Callable[[str], bool]) -> Json:
    """`body` with only these countries in its table, if it has one."""
    if "watch/providers" not in body:
        return body
    countries = body["watch/providers"]["results"]
    kept = {name: offers for name, offers in countries.items() if left(name)}
    return body | {"watch/providers": {"results": kept}}


def _with_wrong_types(value: Any) -> Any:
    if isinstance(value, list):
        return {str(place): _with_wrong_types(each) for place, each in enumerate(value)}
    if isinstance(value, dict):
        return {
            name: str(each) if name in ("id", "provider_id") else _with_wrong_types(each)
            for name, each in value.items()
        }
    return value


SPOILERS: Mapping[Fault | None, Callable[[Json], Json]] = {
    Fault.WRONG_TYPES: _with_wrong_types,
    Fault.NO_KOREA: lambda body: _with_countries(body, lambda name: name != "KR"),
    Fault.EMPTY_RESULTS: lambda body: _with_countries(body, lambda name: False),
}


def _leaves(client: socket.socket, seconds: float) -> bool:
    """Wait; True as soon as the client, or the end of the stub, closes the connection."""
    client.settimeout(seconds)
    try:
        return not client.recv(1, socket.MSG_PEEK)
    except TimeoutError:
        return False
    except OSError:
        return True
    finally:
        client.settimeout(None)


def _hang_up(client: socket.socket) -> None:
    with suppress(OSError):  # the client may have left
        client.shutdown(socket.SHUT_RDWR)


def _trickle(body: bytes, client: socket.socket) -> Iterator[bytes]:
    for place in range(len(body)):
        yield body[place : place + 1]
        if _leaves(client, TRICKLE_SECONDS):
            return


def _huge() -> Iterator[bytes]:
    """A valid document sent in chunks, so that only counting shows its size."""
    yield b'{"overview":"'
    for _ in range(HUGE_BYTES // len(PIECE)):
        yield PIECE
    yield b'"}'


def _retry_after(fault: Fault | None) -> dict[str, str]:
    if fault == Fault.RATE_LIMITED_WAIT:
        return {"Retry-After": "1"}
    if fault == Fault.RATE_LIMITED_DATE:  # whole seconds, rounded down: 0.5 to 1.5 s ahead
        return {"Retry-After": formatdate(time.time() + 1.5, usegmt=True)}
    return {}


class _Server(HTTPServer):
    """Knows its open connections, and notices within 0.02 s that it is to stop."""

    def __init__(self) -> None:
        super().__init__("127.0.0.1", threaded=True)
        self.connections: WeakSet[socket.socket] = WeakSet()

    def thread_target(self) -> None:
        server: Any = self.server
        accept = server.get_request

        def get_request() -> tuple[socket.socket, Any]:
            connection, address = accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, True)
            self.connections.add(connection)
            return connection, address

        server.get_request = get_request
        server.daemon_threads = False  # so that closing joins them
        server.serve_forever(0.02)

    def stop(self) -> None:
        assert self.server is not None
        self.server.shutdown()  # from here on no connection is added
        for connection in list(self.connections):
            _hang_up(connection)
        super().stop()


class TmdbStub:
    """The stub, listening inside its `with` block; the module describes the rest.

    An error of the stub itself or of `fault` is raised on leaving.
    """

    def __init__(
        self,
        films: Iterable[StubFilm],
        key: str = "k",
        providers: Mapping[int, str] = KOREAN_PROVIDERS,
    ) -> None:
        self.key = key
        self.catalogue = Catalogue(films, providers)
        self.requests: list[StubRequest] = []
        self.fault: Callable[[StubRequest], str | None] = lambda request: None
        self._lock = threading.RLock()  # re-entrant: `fault` may ask the stub for its counts

    def __enter__(self) -> TmdbStub:
        logging.getLogger("werkzeug").setLevel(logging.ERROR)  # it would log keys
        self._server = _Server()
        self._server.expect_request(re.compile("/")).respond_with_handler(self._respond)
        self._server.start()
        self.url = self._server.url_for("/3")
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self._server.stop()
        if error is None:
            self._server.check()

    def add(self, film: StubFilm) -> None:
        """Know one more film, or another version of it."""
        self.catalogue.add(film)

    def most_in_one_second(self) -> int:
        """The largest number of arrivals in any half-open window [t, t + 1)."""
        arrivals = sorted(request.arrived for request in list(self.requests))
        most = first = 0
        for last, arrived in enumerate(arrivals):
            while arrived - arrivals[first] >= 1:
                first += 1
            most = max(most, last - first + 1)
        return most

    def served(self) -> Counter[int]:
        """How often each film's details were answered as they should be."""
        return Counter(
            request.tmdb_id
            for request in list(self.requests)
            if request.status == 200 and request.fault in (None, Fault.SLOW)
            if request.tmdb_id is not None
        )

    def _note(self, request: Request) -> StubRequest:
        """Record a request and decide which fault to play."""
        arrived = time.monotonic()
        query = request.args.to_dict()
        by_query = query.pop("api_key", None) == self.key
        by_header = request.headers.get("Authorization") == f"Bearer {self.key}"
        noted = StubRequest(arrived, request.path, query, by_query or by_header)
        with self._lock:
            self.requests.append(noted)
            if not noted.redirected and (name := self.fault(noted)):
                noted.fault = Fault(name)
        return noted

    def _answer(self, noted: StubRequest) -> tuple[int, Json]:
        if noted.redirected:  # needs no key, which a Location must not repeat
            return self.catalogue.answer(noted.path.replace("/moved", "", 1), noted.query)
        refusal = noted.fault if noted.authorised else Fault.UNAUTHORIZED
        if refusal in REFUSALS:
            status, code = REFUSALS[refusal]
            return status, {"status_code": code, "success": False}
        return self.catalogue.answer(noted.path, noted.query)

    def _respond(self, request: Request) -> Response:
        """The answer as TMDB would give it, or the fault that is played in its place."""
        noted = self._note(request)
        client, fault = request.environ["werkzeug.socket"], noted.fault
        status, answer = self._answer(noted)
        body = json.dumps(SPOILERS.get(fault, dict)(answer), ensure_ascii=False).encode()
        response = Response(body, status, _retry_after(fault), content_type="application/json")
        match fault:
            case Fault.HANG:
                _leaves(client, HANG_SECONDS)
                _hang_up(client)
                return response
            case Fault.SLOW if _leaves(client, SLOW_SECONDS):
                return response
            case Fault.TRICKLE | Fault.CUT_OFF:
                half = [body[: len(body) // 2]]
                response.response = half if fault == Fault.CUT_OFF else _trickle(body, client)
                response.content_length = len(body)  # of the whole
            case Fault.CUT_JSON:
                response.data = body[: len(body) // 2]
            case Fault.NOT_JSON:
                page = "<!DOCTYPE html><html><body>Back in a moment</body></html>"
                response = Response(page, status, {"Content-Type": "text/html"})
            case Fault.REDIRECT:
                moved = noted.path.replace("/3/", "/3/moved/", 1)
                location = f"{moved}?{urlencode(noted.query)}"
                response = Response(status=302, headers={"Location": location})
            case Fault.HUGE:
                response = Response(_huge(), status)
        noted.status = response.status_code
        return response
