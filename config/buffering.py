"""A worker of gunicorn that reads requests before it takes a thread, within limits of time.

gunicorn's own threads read from the client, so sixteen clients that send one byte a second occupied
all of them. Here one loop reads from all connections into buffers, and a thread gets a request when
it is whole; answers go out of buffers too. The loop and the parser are those of waitress; gunicorn
keeps the processes: it starts, watches, replaces and reloads them. ADR 0033 has the reasons.

Stopping (SIGTERM, reload):

1. Accept no further connection: another worker, or the successor, takes it.
2. Answer what was sent, also what arrives on open connections in the next `LINGER_SECONDS`; each
   answer says that the connection ends.
3. Close idle connections, and end when none is left or `graceful_timeout` has passed.
"""

from __future__ import annotations

import json
import os
import time
from http.cookies import CookieError, SimpleCookie
from typing import Any

from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext
from gunicorn.workers.base import Worker
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import BaseWSGIServer, create_server
from waitress.task import ErrorTask, WSGITask
from waitress.utilities import Error

from common.web.guards.headers import HEADERS

HEADER_SECONDS = 10  # from the first byte of a request to the end of its headers
BODY_SECONDS = 20  # from there to the end of its body, and one more for each LEAST_RATE bytes
LEAST_RATE = 4096  # bytes a second: 20 MB may take more than an hour on a slow line
IDLE_SECONDS = 30  # without a request, or without taking an answer
LARGEST_HEADER = 32 * 1024  # bytes
LARGEST_BEGINNING = 8 * 1024  # bytes of a request in which its language is looked for
LARGEST_BODY = 256 * 1024 * 1024  # bytes; above 512 kB a body is kept in a temporary file
LINGER_SECONDS = 2
TICK_SECONDS = 1  # how often deadlines are looked at

ERROR_HEADERS = [
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    *HEADERS.items(),
]


class RequestTimeout(Error):  # type: ignore[misc]
    code = 408
    reason = "Request Timeout"


class ErrorAnswer(ErrorTask):  # type: ignore[misc]
    """What the server itself refuses: JSON under `/api/`, elsewhere plain text, as people read."""

    def execute(self) -> None:
        error, (path, headers) = self.request.error, _asked(self.request.beginning)
        with translation.override(_language(headers)):
            text = _text(error.code)
        self.status = f"{error.code} {error.reason}"
        kind = "text/plain; charset=utf-8"
        if path.startswith("/api/"):
            kind, text = "application/json", json.dumps({"detail": text}, ensure_ascii=False)
        body = text.encode()
        self.response_headers = [("Content-Type", kind), *ERROR_HEADERS]
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


def _text(code: int) -> str:
    """What a person reads for a status of the server itself."""
    return {
        408: gettext("Your request arrived too slowly and was stopped. Please try again."),
        413: gettext("Your request is too large."),
        431: gettext("The headers of your request are too large."),
        500: gettext(
            "The fault is on our side, and it has been recorded. Please try again in a few minutes."
        ),
    }.get(code, gettext("Your request could not be read."))


def _asked(beginning: bytes) -> tuple[str, dict[str, str]]:
    """The path and the headers of a request, which may be cut anywhere."""
    first, *lines = beginning.decode("latin-1").lstrip().split("\r\n")
    path = (first.split(" ") + [""])[1]
    pairs = (line.partition(":") for line in lines)
    return path, {name.upper().replace("-", "_"): value.strip() for name, _, value in pairs}


def _language(headers: dict[str, str]) -> str:
    """The language of the cookie or of `Accept-Language`, as for every page."""
    request = HttpRequest()
    request.META["HTTP_ACCEPT_LANGUAGE"] = headers.get("ACCEPT_LANGUAGE", "")
    try:
        cookies = SimpleCookie(headers.get("COOKIE", ""))
    except CookieError:
        cookies = SimpleCookie()
    request.COOKIES = {name: morsel.value for name, morsel in cookies.items()}
    return translation.get_language_from_request(request)


class Answer(WSGITask):  # type: ignore[misc]
    """What the application answers; a server that stops says that the connection ends with it.

    An answer to HEAD has headers only (RFC 9110, 9.3.2). Waitress leaves that to the application,
    and Django to the server; on a connection that stays open, the client, or the proxy of many
    clients, would take a body for the beginning of the next answer.
    """

    def get_environment(self) -> dict[str, Any]:
        found: dict[str, Any] = super().get_environment()
        if self._is_head():
            found.pop("wsgi.file_wrapper", None)  # waitress sends such a file past `write`
        return found

    def build_response_header(self) -> bytes:
        if not self.channel.server.accepting:
            self.request.headers["CONNECTION"] = "close"
        header = bytes(super().build_response_header())
        if self._is_head():
            self.chunked_response = False  # no last chunk either
        return header

    def write(self, data: bytes) -> None:
        super().write(b"" if self._is_head() else data)

    def _is_head(self) -> bool:
        return bool(self.request.command == "HEAD")


class Parser(HTTPRequestParser):  # type: ignore[misc]
    """Keeps how a request began: of one with too large or slow headers nothing else is known."""

    beginning = b""

    def received(self, data: bytes) -> int:
        if not self.headers_finished and len(self.beginning) < LARGEST_BEGINNING:
            self.beginning = (self.beginning + data)[:LARGEST_BEGINNING]
        return int(super().received(data))


class TimedChannel(HTTPChannel):  # type: ignore[misc]
    """A connection: how long the client has been sending its present request."""

    parser_class = Parser
    task_class = Answer
    error_task_class = ErrorAnswer
    request: Any  # the one that is being received
    began = 0.0  # monotonic seconds: when that request began, then when its headers ended
    in_body = False

    def received(self, data: bytes) -> bool:
        before = self.request
        taken = bool(super().received(data))
        if self.request is not None:
            if self.request is not before:
                self.began, self.in_body = time.monotonic(), False
            if self.request.headers_finished and not self.in_body:
                self.began, self.in_body = time.monotonic(), True
        return taken

    def stop_if_slow(self, now: float) -> None:
        """Answer 408 to a request that has used up its time; it counts only while we read."""
        with self.requests_lock:
            request = self.request
            if request is None or not self.readable():
                self.began = now
                return
            if now - self.began <= self._allowed(request):
                return
            request.error, request.completed = RequestTimeout(""), True
            self.request = None
            self.requests.append(request)
            if len(self.requests) == 1:
                self.server.add_task(self)

    def _allowed(self, request: Any) -> float:
        if not self.in_body:
            return HEADER_SECONDS
        return float(BODY_SECONDS + request.body_bytes_received / LEAST_RATE)

    def is_idle(self) -> bool:
        return self.request is None and not self.requests and not self.total_outbufs_len


class BufferingWorker(Worker):  # type: ignore[misc]
    """Serves `worker_connections` connections at most, with `threads` threads."""

    def run(self) -> None:
        self.sockets_by_number: dict[int, Any] = {}
        server = create_server(
            self.wsgi,
            map=self.sockets_by_number,
            sockets=[listener.sock for listener in self.sockets],
            threads=self.cfg.threads,
            backlog=self.cfg.backlog,
            connection_limit=self.cfg.worker_connections,
            channel_timeout=IDLE_SECONDS,
            cleanup_interval=TICK_SECONDS,
            max_request_header_size=LARGEST_HEADER,
            max_request_body_size=LARGEST_BODY,
            asyncore_use_poll=True,
            clear_untrusted_proxy_headers=False,  # the settings decide whom to trust
            log_socket_errors=False,
            ident=None,
        )
        for listener in self._listeners():
            listener.channel_class = TimedChannel
        while self.alive and self.ppid == os.getppid():
            self._turn()
        self._finish()
        server.task_dispatcher.shutdown(timeout=1)

    def _turn(self) -> None:
        """Wait for whatever comes next, at most one tick, and stop what is too slow."""
        self.notify()
        wasyncore.loop(TICK_SECONDS, use_poll=True, map=self.sockets_by_number, count=1)
        now = time.monotonic()
        for channel in self._channels():
            channel.stop_if_slow(now)

    def _finish(self) -> None:
        for listener in self._listeners():
            listener.accepting = False
        now = time.monotonic()
        linger, deadline = now + LINGER_SECONDS, now + self.cfg.graceful_timeout
        while (channels := self._channels()) and time.monotonic() < deadline:
            for channel in channels:
                if time.monotonic() >= linger and channel.is_idle():
                    channel.will_close = True
            self._turn()

    def _listeners(self) -> list[BaseWSGIServer]:
        return [one for one in self.sockets_by_number.values() if isinstance(one, BaseWSGIServer)]

    def _channels(self) -> list[TimedChannel]:
        return [one for one in self.sockets_by_number.values() if isinstance(one, TimedChannel)]
