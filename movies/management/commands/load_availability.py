"""`manage.py load_availability FILE`"""

from __future__ import annotations

from movies.management.base import MovieFileCommand
from movies.services import availability


class Command(MovieFileCommand):
    help = "Load availability from a CSV: movie_id,platform,available,source,checked_on"
    load = availability.load_availability
    what = "availability"
