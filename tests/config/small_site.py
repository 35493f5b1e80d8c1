"""A site of a few lines, to try the server alone: says what it read, or works for some seconds."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

import django
from django.conf import settings

from tests.paths import ROOT

# The server's own texts are translated. Without the apps of the project it starts ten times faster.
settings.configure(
    LANGUAGE_CODE="ko",
    LANGUAGES=[("ko", "Korean"), ("en", "English")],
    LOCALE_PATHS=[ROOT / "common" / "locale"],
)
django.setup()

Start = Callable[[str, list[tuple[str, str]]], Any]


def application(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
    body = environ["wsgi.input"].read()
    query = parse_qs(environ["QUERY_STRING"])
    time.sleep(float(query.get("seconds", ["0"])[0]))
    text = b"x" * int(query["bytes"][0]) if "bytes" in query else b"read %d bytes" % len(body)
    match query.get("as", [""])[0]:
        case "parts":  # of a length that is not known before
            start_response("200 OK", [])
            return iter([text, text])
        case "file":
            start_response("200 OK", [])
            wrapper = environ.get("wsgi.file_wrapper")
            return wrapper(io.BytesIO(text)) if wrapper else [text]
    start_response("200 OK", [("Content-Length", str(len(text)))])
    return [text]
