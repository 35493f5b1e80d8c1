"""Access to databases: importing this sets up Django, so import it before any model."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import django
from django.db import connection
from django.test import Client

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("REQUEST_LIMITS", "off")
django.setup()


@contextmanager
def scratch_database(name: str, *, keep: bool = False) -> Iterator[None]:
    """Send all queries to a migrated database of this name, beside the one in use.

    With `keep` it stays for the next call, in the state in which this call leaves it.
    """
    own = str(connection.settings_dict["NAME"])
    connection.settings_dict["TEST"] = {**connection.settings_dict["TEST"], "NAME": name}
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False, keepdb=keep)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(own, verbosity=0, keepdb=keep)


def recommended(client: Client, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON that `POST /api/recommendations/` returns for these answers."""
    response = client.post("/api/recommendations/", answers, content_type="application/json")
    if response.status_code != 200:
        raise SystemExit(f"the API answered {response.status_code}: {response.content[:300]!r}")
    found: dict[str, Any] = response.json()
    return found
