"""The Celery application: real workers when `REDIS_URL` is set, tasks in the process when not."""

from __future__ import annotations

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("ottwin")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "purge-expired-respondents": {
        "task": "survey.tasks.purge_expired_respondents",
        "schedule": crontab(hour="4", minute="10"),
    },
}
