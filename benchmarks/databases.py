"""Databases of a measurement's own, beside the one in use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def scratch_database(name: str, *, keep: bool = False) -> Iterator[None]:
    """All queries go to a migrated database of this name.

    With `keep` it is left for the next call, and found as an earlier call left it.
    """
    own = str(connection.settings_dict["NAME"])
    connection.settings_dict["TEST"] = {**connection.settings_dict["TEST"], "NAME": name}
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False, keepdb=keep)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(own, verbosity=0, keepdb=keep)
