"""Slow clients occupy no thread and are cut; graceful stops and reloads lose no request."""

from __future__ import annotations

import contextlib
import http.client
import json
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from tests.paths import ROOT
from tests.sites import answers, free_port, wait_until

# The limits of the project in a tenth of their time, and threads that a test can fill.
QUICK = """
from config import buffering
buffering.HEADER_SECONDS, buffering.BODY_SECONDS, buffering.IDLE_SECONDS = 1.0, 1.0, 2.0
buffering.TICK_SECONDS, buffering.LEAST_RATE, buffering.LINGER_SECONDS = 0.1, 100_000, 0.3
exec(open({usual!r}).read())
"""
POST = b"POST %s HTTP/1.1\r\nHost: x\r\nAccept-Language: %s\r\nContent-Length: 5000\r\n\r\n{"


@dataclass(frozen=True)
class Server:
    port: int
    process: subprocess.Popen[bytes]

    def connect(self, sent: bytes = b"") -> socket.socket:
        found = socket.create_connection(("127.0.0.1", self.port), timeout=10)
        found.sendall(sent)
        return found

    def get(self, path: str = "/", body: bytes | None = None) -> tuple[int, bytes]:
        with contextlib.closing(
            http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        ) as connection:
            connection.request("POST" if body else "GET", path, body)
            answer = connection.getresponse()
            return answer.status, answer.read()

    def workers(self) -> set[int]:
        return {child.pid for child in psutil.Process(self.process.pid).children()}


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[Server]:
    port, config = free_port(), folder / "quick.py"
    config.write_text(QUICK.format(usual=str(ROOT / "gunicorn.conf.py")))
    program = Path(sys.executable).parent / "gunicorn"
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [program, "tests.config.small_site", "-c", config, "--bind", f"127.0.0.1:{port}"],
            cwd=ROOT,
            stdout=log,
            stderr=log,
        )
    server = Server(port, process)
    try:
        wait_until(lambda: answers(port), seconds=30, what="gunicorn listens")
        assert server.get()[0] == 200
        yield server
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("server")) as found:
        yield found


def trickle(connection: socket.socket, data: bytes = b" ") -> tuple[float, bytes]:
    """Send a byte every tenth of a second until the server answers; seconds, and the answer."""
    began = time.monotonic()
    connection.settimeout(0.1)
    while time.monotonic() - began < 8:
        with contextlib.suppress(TimeoutError):
            connection.sendall(data)
            answer = connection.recv(10_000)
            took = time.monotonic() - began
            with contextlib.suppress(TimeoutError, ConnectionError):
                while more := connection.recv(10_000):
                    answer += more
            return took, answer
    raise AssertionError("the server waited for more than 8 seconds")


def test_slow_bodies_and_idle_connections_keep_nobody_waiting(server: Server) -> None:
    with contextlib.ExitStack() as held:
        slow = [held.enter_context(server.connect(POST % (b"/", b"en"))) for _ in range(16)]
        for _ in range(200):
            held.enter_context(server.connect())
        ended: list[tuple[float, bytes]] = []
        threads = [
            threading.Thread(target=lambda one=one: ended.append(trickle(one))) for one in slow
        ]
        for thread in threads:
            thread.start()
        for _ in range(20):
            began = time.monotonic()
            assert server.get() == (200, b"read 0 bytes")
            assert time.monotonic() - began < 1
        for thread in threads:
            thread.join()
    assert len(ended) == 16
    assert all(answer.startswith(b"HTTP/1.1 408 ") and took < 4 for took, answer in ended)


@pytest.mark.parametrize(
    "sent",
    [
        b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ",
        b"GET /",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n400\r\n",
        POST % (b"/", b"en"),
        b"POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 99\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\nX-Second: ",
    ],
    ids=["headers", "first line", "chunks", "body", "expected", "pipelined"],
)
def test_one_byte_at_a_time_cannot_last(server: Server, sent: bytes) -> None:
    with server.connect(sent) as connection:
        took, answer = trickle(connection, b"a")
        while b" 408 " not in answer and took < 4:  # what came before it in the pipeline
            more, rest = trickle(connection, b"a")
            took, answer = took + more, rest
    assert b" 408 " in answer
    assert b"Connection: close" in answer
    assert took < 4


def test_an_idle_connection_is_closed(server: Server) -> None:
    with server.connect() as connection:
        assert connection.recv(1) == b""


def test_a_long_body_has_time_as_long_as_it_moves(server: Server) -> None:
    """At half a megabyte a second, three times as long as a body may stand still."""
    size = 1_500_000
    with server.connect(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % size) as one:
        for _ in range(30):
            one.sendall(b"x" * (size // 30))
            time.sleep(0.1)
        assert b"read 1500000 bytes" in one.recv(10_000)


def test_who_takes_an_answer_slowly_holds_no_thread(server: Server) -> None:
    with contextlib.ExitStack() as held:
        for _ in range(16):
            held.enter_context(server.connect(b"GET /?bytes=9000000 HTTP/1.1\r\nHost: x\r\n\r\n"))
        time.sleep(0.3)
        began = time.monotonic()
        assert server.get()[0] == 200
        assert time.monotonic() - began < 1


@pytest.mark.parametrize(
    ("path", "language", "kind", "words"),
    [
        (b"/survey/", b"en", "text/plain", "arrived too slowly"),
        (b"/survey/", b"ko", "text/plain", "너무 느리게"),
        (b"/api/surveys/", b"en", "application/json", "arrived too slowly"),
        (b"/api/surveys/", b"ko", "application/json", "너무 느리게"),
    ],
)
def test_what_the_server_refuses_is_said_as_everywhere(
    server: Server, path: bytes, language: bytes, kind: str, words: str
) -> None:
    with server.connect(POST % (path, language)) as connection:
        head, _, body = trickle(connection)[1].decode().partition("\r\n\r\n")
    assert f"Content-Type: {kind}" in head
    assert "X-Content-Type-Options: nosniff" in head
    text = json.loads(body)["detail"] if kind == "application/json" else body
    assert words in text


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 40_000 + b"\r\n\r\n", b"431"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\n", b"413"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", b"400"),
    ],
)
def test_what_is_too_large_or_broken_is_refused(server: Server, sent: bytes, status: bytes) -> None:
    with server.connect(sent) as connection:
        assert connection.recv(10_000).startswith(b"HTTP/1.") is True
    with server.connect(sent) as connection:
        assert connection.recv(10_000).split(b" ")[1] == status


@pytest.mark.parametrize(
    ("sent", "status", "text"),
    [
        (b"GET /api/movies/ HTTP/1.1\r\n%sX: " + b"a" * 40_000 + b"\r\n\r\n", b"431", "headers"),
        (b"GET /api/movies/ HTTP/1.1\r\n%sNot a header\r\n\r\n", b"400", "read"),
        (b"POST /api/surveys/ HTTP/1.1\r\n%sContent-Length: x\r\n\r\n", b"400", "read"),
        (b"POST /api/surveys/ HTTP/1.1\r\n%sContent-Length: 999999999\r\n\r\n", b"413", "large"),
    ],
)
def test_what_the_server_refuses_of_the_api_is_json_in_the_language_asked_for(
    server: Server, sent: bytes, status: bytes, text: str
) -> None:
    asked = sent.replace(b"%s", b"Host: x\r\nAccept-Language: en\r\n")
    answer = b""
    with server.connect(asked) as connection, contextlib.suppress(ConnectionResetError):
        while block := connection.recv(10_000):
            answer += block
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.split(b" ")[1] == status
    assert text in json.loads(body)["detail"]


def test_a_reload_answers_every_request_with_new_workers(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        before, stop, statuses = server.workers(), threading.Event(), []

        def visit() -> None:
            while not stop.is_set():
                statuses.append(server.get("/?seconds=0.05")[0])

        threads = [threading.Thread(target=visit) for _ in range(4)]
        for thread in threads:
            thread.start()
        long = server.connect(b"GET /?seconds=1.5 HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(0.2)
        server.process.send_signal(signal.SIGHUP)
        wait_until(
            lambda: len(server.workers()) == 2 and not server.workers() & before,
            seconds=20,
            what="new workers alone",
        )
        stop.set()
        for thread in threads:
            thread.join()
        with long:
            answer = long.recv(10_000)
        assert answer.startswith(b"HTTP/1.1 200 OK")
        assert b"Connection: close" in answer
    assert set(statuses) == {200}
    assert len(statuses) > 20


def test_a_stop_waits_for_what_was_sent(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        with server.connect(b"GET /?seconds=1 HTTP/1.1\r\nHost: x\r\n\r\n") as connection:
            time.sleep(0.2)
            server.process.terminate()
            assert connection.recv(10_000).startswith(b"HTTP/1.1 200 OK")
        assert server.process.wait(10) == 0
