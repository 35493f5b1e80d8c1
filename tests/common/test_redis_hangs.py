"""A Redis that accepts connections and never answers keeps nobody waiting."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import redis
from celery import Celery
from django.conf import settings as project_settings
from django.core.cache import caches
from django.test import Client
from kombu.exceptions import OperationalError

from common.backends import broker
from common.backends.broker import FAILURES, Breaker, breaker, enqueue
from recommend.models import LabJob, ModelRun
from survey.models import Draft
from tests.recommend.services.reacting import PICKS


@pytest.fixture
def hanging() -> Iterator[str]:
    """The address of something that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0), backlog=100) as server:
        held: list[socket.socket] = []

        def accept() -> None:
            while True:
                try:
                    held.append(server.accept()[0])
                except OSError:
                    return

        thread = threading.Thread(target=accept)
        thread.start()
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"
        server.shutdown(socket.SHUT_RDWR)
        thread.join()
        for one in held:
            one.close()


@pytest.fixture
def redis_hangs(hanging: str, settings: Any) -> Iterator[str]:
    settings.REDIS_URL = hanging
    settings.CACHES = {
        "default": {"BACKEND": "common.backends.broker.GuardedCache", "LOCATION": hanging}
    }
    yield hanging
    caches["default"]._cache.get_client(write=True).connection_pool.disconnect()


def celery_of(url: str) -> Any:
    """A task of an application that is configured as ours is with this Redis."""
    app = Celery("test", broker=url, set_as_current=False)
    app.conf.broker_transport_options = project_settings.CELERY_BROKER_TRANSPORT_OPTIONS
    app.conf.task_publish_retry = project_settings.CELERY_TASK_PUBLISH_RETRY

    @app.task(name="nothing")
    def nothing() -> None: ...

    return nothing


def seconds_of(call: Any) -> tuple[float, Any]:
    began = time.monotonic()
    answer = call()
    return time.monotonic() - began, answer


def test_pages_that_use_the_cache_answer_within_two_seconds(
    redis_hangs: str, live_model: ModelRun, client: Client, settings: Any
) -> None:
    settings.REQUEST_LIMITS = settings.REQUEST_LIMITS | {"drafts": (300, 3600)}
    client.get("/survey/")
    took, page = seconds_of(lambda: client.post("/survey/", {"liked": PICKS, "token": "t" * 32}))
    assert page.status_code == 302
    assert Draft.objects.count() == 1
    assert took < 2
    for path in ("/statistics/", "/survey/", "/api/movies/"):
        took, page = seconds_of(lambda path=path: client.get(path, follow=True))
        assert page.status_code == 200
        assert took < 2


def test_only_the_first_caller_waits(redis_hangs: str) -> None:
    cache = caches["default"]
    took = []
    for _ in range(20):
        began = time.monotonic()
        with pytest.raises((redis.RedisError, OSError)):
            cache.get("key")
        took.append(time.monotonic() - began)
    assert took[0] < 2
    assert max(took[1:]) < 0.1


def test_a_task_is_refused_soon_and_the_next_at_once(redis_hangs: str) -> None:
    task = celery_of(redis_hangs)

    def refused() -> None:
        with pytest.raises(FAILURES):
            enqueue(task)

    assert seconds_of(refused)[0] < 2
    assert seconds_of(refused)[0] < 0.1


def test_one_breaker_serves_cache_and_tasks(redis_hangs: str) -> None:
    with pytest.raises((redis.RedisError, OSError)):
        caches["default"].get("key")

    def refused() -> None:
        with pytest.raises(redis.ConnectionError, match="a moment ago"):
            enqueue(celery_of(redis_hangs))

    assert seconds_of(refused)[0] < 0.1


def test_a_button_of_the_lab_says_that_nothing_was_started(
    redis_hangs: str, live_model: ModelRun, staff: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recommend.tasks.work_in_lab", celery_of(redis_hangs))
    took, page = seconds_of(
        lambda: staff.post("/admin/recommend/modelrun/retrain/", {"trials": "0"}, follow=True)
    )
    assert took < 2
    assert "Nothing was started, because Redis cannot be reached" in page.content.decode()
    assert not LabJob.objects.waiting().exists()


# --- the breaker ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "error",
    [
        redis.TimeoutError("late"),
        redis.ConnectionError("no"),
        OperationalError("no"),
        OSError("no"),
    ],
)
def test_after_a_failure_nobody_asks_until_the_pause_is_over(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broker, "PAUSE_SECONDS", 0.2)
    one, asked = Breaker(), []

    def ask(outcome: Exception | None) -> None:
        with one.guarded():
            asked.append(outcome)
            if outcome is not None:
                raise outcome

    with pytest.raises(type(error)):
        ask(error)
    with pytest.raises(redis.ConnectionError, match="a moment ago"):
        ask(None)
    assert asked == [error]
    time.sleep(0.25)
    ask(None)
    ask(None)
    assert asked == [error, None, None]


def test_after_the_pause_one_caller_tries_and_the_others_do_not_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one = Breaker()
    monkeypatch.setattr(broker, "PAUSE_SECONDS", 0.1)
    with pytest.raises(OSError, match="no"), one.guarded():
        raise OSError("no")
    time.sleep(0.15)
    monkeypatch.setattr(broker, "PAUSE_SECONDS", 10)
    with one.guarded(), pytest.raises(redis.ConnectionError), one.guarded():
        raise AssertionError("not reached")
    with one.guarded():  # the first one succeeded
        pass


def test_faults_of_the_caller_leave_it_closed() -> None:
    with pytest.raises(ValueError, match="no"), breaker.guarded():
        raise ValueError("no")
    with breaker.guarded():
        pass


def test_workers_wait_for_redis_and_pages_do_not() -> None:
    pages = project_settings.CELERY_BROKER_TRANSPORT_OPTIONS
    assert pages["socket_timeout"] == pages["socket_connect_timeout"] <= 1
    assert pages["max_retries"] == 0
    assert project_settings.WORKER_TRANSPORT_OPTIONS == {"visibility_timeout": 3600}
