"""The Celery application: workers run the tasks if `REDIS_URL` is set, otherwise the caller does.

The schedule is in the database (admin, "Periodic tasks"); a migration of `common` writes it.
"""

from __future__ import annotations

import os
import sys

from celery import Celery
from celery.signals import celeryd_init, worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("ottwin")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@celeryd_init.connect
def require_a_broker(**_: object) -> None:
    from django.conf import settings

    if not settings.REDIS_URL:
        sys.exit(
            "REDIS_URL is not set: without Redis there is no queue for a worker, and the site runs "
            "its tasks itself. Put REDIS_URL=redis://127.0.0.1:6379/0 into .env, or use cron "
            "(docs/operations.md)."
        )


@worker_init.connect
def wait_for_redis(**_: object) -> None:
    """A worker has time: it waits for Redis and tries again; a page does neither."""
    from django.conf import settings

    app.conf.broker_transport_options = settings.WORKER_TRANSPORT_OPTIONS
    app.conf.task_publish_retry = True


@worker_init.connect
def hold_the_database(**_: object) -> None:
    """Open and close a connection in the worker's main process.

    Its children end without running their exit handlers, so an embedded PostgreSQL stops only if
    the main process holds it too (config/embedded_postgres.py).
    """
    from django.db import connection

    connection.ensure_connection()
    connection.close()
