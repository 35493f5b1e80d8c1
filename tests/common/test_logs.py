"""The log never shows the id of a result, which suffices to read and delete it."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Iterator
from typing import Any, NoReturn

import pytest
from django.test import Client

from common.logs import MaskIds, mask_ids
from recommend.pages.result import views

ID = "0c5e8d3a-7b21-4f6e-9d10-5a4b3c2d1e0f"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the project's handler writes, set up by `config.settings.LOGGING`."""
    [console] = [one for one in logging.getLogger().handlers if one.get_name() == "console"]
    assert isinstance(console, logging.StreamHandler)
    written = io.StringIO()
    before = console.setStream(written)
    yield written
    console.setStream(before)


@pytest.mark.django_db
def test_a_refused_deletion_is_logged_without_the_id(log: io.StringIO) -> None:
    assert Client(enforce_csrf_checks=True).post(f"/results/{ID}/delete/").status_code == 403
    assert "Forbidden (CSRF cookie not set.): /results/[id]/delete/" in log.getvalue()
    assert ID not in log.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "path", "line"),
    [
        ("get", f"/results/{ID}/delete/", "Method Not Allowed (GET): /results/[id]/delete/"),
        ("get", f"/results/{ID}/", "Not Found: /results/[id]/"),
        ("put", f"/api/results/{ID}/", "Method Not Allowed: /api/results/[id]/"),
        ("get", f"/api/results/{ID}/x", "Not Found: /api/results/[id]/x"),
    ],
)
def test_a_request_that_fails_is_logged_without_the_id(
    client: Client, log: io.StringIO, method: str, path: str, line: str
) -> None:
    assert getattr(client, method)(path).status_code in (404, 405)
    assert line in log.getvalue()
    assert ID not in log.getvalue()


@pytest.mark.django_db
def test_an_error_is_logged_with_its_traceback_but_without_the_id(
    log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(user_id: object) -> NoReturn:
        raise RuntimeError(f"nothing of {user_id} can be read")

    monkeypatch.setattr(views, "stored_result", fail)
    response = Client(raise_request_exception=False).get(f"/results/{ID}/")
    assert response.status_code == 500
    text = log.getvalue()
    assert "Internal Server Error: /results/[id]/" in text
    assert "Traceback" in text
    assert "RuntimeError: nothing of [id] can be read" in text
    assert ID not in text


def test_the_development_server_logs_without_the_id_and_once(log: io.StringIO) -> None:
    logging.getLogger("django.server").info('"%s" %s %s', f"GET /results/{ID}/ HTTP/1.1", "200", 1)
    assert '"GET /results/[id]/ HTTP/1.1" 200 1' in log.getvalue()
    for name in ("django", "django.server"):
        assert logging.getLogger(name).handlers == []


@pytest.mark.parametrize("name", ["gunicorn.error", "gunicorn.access"])
def test_gunicorn_logs_without_the_id(name: str) -> None:
    import config.wsgi  # noqa: F401 - what Gunicorn imports

    logger, written = logging.getLogger(name), io.StringIO()
    handler = logging.StreamHandler(written)
    logger.addHandler(handler)
    try:
        # As Gunicorn writes its access log: a format with names, and a dictionary.
        logger.critical('"%(r)s" %(s)s', {"r": f"GET /results/{ID}/ HTTP/1.1", "s": "200"})
    finally:
        logger.removeHandler(handler)
    assert written.getvalue() == '"GET /results/[id]/ HTTP/1.1" 200\n'


# --- the filter itself ---


def masked(message: str, *arguments: Any, **more: Any) -> str:
    record = logging.LogRecord("x", logging.ERROR, "x.py", 1, message, arguments, None)
    vars(record).update(more)
    assert MaskIds().filter(record)
    return logging.Formatter().format(record)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"/results/{ID}/", "/results/[id]/"),
        (f"/results/{ID.upper()}/", "/results/[id]/"),
        (f"/results/{ID}{ID}", "/results/[id][id]"),
        (f"/results/a{ID}b", "/results/a[id]b"),
        (f"/results/{ID.replace('-', '%2D')}/", "/results/[id]/"),
        (f"/results/{ID.replace('-', '')}/", "/results/[id]/"),
        ("a" * 64, "a" * 64),
        ("2026-11-20 12:34:56 film 260", "2026-11-20 12:34:56 film 260"),
    ],
)
def test_every_spelling_of_an_id_is_masked_and_nothing_else(text: str, shown: str) -> None:
    assert mask_ids(text) == shown


def test_ids_among_the_arguments_are_masked() -> None:
    assert masked("%s: %d of %r", ID, 3, [ID]) == "[id]: 3 of ['[id]']"
    assert masked("%(path)s", {"path": ID}) == "[id]"
    assert masked("100 %") == "100 %"


def test_arguments_that_do_not_fit_are_still_logged_and_masked() -> None:
    assert masked("%d films", ID) == "'%d films' ('[id]',)"


def test_tracebacks_and_stacks_are_masked() -> None:
    try:
        raise RuntimeError(ID)
    except RuntimeError:
        text = masked("failed", exc_info=sys.exc_info(), stack_info=f"Stack of {ID}")
    assert "RuntimeError: [id]" in text
    assert "Stack of [id]" in text
    assert ID not in text
