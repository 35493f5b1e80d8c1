"""`manage.py load_availability FILE`"""

from __future__ import annotations

from typing import Any

from movies.management.base import MovieFileCommand
from movies.services import availability
from recommend.services.watching import watch_load


class Command(MovieFileCommand):
    help = "Load availability from a CSV: movie_id,platform,available,source,checked_on"
    load = availability.load_availability
    what = "availability"

    def run(self, **options: Any) -> str:
        with watch_load(options["file"].name):
            return super().run(**options)
