"""The ratings of the data set in use, out of the database."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pandas as pd
from django.db import connection

from common.errors import DataError
from common.selectors import data_set_in_use
from recommend.training.data import RatingData, rating_data


def read_observed_ratings() -> RatingData:
    """From the database; raises `DataError` if no data set is loaded."""
    data_set = data_set_in_use()
    if data_set is None:
        raise DataError("no data set is loaded; run `manage.py load_movielens SOURCE` first")
    ratings = _copied(
        "SELECT ml_user_id, movie_id, rating FROM recommend_rating WHERE run_id IS NULL "
        "ORDER BY ml_user_id, movie_id",
        {"ml_user_id": np.int32, "movie_id": np.int32, "rating": np.float64},
    )
    people = _copied("SELECT ml_user_id, gender, age_band FROM movies_movielensuser", {})
    return rating_data(ratings, people, name=data_set.name, digest=data_set.digest)


def _copied(query: str, types: dict[str, Any]) -> pd.DataFrame:
    buffer = io.BytesIO()
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv, HEADER)") as copy,
    ):
        for block in copy:
            buffer.write(block)
    buffer.seek(0)
    return pd.read_csv(buffer, dtype=types)
