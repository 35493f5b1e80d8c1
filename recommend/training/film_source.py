"""What is known of the films besides ratings, out of the database that training reads."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from movies.models import Movie
from recommend.training.content import FilmContent
from recommend.training.source import database

FIELDS = (
    "movie_id", "title", "title_ko", "year", "genres",
    "details__original_language", "details__overview",
)  # fmt: skip


def read_content(movie_ids: npt.NDArray[np.int64]) -> FilmContent:
    """Of these films, in this order; of a film that is not in the database nothing is known.

    Language and plot are TMDB's, as long as its terms let us keep them.
    """
    rows = Movie.objects.using(database()).values_list(*FIELDS)
    known = {row[0]: row[1:] for row in rows.iterator()}
    nothing: tuple[Any, ...] = ("", "", None, [], None, None)
    films = [known.get(movie, nothing) for movie in movie_ids.tolist()]
    return FilmContent(
        titles=[" ".join(part for part in (film[0], film[1]) if part) for film in films],
        years=np.array([film[2] or 0 for film in films], dtype=np.int64),
        genres=[list(film[3]) for film in films],
        languages=[film[4] or "" for film in films],
        texts=[film[5] or "" for film in films],
    )
