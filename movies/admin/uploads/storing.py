"""Stores a long import in a worker, while its page waits.

The upload is kept as `movies.admin.import_export.SessionStorage` keeps it; what the task says takes
the place of the bytes, so nothing is stored twice. Workers find the task here because Django
imports the admin pages of every app.
"""

from __future__ import annotations

from typing import Any

from celery import shared_task
from django.apps import apps
from django.contrib import admin
from django.utils import translation

STORE_SECONDS = 15 * 60


@shared_task(time_limit=STORE_SECONDS + 60, soft_time_limit=STORE_SECONDS)
def store_upload(model: str, waiting: dict[str, Any], user: int, language: str) -> None:
    """Store the upload `waiting` on the page of the model, and leave what is said about it there.

    An upload that is gone, or that was stored already, is left alone.
    """
    page: Any = admin.site.get_model_admin(apps.get_model(model))
    with translation.override(language):
        page.store_waiting(waiting, user)
