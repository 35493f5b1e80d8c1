"""Celery with Redis, a worker and beat: the command of `make worker` on a free port."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from survey.models import RETENTION, Respondent
from tests.paths import ROOT
from tests.programs import needed_program
from tests.sites import own_redis


@pytest.fixture
def redis_url(tmp_path: Path) -> Iterator[str]:
    with own_redis(needed_program("redis-server"), tmp_path) as redis:
        yield redis.url


@pytest.mark.django_db(transaction=True)
def test_a_worker_takes_tasks_through_redis(redis_url: str, tmp_path: Path) -> None:
    passed = timezone.now() - timedelta(seconds=1)
    Respondent.objects.create(
        submission="old", consented_at=passed - RETENTION, retain_until=passed
    )
    name = connection.settings_dict["NAME"]
    (tmp_path / "worker_settings.py").write_text(
        f"from tests.settings import *\nDATABASES['default']['NAME'] = {name!r}\n"
    )
    environment = os.environ | {
        "REDIS_URL": redis_url,
        "DJANGO_SETTINGS_MODULE": "worker_settings",
        "PYTHONPATH": f"{tmp_path}:{ROOT}",
    }
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "--beat", "--concurrency",
               "1", "--loglevel", "INFO"]  # fmt: skip
    log = tmp_path / "worker.log"
    with log.open("wb") as file:
        worker = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=file, stderr=subprocess.STDOUT
        )
    try:
        code = (
            "import django; django.setup()\n"
            "from survey.tasks import purge_expired_respondents\n"
            "purge_expired_respondents.delay()"
        )
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=True)
        deadline = time.monotonic() + 90
        while Respondent.objects.exists():
            assert worker.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.2)
        assert "beat: Starting" in log.read_text()
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.wait(30)
