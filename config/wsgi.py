"""WSGI entry point for gunicorn and `runserver`: the process that serves requests.

Its database connections have limits; those of commands and workers have none.
"""

from __future__ import annotations

import logging
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from common.backends.patience import patience_for
from common.logs import MaskIds
from common.web.readable import mark_other_charsets
from config.database import request_options
from config.postgres.base import begin_connections_with

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

# Gunicorn's loggers have their own handlers, so the filter of our handler does not see them.
for name in ("gunicorn.error", "gunicorn.access"):
    logging.getLogger(name).addFilter(MaskIds())

application = mark_other_charsets(get_wsgi_application())
get_resolver().url_patterns  # noqa: B018 - imports all views now, not while the first person waits
begin_connections_with(
    request_options(
        lock_seconds=settings.LOCK_SECONDS, statement_seconds=settings.STATEMENT_SECONDS
    ),
    patience=patience_for(settings.STATEMENT_SECONDS),
)
