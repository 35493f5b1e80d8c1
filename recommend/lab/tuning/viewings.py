"""The viewings behind the ratings of a watch log, out of the database."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
from django.db import connection

from common.errors import DataError
from common.selectors import data_set_in_use
from recommend.lab.data.ratings import RatingData
from recommend.lab.tuning.objectives import Viewed
from recommend.services.watchlog import weights_in_use
from recommend.watchlog.signal import stars_of

COLUMNS = ["ml_user_id", "movie_id", "ratio", "views", "series_progress"]
QUERY = f"""
COPY (SELECT {", ".join(COLUMNS)} FROM recommend_viewing ORDER BY ml_user_id, movie_id)
TO STDOUT (FORMAT csv)
"""  # noqa: S608


def log_digest() -> str:
    """The digest of the file of the watch log in use, whatever its weights; "" if there is none."""
    current = data_set_in_use()
    return "" if current is None else str(current.counts.get("file", ""))


def read_viewed(data: RatingData) -> Viewed:
    """The viewings, in the order of the ratings of the data set in use.

    Raises `DataError` if that is not a watch log, or was replaced meanwhile.
    """
    weights = weights_in_use()
    if weights is None:
        raise DataError(
            f"{data.name} has no viewings behind its ratings, so there is nothing to weigh: this "
            "needs a watch log (`manage.py load_watchlog FILE`)"
        )
    with connection.cursor() as cursor, cursor.copy(QUERY) as copy:
        text = b"".join(bytes(block) for block in copy)
    table = pd.read_csv(io.BytesIO(text), header=None, names=COLUMNS, dtype=np.float64).to_numpy()
    order = np.lexsort((data.movies, data.users))
    viewed = Viewed(table[:, 2], table[:, 3].astype(np.int64), table[:, 4])
    is_same = (
        len(table) == len(data.ratings)
        and (table[:, 0] == data.user_ids[data.users[order]]).all()
        and (table[:, 1] == data.movie_ids[data.movies[order]]).all()
        and (stars_of(viewed.ratios, viewed.views, viewed.progress, weights)
             == data.ratings[order]).all()
    )  # fmt: skip
    if not is_same:
        raise DataError(f"{data.name} was replaced while it was read; try again")
    back = np.argsort(order)
    return Viewed(viewed.ratios[back], viewed.views[back], viewed.progress[back])
