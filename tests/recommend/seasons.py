"""The seasons that ship, also after a test with real transactions has emptied all tables."""

from __future__ import annotations

import importlib

from django.apps import apps

from recommend.models import SeasonKeywords

shipped = importlib.import_module("recommend.migrations.0010_seasons")


def ship_seasons() -> None:
    if not SeasonKeywords.objects.exists():
        shipped.add_seasons(apps, None)
