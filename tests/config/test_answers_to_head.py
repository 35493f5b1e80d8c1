"""An answer to HEAD has no body: on a connection that stays open it would begin the next answer."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

from tests.config.test_slow_clients import Server, serving

HEAD = b"HEAD /?bytes=40%s HTTP/1.1\r\nHost: x\r\n\r\n"
LAST = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("server")) as found:
        yield found


def everything(server: Server, sent: bytes) -> bytes:
    """All that the server says until it closes the connection."""
    with server.connect(sent) as connection:
        found = b""
        with contextlib.suppress(ConnectionError):
            while more := connection.recv(10_000):
                found += more
        return found


def test_the_next_answer_on_the_connection_is_the_next_answer(server: Server) -> None:
    answers = everything(server, HEAD % b"" + HEAD % b"" + LAST)
    parts = answers.split(b"\r\n\r\n")
    assert [part.partition(b"\r\n")[0] for part in parts[:3]] == [b"HTTP/1.1 200 OK"] * 3
    assert parts[3:] == [b"read 0 bytes"]
    assert b"\r\nContent-Length: 40\r\n" in parts[0] + b"\r\n"


@pytest.mark.parametrize("shape", [b"&as=parts", b"&as=file"])
def test_no_shape_of_answer_has_one(server: Server, shape: bytes) -> None:
    headers, _, body = everything(server, HEAD % shape + LAST).partition(b"\r\n\r\n")
    assert headers.startswith(b"HTTP/1.1 200 OK")
    assert body == b"" or body.startswith(b"HTTP/1.1 200 OK")
