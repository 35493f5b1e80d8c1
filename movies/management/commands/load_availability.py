"""`manage.py load_availability FILE`"""

from __future__ import annotations

from movies import services
from movies.management.base import MovieFileCommand


class Command(MovieFileCommand):
    help = "Load availability from a CSV: movie_id,platform,available,source,checked_on"
    load = services.load_availability
    what = "availability"
