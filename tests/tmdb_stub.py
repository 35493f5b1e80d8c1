"""A loopback stub of the TMDB v3 API: quick, exact in counting requests, and able to misbehave.

    with TmdbStub(invented_films(100), key="k") as stub:
        stub.fault = seeded_faults(0.1, [Fault.SLOW, Fault.CUT_OFF], seed=1)
        ...  # point the client at stub.url
        assert stub.most_in_one_second() <= 40

The shapes are TMDB's, the films are invented. All of it is in one module, long as it is, so that
a test has one thing to import. One thread serves each connection:

1. The arrival is timed when the request line is read, before anything else can delay it.
2. Under one lock the request is recorded and `fault` decides, so decisions are in the order of
   `requests` and the callable need not be safe for threads.
3. The status is recorded before it is sent, so whoever has the answer also finds it recorded.
4. On leaving, the listener stops, then every open connection is shut down. That wakes whatever
   waits (for a request, for a hanging client, for room to send); all threads are joined.
"""

from __future__ import annotations

import itertools
import json
import math
import random
import re
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from email.utils import formatdate
from enum import StrEnum
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

Json = dict[str, Any]

PAGE = 20  # search results on a page
SLOW_SECONDS = 0.5
TRICKLE_SECONDS = 0.2  # between two bytes
HANG_SECONDS = 30.0
HUGE_BYTES = 50_000_000
PIECE = b"x" * 50_000

KOREAN_PROVIDERS: Mapping[int, str] = {
    8: "Netflix",
    1796: "Netflix Standard with Ads",
    337: "Disney Plus",
    356: "wavve",
    97: "Watcha",
    119: "Amazon Prime Video",
    350: "Apple TV",
    1883: "TVING",
    3: "Google Play Movies",
    96: "Naver Store",
}
SHOPS = (3, 96, 356)  # rent and sell
FOREIGN_PROVIDER = 15  # in no Korean list: finding it means the country was not asked for
# Netflix too is offered abroad, so a client that mixes up countries finds what Korea has not.
ABROAD: Mapping[str, Mapping[str, Sequence[int]]] = {
    "JP": {"flatrate": [FOREIGN_PROVIDER], "rent": [3]},
    "US": {"flatrate": [8, FOREIGN_PROVIDER], "buy": [3]},
}
# TMDB's status codes: HTTP status and message (developer.themoviedb.org/docs/errors)
ERRORS = {
    5: (422, "Invalid parameters: Your request parameters are incorrect."),
    7: (401, "Invalid API key: You must be granted a valid key."),
    9: (503, "Service offline: This service is temporarily offline, try again later."),
    11: (500, "Internal error: Something went wrong, contact TMDB."),
    22: (400, "Invalid page: Pages start at 1 and max at 500. They are expected to be an integer."),
    25: (429, "Your request count (41) is over the allowed limit of (40)."),
    34: (404, "The resource you requested could not be found."),
}
FILM_PATH = re.compile(r"/3(?:/moved)?/movie/(\d+)(/watch/providers)?")


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


PASSING_FAULTS = [
    Fault.RATE_LIMITED,
    Fault.RATE_LIMITED_WAIT,
    Fault.SERVER_ERROR,
    Fault.UNAVAILABLE,
    Fault.SLOW,
    Fault.HANG,
    Fault.CUT_OFF,
    Fault.CUT_JSON,
    Fault.WRONG_TYPES,
    Fault.REDIRECT,
    Fault.HUGE,
]
REFUSALS = {
    Fault.RATE_LIMITED: 25,
    Fault.RATE_LIMITED_WAIT: 25,
    Fault.RATE_LIMITED_DATE: 25,
    Fault.SERVER_ERROR: 11,
    Fault.UNAVAILABLE: 9,
    Fault.UNAUTHORIZED: 7,
}


@dataclass(frozen=True)
class StubFilm:
    tmdb_id: int
    title: str  # for language=ko-KR: Korean, or the original if there is no translation
    original_title: str
    english_title: str  # for every other language
    release_date: str  # "1999-10-15" or ""
    imdb_id: str | None  # "tt0137523"
    overview: str = ""
    runtime: int | None = 100
    original_language: str = "en"
    poster_path: str | None = "/poster.jpg"
    # flatrate, ads, free, rent or buy -> provider ids in KR; {}: KR has but a link; None: no KR
    offers: Mapping[str, Sequence[int]] | None = field(kw_only=True)
    elsewhere: bool = True  # whether other countries have entries


@dataclass
class StubRequest:
    arrived: float  # time.monotonic()
    path: str  # the whole path, "/3/movie/1001"
    query: dict[str, str]  # without the key
    authorised: bool
    tmdb_id: int | None = None  # of the film the path names, known or not
    redirected: bool = False  # the client followed a `Fault.REDIRECT`
    fault: Fault | None = None  # what was played
    status: int | None = None  # what was answered; None: nothing (yet)

    @property
    def is_provider_list(self) -> bool:
        return self.path.endswith("/watch/providers/movie")


def never(request: StubRequest) -> str | None:
    """The `fault` of a stub that behaves."""
    return None


def seeded_faults(
    share: float, kinds: Sequence[Fault], seed: int
) -> Callable[[StubRequest], str | None]:
    """A `fault` that spoils about `share` of the requests, in the same sequence for a seed.

    The provider list is spared, and no decision of the sequence is spent on it.
    """
    chance, lock = random.Random(seed), threading.Lock()

    def decide(request: StubRequest) -> str | None:
        if request.is_provider_list:
            return None
        with lock:
            return chance.choice(kinds) if chance.random() < share else None

    return decide


def invented_films(
    count: int, *, seed: int = 1, providers: Sequence[int] = tuple(KOREAN_PROVIDERS)[:8]
) -> list[StubFilm]:
    """Films 1..`count`: film n has TMDB id 1000 + n, IMDb id n and the titles "Film n" / "영화 n".

    Of every twenty, seven have one subscription, four several, three are only rented or sold, two
    have an entry without offers, three are not in Korea and one is nowhere; the order is random.
    """
    chance = random.Random(seed)
    deck = ["one"] * 7 + ["several"] * 4 + ["shop"] * 3 + ["link"] * 2 + ["abroad"] * 3
    deck.append("nowhere")
    kinds: list[str] = []
    while len(kinds) < count:
        kinds += chance.sample(deck, len(deck))
    first = date(1930, 1, 1)
    days = (date(2020, 12, 31) - first).days
    return [
        StubFilm(
            tmdb_id=1000 + n,
            title=f"영화 {n}",
            original_title=f"Film {n}",
            english_title=f"Film {n}",
            release_date=(first + timedelta(chance.randint(0, days))).isoformat(),
            imdb_id=f"tt{n:07}",
            overview=f"지어낸 이야기 {n}",
            runtime=chance.randint(70, 180),
            offers=_invented_offers(kinds[n - 1], chance, providers),
            elsewhere=kinds[n - 1] != "nowhere",
        )
        for n in range(1, count + 1)
    ]


def _invented_offers(
    kind: str, chance: random.Random, providers: Sequence[int]
) -> dict[str, tuple[int, ...]] | None:
    if kind in ("abroad", "nowhere"):
        return None
    if kind == "link":
        return {}
    shops = {"rent": tuple(chance.sample(SHOPS, 2)), "buy": (chance.choice(SHOPS),)}
    if kind == "shop":
        return {sale: shops[sale] for sale in chance.choice([("rent",), ("buy",), ("rent", "buy")])}
    if kind == "one":
        return {"flatrate": (chance.choice(providers),)}
    drawn = tuple(chance.sample(providers, min(len(providers), chance.randint(3, 5))))
    return {"flatrate": drawn[:2], chance.choice(["ads", "free"]): drawn[2:] or drawn[:1], **shops}


def _error(code: int) -> tuple[int, Json]:
    status, message = ERRORS[code]
    return status, {"status_code": code, "status_message": message, "success": False}


def _title(film: StubFilm, language: str) -> str:
    return film.title if language.split("-")[0] == "ko" else film.english_title


def _entry(film: StubFilm, language: str) -> Json:
    """A film as searches list it."""
    return {
        "adult": False,
        "backdrop_path": None,
        "genre_ids": [18],
        "id": film.tmdb_id,
        "original_language": film.original_language,
        "original_title": film.original_title,
        "overview": film.overview,
        "popularity": 1.5,
        "poster_path": film.poster_path,
        "release_date": film.release_date,
        "title": _title(film, language),
        "video": False,
        "vote_average": 6.5,
        "vote_count": 10,
    }


def _details(film: StubFilm, language: str) -> Json:
    entry = _entry(film, language)
    del entry["genre_ids"]
    return entry | {
        "belongs_to_collection": None,
        "budget": 0,
        "genres": [{"id": 18, "name": "Drama"}],
        "homepage": "",
        "imdb_id": film.imdb_id,
        "origin_country": ["US"],
        "production_companies": [],
        "production_countries": [{"iso_3166_1": "US", "name": "United States of America"}],
        "revenue": 0,
        "runtime": film.runtime,
        "spoken_languages": [{"english_name": "English", "iso_639_1": "en", "name": "English"}],
        "status": "Released",
        "tagline": "",
    }


class Catalogue:
    """What a well-behaved TMDB answers; knows nothing of HTTP but the status."""

    def __init__(self, films: Iterable[StubFilm], providers: Mapping[int, str]) -> None:
        self.films: dict[int, StubFilm] = {}
        self._names = {FOREIGN_PROVIDER: "Hulu", **providers}
        self._korean = providers
        self._titles: dict[int, str] = {}  # folded once: a search is for every film of a release
        self._missing = itertools.count()
        for film in films:
            self.add(film)

    def add(self, film: StubFilm) -> None:
        """Know one more film, or another version of it."""
        names = f"{film.title}\n{film.original_title}\n{film.english_title}"
        self.films[film.tmdb_id], self._titles[film.tmdb_id] = film, names.casefold()

    def answer(self, path: str, query: Mapping[str, str]) -> tuple[int, Json]:
        language = query.get("language", "en-US")
        match path.strip("/").split("/"):
            case ["3", "movie", number, *rest] if (film := self._film(number)) and not rest:
                body = _details(film, language)
                if "watch/providers" in query.get("append_to_response", "").split(","):
                    body["watch/providers"] = {"results": self._countries(film)}
                return 200, body
            case ["3", "movie", number, "watch", "providers"] if film := self._film(number):
                return 200, {"id": film.tmdb_id, "results": self._countries(film)}
            case ["3", "watch", "providers", "movie"]:
                return 200, {"results": self._provider_list(query.get("watch_region", ""))}
            case ["3", "find", external_id]:
                return self._find(unquote(external_id), query.get("external_source"), language)
            case ["3", "search", "movie"]:
                return self._search(query, language)
        status, body = _error(34)
        if next(self._missing) % 2:  # TMDB has been seen to answer in both forms
            del body["success"]
        return status, body

    def _film(self, number: str) -> StubFilm | None:
        return self.films.get(int(number)) if number.isdecimal() else None

    def _provider(self, provider_id: int) -> Json:
        place = list(self._names).index(provider_id) if provider_id in self._names else 99
        return {
            "logo_path": f"/logo{provider_id}.jpg",
            "provider_id": provider_id,
            "provider_name": self._names.get(provider_id, f"Provider {provider_id}"),
            "display_priority": place,
        }

    def _countries(self, film: StubFilm) -> Json:
        offers = dict(ABROAD) if film.elsewhere else {}
        if film.offers is not None:
            offers["KR"] = film.offers
        link = f"https://www.themoviedb.org/movie/{film.tmdb_id}/watch?locale="
        return {
            country: {"link": link + country}
            | {kind: [self._provider(each) for each in ids] for kind, ids in kinds.items()}
            for country, kinds in sorted(offers.items())
        }

    def _provider_list(self, region: str) -> list[Json]:
        results = []
        for provider_id in self._names:
            provider = self._provider(provider_id)
            countries = ["JP", "US", *(["KR"] if provider_id in self._korean else [])]
            priorities = dict.fromkeys(countries, provider["display_priority"])
            if not region or region in priorities:
                results.append({"display_priorities": priorities, **provider})
        return results

    def _find(self, external_id: str, source: str | None, language: str) -> tuple[int, Json]:
        if not source:
            return _error(5)
        found = [f for f in self.films.values() if source == "imdb_id" and f.imdb_id == external_id]
        kinds = ("person", "tv", "tv_episode", "tv_season")
        films = [_entry(film, language) | {"media_type": "movie"} for film in found]
        return 200, {"movie_results": films, **{f"{kind}_results": [] for kind in kinds}}

    def _search(self, query: Mapping[str, str], language: str) -> tuple[int, Json]:
        wanted = query.get("query", "").strip().casefold()
        if not wanted:
            return 422, {"errors": ["query must be provided"]}
        page = query.get("page", "1")
        if not page.isdecimal() or not 1 <= int(page) <= 500:
            return _error(22)
        year = query.get("primary_release_year") or query.get("year") or ""
        found = [
            film
            for film in self.films.values()
            if wanted in self._titles[film.tmdb_id] and film.release_date.startswith(year)
        ]
        shown = found[(int(page) - 1) * PAGE : int(page) * PAGE]
        return 200, {
            "page": int(page),
            "results": [_entry(film, language) for film in shown],
            "total_pages": max(1, math.ceil(len(found) / PAGE)),
            "total_results": len(found),
        }


def _with_countries(body: Json, change: Callable[[Json], Json]) -> Json:
    """`body` with `change` applied to its table of countries, if it has one."""
    if isinstance(body.get("results"), dict):
        return body | {"results": change(body["results"])}
    if "watch/providers" in body:
        return body | {"watch/providers": _with_countries(body["watch/providers"], change)}
    return body


def _with_wrong_types(value: Any) -> Any:
    if isinstance(value, list):
        return {str(place): _with_wrong_types(each) for place, each in enumerate(value)}
    if isinstance(value, dict):
        return {
            name: str(each) if name in ("id", "provider_id") else _with_wrong_types(each)
            for name, each in value.items()
        }
    return value


SPOILERS: Mapping[Fault, Callable[[Json], Json]] = {
    Fault.WRONG_TYPES: _with_wrong_types,
    Fault.NO_KOREA: lambda body: _with_countries(
        body, lambda countries: {name: countries[name] for name in countries if name != "KR"}
    ),
    Fault.EMPTY_RESULTS: lambda body: _with_countries(body, lambda countries: {}),
}


class TmdbStub:
    """The stub, listening between `with` and its end; see the module for the rest.

    An error of the stub itself or of `fault` is kept in `errors` and raised on leaving.
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
        self.fault: Callable[[StubRequest], str | None] = never
        self.errors: list[BaseException] = []
        self._lock = threading.RLock()  # re-entrant: `fault` may ask the stub for its counts

    def __enter__(self) -> TmdbStub:
        self._server = _Server(self)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/3"
        self._listener = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._listener.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._listener.join()
        self._server.hang_up()
        self._server.server_close()  # joins the threads of the connections
        if self.errors and error is None:
            raise RuntimeError("the stub itself failed") from self.errors[0]

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
            if request.tmdb_id is not None and not request.path.endswith("/providers")
        )

    def note(self, arrived: float, target: str, authorization: str) -> StubRequest:
        """Record a request and decide which fault to play."""
        url = urlsplit(target)
        query = dict(parse_qsl(url.query, keep_blank_values=True))
        by_query = query.pop("api_key", None) == self.key
        film = FILM_PATH.fullmatch(url.path)
        request = StubRequest(
            arrived=arrived,
            path=url.path,
            authorised=by_query or authorization == f"Bearer {self.key}",
            query=query,
            tmdb_id=int(film[1]) if film else None,
            redirected=url.path.startswith("/3/moved/"),
        )
        with self._lock:
            self.requests.append(request)
            if not request.redirected and (name := self.fault(request)):
                request.fault = Fault(name)
        return request

    def answer(self, request: StubRequest) -> tuple[int, Json]:
        """Status and body as TMDB would give them."""
        if request.redirected:  # needs no key, which a Location must not repeat
            return self.catalogue.answer(request.path.replace("/moved", "", 1), request.query)
        if not request.authorised:
            return _error(7)
        return self.catalogue.answer(request.path, request.query)


class _Server(ThreadingTCPServer):
    # Not http.server's: that looks up the host's name, which can take seconds.
    allow_reuse_address = True
    daemon_threads = False  # so that closing joins them
    request_queue_size = 128

    def __init__(self, stub: TmdbStub) -> None:
        self.stub = stub
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(("127.0.0.1", 0), _Handler)

    def get_request(self) -> tuple[socket.socket, Any]:
        # Here, in the listener, not in the connection's thread: once the listener has ended,
        # `hang_up` misses none.
        connection, address = super().get_request()
        with self._lock:
            self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        with self._lock:
            for connection in self._open:
                with suppress(OSError):  # the client may have left
                    connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        error = sys.exc_info()[1]
        if error is not None and not isinstance(error, OSError):  # clients may go at any time
            self.stub.errors.append(error)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def parse_request(self) -> bool:
        self.arrived = time.monotonic()
        return super().parse_request()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: tests read `requests`."""

    def do_GET(self) -> None:
        stub = self.server.stub
        self.noted = stub.note(self.arrived, self.path, self.headers.get("Authorization", ""))
        fault = self.noted.fault
        if fault is None:
            self._send(*self._proper())
        elif fault in REFUSALS:
            status, body = _error(REFUSALS[fault])
            self._send(status, _encoded(body), _retry_after(fault))
        elif fault in SPOILERS:
            status, body = stub.answer(self.noted)
            self._send(status, _encoded(SPOILERS[fault](body)))
        else:
            getattr(self, f"_play_{fault}")()

    def _proper(self) -> tuple[int, bytes]:
        status, body = self.server.stub.answer(self.noted)
        return status, _encoded(body)

    def _send(
        self,
        status: int,
        body: bytes,
        headers: Mapping[str, str] | None = None,
        *,
        cut: int | None = None,
    ) -> None:
        """An answer in one write; of its body only the first `cut` bytes."""
        fields = {
            "Content-Type": "application/json;charset=utf-8",
            "Content-Length": str(len(body)),
            **(headers or {}),
        }
        head = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value)
        self.noted.status = status
        try:
            self.wfile.write(head.encode() + b"\r\n" + body[:cut])
        except OSError:
            self.noted.status = None
            raise

    def _client_leaves_within(self, seconds: float) -> bool:
        """Wait; True as soon as the client, or `hang_up`, closes the connection."""
        self.connection.settimeout(seconds)
        try:
            left = not self.connection.recv(1, socket.MSG_PEEK)
        except TimeoutError:
            return False
        finally:
            self.connection.settimeout(None)
        self.close_connection |= left
        return left

    def _play_slow(self) -> None:
        if not self._client_leaves_within(SLOW_SECONDS):
            self._send(*self._proper())

    def _play_hang(self) -> None:
        self._client_leaves_within(HANG_SECONDS)
        self.close_connection = True

    def _play_trickle(self) -> None:
        status, body = self._proper()
        self._send(status, body, cut=0)
        for place in range(len(body)):
            self.wfile.write(body[place : place + 1])
            if self._client_leaves_within(TRICKLE_SECONDS):
                return

    def _play_cut_off(self) -> None:
        status, body = self._proper()
        self._send(status, body, cut=len(body) // 2)
        self.close_connection = True

    def _play_cut_json(self) -> None:
        status, body = self._proper()
        self._send(status, body[: len(body) // 2])

    def _play_not_json(self) -> None:
        page = b"<!DOCTYPE html><html><body>Back in a moment</body></html>"
        self._send(200, page, {"Content-Type": "text/html"})

    def _play_redirect(self) -> None:
        moved = self.noted.path.replace("/3/", "/3/moved/", 1)
        self._send(302, b"", {"Location": f"{moved}?{urlencode(self.noted.query)}"})

    def _play_huge(self) -> None:
        """Chunked, so that only counting shows the size; a valid document all the same."""
        self._send(200, b"", {"Content-Length": "", "Transfer-Encoding": "chunked"})
        pieces = itertools.repeat(PIECE, HUGE_BYTES // len(PIECE))
        for piece in itertools.chain([b'{"overview":"'], pieces, [b'"}', b""]):
            self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))


def _encoded(body: Json) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _retry_after(fault: Fault) -> dict[str, str]:
    if fault == Fault.RATE_LIMITED_WAIT:
        return {"Retry-After": "1"}
    if fault == Fault.RATE_LIMITED_DATE:  # whole seconds, rounded down: 0.5 to 1.5 s ahead
        return {"Retry-After": formatdate(time.time() + 1.5, usegmt=True)}
    return {}
