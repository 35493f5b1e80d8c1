"""WSGI entry point for gunicorn."""

from __future__ import annotations

import logging
import os

from django.core.wsgi import get_wsgi_application

from common.logs import MaskIds

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

# Gunicorn's loggers have their own handlers, so the filter of our handler does not see them.
for name in ("gunicorn.error", "gunicorn.access"):
    logging.getLogger(name).addFilter(MaskIds())

application = get_wsgi_application()
