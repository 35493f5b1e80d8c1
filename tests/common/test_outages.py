"""Without database, model or disk: a clean 503 for people and programs, one line for operators."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import psycopg_pool
import pytest
from django.core.management import CommandError
from django.db import InterfaceError, OperationalError, connection
from django.test import Client

from common.backends.outages import is_away, is_full, outage
from common.errors import BeingReplacedError, NotReadyError
from common.web.unavailable import unavailable
from recommend.models import ModelRun
from tests.operators import data_set_being_replaced, run
from tests.paths import ROOT
from tests.worlds import film_ids

SOMEBODY = uuid.UUID(int=7)
ANSWERS = {"liked": film_ids("Action")[:5]}
SURVEY = ANSWERS | {"consent": True}
JSON = "application/json"
PAGES = [
    "/",
    "/survey/",
    f"/survey/{SOMEBODY}/2/",
    f"/results/{SOMEBODY}/",
    f"/results/{SOMEBODY}/data/",
    "/statistics/",
    "/about/",
    "/no-such-page/",
    "/admin/",
    "/admin/login/",
    "/admin/movies/movie/",
]
API = [
    ("get", "/api/movies/?search=star", None),
    ("get", "/api/platforms/", None),
    ("get", "/api/products/", None),
    ("get", f"/api/results/{SOMEBODY}/", None),
    ("delete", f"/api/results/{SOMEBODY}/", None),
    ("post", "/api/recommendations/", ANSWERS),
    ("post", "/api/surveys/", SURVEY),
]

Fail = Callable[[Exception], None]


@pytest.fixture
def fail(monkeypatch: pytest.MonkeyPatch) -> Iterator[Fail]:
    """Lets every statement from now on raise this error, as Django would."""

    def set_error(error: Exception) -> None:
        def cursor(*_: object, **__: object) -> Any:
            if not isinstance(error, psycopg.Error):
                raise error
            raise OperationalError(str(error)) from error

        monkeypatch.setattr(connection, "cursor", cursor)
        monkeypatch.setattr(connection, "chunked_cursor", cursor)

    yield set_error
    monkeypatch.undo()


@pytest.fixture
def visitor(live_model: ModelRun) -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture
def operator(admin_client: Client, live_model: ModelRun) -> Client:
    admin_client.raise_request_exception = False
    return admin_client


def refused() -> psycopg.Error:
    return psycopg.OperationalError("connection to server at 10.0.0.7 failed: Connection refused")


# --- the database is away ------------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES)
def test_every_page_says_so_and_works_again(path: str, operator: Client, fail: Fail) -> None:
    with pytest.MonkeyPatch.context() as patch:
        before = operator.get(path).status_code
        assert before != 503
        patch.setattr(connection, "cursor", _refuse)
        patch.setattr(connection, "chunked_cursor", _refuse)
        operator.cookies["django_language"] = "en"
        page = operator.get(path)
    if path == "/admin/login/":  # nothing to look up for somebody who is logged in or not yet
        assert page.status_code in (302, 200, 503)
    else:
        assert (page.status_code, page["Retry-After"]) == (503, "30")
        text = page.content.decode()
        assert "cannot reach its data right now" in text
        assert 'lang="en"' in text
        assert "10.0.0.7" not in text
        assert f'<a class="button" href="{path}">Try again</a>' in text
    assert operator.get(path).status_code == before


def _refuse(*_: object, **__: object) -> Any:
    raise OperationalError("refused") from refused()


@pytest.mark.parametrize(("method", "path", "body"), API)
@pytest.mark.parametrize(
    ("language", "words"), [("en", "cannot reach its data"), ("ko", "데이터를 불러올 수 없어요")]
)
def test_the_api_says_so_as_json(
    method: str, path: str, body: Any, language: str, words: str, visitor: Client, fail: Fail
) -> None:
    fail(refused())
    answer = (
        getattr(visitor, method)(
            path, body, content_type=JSON, headers={"accept-language": language}
        )
        if body
        else getattr(visitor, method)(path, headers={"accept-language": language})
    )
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert answer["Content-Type"] == JSON
    assert list(answer.json()) == ["detail"]
    assert words in answer.json()["detail"]


def test_an_unknown_address_of_the_api_is_json_too(visitor: Client, fail: Fail) -> None:
    """It needs no query, so it is told even without a database."""
    fail(refused())
    answer = visitor.get("/api/nothing/")
    assert (answer.status_code, answer["Content-Type"]) == (404, JSON)


@pytest.mark.parametrize("path", ["/admin/movies/platform/add/", "/survey/", "/i18n/setlang/"])
def test_what_is_sent_is_refused_as_cleanly(path: str, operator: Client, fail: Fail) -> None:
    """In admin the middleware asks the database before the view does."""
    fail(refused())
    assert operator.post(path, {"liked": "1", "language": "ko"}).status_code in (302, 503)


@pytest.mark.parametrize(
    "error",
    [
        psycopg.OperationalError("server closed the connection unexpectedly"),
        psycopg.errors.AdminShutdown("terminating connection due to administrator command"),
        psycopg.errors.CannotConnectNow("the database system is starting up"),
        psycopg.errors.TooManyConnections("sorry, too many clients already"),
        psycopg.errors.ReadOnlySqlTransaction("cannot execute INSERT in a read-only transaction"),
        psycopg_pool.PoolTimeout("couldn't get a connection after 5.00 sec"),
        InterfaceError("connection already closed"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_every_way_of_being_away_is_one(error: Exception, visitor: Client, fail: Fail) -> None:
    fail(error)
    assert visitor.get("/").status_code == 503
    assert visitor.post("/api/surveys/", SURVEY, content_type=JSON).status_code == 503


@pytest.mark.parametrize(
    "error",
    [
        psycopg.errors.UndefinedTable("relation does not exist"),
        psycopg.errors.UniqueViolation("duplicate key"),
        ValueError("no"),
        OSError(errno.EACCES, "denied"),
    ],
)
def test_faults_of_ours_are_not_explained_away(error: Exception) -> None:
    assert unavailable(error) is None
    assert not is_away(error)
    assert not is_full(error)


def test_a_fault_of_ours_is_json_under_the_api(
    visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("recommend.api.views.recommendation.recommend", wrong)
    answer = visitor.post(
        "/api/recommendations/", ANSWERS, content_type=JSON, headers={"accept-language": "en"}
    )
    assert (answer.status_code, answer["Content-Type"]) == (500, JSON)
    assert answer.json() == {"detail": "The fault is on our side, and it has been recorded."}


# --- no model, other data, no room ----------------------------------------------------------------


@pytest.mark.parametrize(("method", "path", "body"), [API[5], API[6]])
def test_without_a_model_nobody_reads_commands(
    method: str, path: str, body: Any, world: str, caplog: pytest.LogCaptureFixture
) -> None:
    client = Client()
    answer = client.post(path, body, content_type=JSON, headers={"accept-language": "en"})
    assert (answer.status_code, answer["Retry-After"]) == (503, "300")
    assert "OTTwin is not ready yet." in answer.json()["detail"]
    assert "manage.py" not in answer.content.decode()
    assert "publish_model" in caplog.text  # the operator reads them in the log


@pytest.mark.parametrize("language", ["en", "ko"])
def test_pages_without_a_model_show_no_commands(language: str, world: str, client: Client) -> None:
    client.cookies["django_language"] = language
    start, survey = client.get("/"), client.get("/survey/")
    assert (start.status_code, survey.status_code) == (200, 503)
    assert survey["Retry-After"] == "300"
    for page in (start, survey):
        text = page.content.decode()
        assert "manage.py" not in text
        assert "_model" not in text
    assert ("아직 준비" if language == "ko" else "is not ready yet") in survey.content.decode()


@pytest.mark.django_db(transaction=True)
def test_while_data_are_replaced_the_api_asks_to_wait_a_minute(live_model: ModelRun) -> None:
    with data_set_being_replaced():
        answer = Client().post("/api/surveys/", SURVEY, content_type=JSON)
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")


@pytest.mark.parametrize(
    "error",
    [
        psycopg.errors.DiskFull('could not extend file "base/1/2": No space left on device'),
        OSError(errno.ENOSPC, "No space left on device"),
        OSError(errno.EDQUOT, "Disk quota exceeded"),
    ],
    ids=["PostgreSQL", "disk", "quota"],
)
def test_a_full_disk_is_a_503(error: Exception, visitor: Client, fail: Fail) -> None:
    fail(error)
    answer = visitor.post(
        "/api/surveys/", SURVEY, content_type=JSON, headers={"accept-language": "en"}
    )
    assert (answer.status_code, answer["Retry-After"]) == (503, "120")
    assert answer.json() == {
        "detail": "Nothing can be stored right now. Please try again in a few minutes."
    }


@pytest.mark.parametrize(
    ("error", "seconds", "busy"),
    [
        (BeingReplacedError(), 60, False),
        (NotReadyError("run `manage.py x`"), 300, False),
        (psycopg.errors.DeadlockDetected("deadlock detected"), 10, True),
        (psycopg.errors.LockNotAvailable("lock timeout"), 10, True),
    ],
)
def test_when_to_come_back(error: Exception, seconds: int, busy: bool) -> None:
    why = unavailable(error)
    assert why is not None
    assert (why.seconds, why.busy) == (seconds, busy)
    assert "manage.py" not in why.text


# --- commands end in one line --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (refused(), "the database gave up"),
        (
            psycopg.errors.DiskFull("could not extend file"),
            "the database's disk is full; make room",
        ),
        (OSError(errno.ENOSPC, "No space left on device"), "the disk is full; make room"),
        (InterfaceError("connection already closed"), "the database gave up"),
    ],
)
def test_a_command_that_an_outage_ends_says_so(
    error: Exception, words: str, world: str, fail: Fail
) -> None:
    fail(error)
    with pytest.raises(CommandError, match=words) as caught:
        run("purge_respondents")
    assert "\n" not in str(caught.value)


def test_other_faults_of_a_command_stay_visible() -> None:
    assert outage(ValueError("no")) is None
    assert outage(OSError(errno.EACCES, "denied")) is None


@pytest.mark.parametrize("command", ["migrate", "load_reference_data"])
def test_without_a_database_every_command_ends_in_one_line(command: str, tmp_path: Path) -> None:
    address = {"DATABASE_URL": "postgresql://ottwin:geheim@127.0.0.1:1/ottwin"}
    ended = subprocess.run(
        [sys.executable, "manage.py", command],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"} | address,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert "geheim" not in ended.stderr
    assert "DATABASE_URL: cannot connect to 127.0.0.1:1" in ended.stderr.strip().splitlines()[-1]
