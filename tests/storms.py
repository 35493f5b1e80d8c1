"""Clients that send each survey until it is acknowledged, while the site is disturbed."""

from __future__ import annotations

import http.client
import json
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import psutil

PAUSE = 0.1  # seconds before the same survey is sent again
PATIENCE = 60.0  # seconds after the storm in which every survey must be acknowledged


@dataclass
class Outcome:
    """What clients saw. `faults` has every answer that is neither 201 nor a clean 503."""

    acknowledged: dict[str, set[str]] = field(default_factory=dict)  # submission -> results
    answers: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)
    slowest: float = 0.0


def kill_a_worker(master: int) -> None:
    """`kill -9` of the oldest worker process of gunicorn."""
    workers = sorted(psutil.Process(master).children(), key=lambda worker: worker.create_time())
    if workers:
        os.kill(workers[0].pid, signal.SIGKILL)


def storm(
    port: int,
    *,
    seconds: float,
    clients: int,
    answers: Mapping[str, Any],
    every: Sequence[tuple[float, Callable[[], None]]],
) -> Outcome:
    """Let the clients send surveys for some seconds; do each of `every` in its rhythm meanwhile."""
    outcome, deadline = Outcome(), time.monotonic() + seconds
    threads = [
        threading.Thread(target=_client, args=[port, number, answers, deadline, outcome])
        for number in range(clients)
    ] + [threading.Thread(target=_repeat, args=[*one, deadline]) for one in every]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcome


def _repeat(rhythm: float, disturb: Callable[[], None], deadline: float) -> None:
    while time.monotonic() + rhythm < deadline:
        time.sleep(rhythm)
        disturb()


def _client(
    port: int, number: int, answers: Mapping[str, Any], deadline: float, outcome: Outcome
) -> None:
    turn = 0
    while time.monotonic() < deadline:
        turn += 1
        name = f"storm-client-{number:03}-survey-{turn:05}"
        body = dict(answers) | {"submission_id": name, "age": 20 + (number + turn) % 50}
        while name not in outcome.acknowledged:
            if time.monotonic() > deadline + PATIENCE:
                outcome.unanswered.append(name)
                return
            if not _sent(port, name, body, outcome):
                time.sleep(PAUSE)
        if turn % 5 == 0:  # an impatient client: the same once more is the same result
            _sent(port, name, body, outcome)


def _sent(port: int, name: str, body: dict[str, Any], outcome: Outcome) -> bool:
    """Send a survey once; whether it was acknowledged."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    began = time.monotonic()
    try:
        headers = {"Content-Type": "application/json", "Accept-Language": "en"}
        connection.request("POST", "/api/surveys/", json.dumps(body), headers)
        answer = connection.getresponse()
        text = answer.read().decode()
    except TimeoutError:
        outcome.faults.append("no answer in 60 seconds")
        return False
    except (ConnectionError, http.client.HTTPException):
        outcome.answers["closed"] += 1
        return False
    finally:
        connection.close()
    outcome.slowest = max(outcome.slowest, time.monotonic() - began)
    outcome.answers[str(answer.status)] += 1
    if answer.status == 201:
        outcome.acknowledged.setdefault(name, set()).add(json.loads(text)["user_id"])
        return True
    clean = answer.status == 503 and answer.headers["Retry-After"]
    if not clean or list(json.loads(text)) != ["detail"]:
        outcome.faults.append(f"{answer.status} {text[:300]}")
    return False
