"""`manage.py purge_tmdb_data`, for installations without a Celery beat."""

from __future__ import annotations

from typing import Any

from common.commands.base import DataCommand
from movies.fetching.retention import ATTEMPTS_KEPT, KEPT, purge_tmdb_data


class Command(DataCommand):
    help = f"Delete what TMDB said more than {KEPT.days} days ago, as its terms demand."

    def run(self, **options: Any) -> str:
        purged = purge_tmdb_data()
        return (
            f"Deleted {purged.statements:,} statements, the details of {purged.details:,} films "
            f"and {purged.changes:,} changes older than {KEPT.days} days, and {purged.attempts:,} "
            f"attempts older than {ATTEMPTS_KEPT.days}"
            + (f"; {purged.films:,} films left the catalogue" if purged.films else "")
        )
