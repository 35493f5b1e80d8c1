"""The Celery application: workers run the tasks if `REDIS_URL` is set, otherwise the caller does.

The schedule is in the database (admin, "Periodic tasks"); a migration of `common` writes it.
"""

from __future__ import annotations

import os

from celery import Celery
from celery.signals import worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("ottwin")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


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
