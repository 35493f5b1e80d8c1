"""Reads what may be learned from people at home, from the database. It writes nothing.

Always from the database in use and never from a replica, which may still have people who have left.
"""

from __future__ import annotations

from common.arrays import Ints
from recommend.lab.data.home import HomeData


def read_home(movie_ids: Ints) -> HomeData:
    """The people of files and the respondents who agreed to learning; `movie_ids`: ascending.

    Of several signals of a respondent about a film counts the first of: pick, not interested, seen,
    shown and not tapped. Picks and posters have the day of the survey, reactions their own.
    """
    raise NotImplementedError
