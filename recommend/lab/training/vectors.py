"""The vectors of a fitted ranking, and those of unrated films, as rows for the database. Pure.

A film without ratings gets vectors guessed from its content (`recommenders.content_map`): the
factors, encoder, decoder and bias that a rated film has, and the logarithm of its likely ratings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from common.arrays import Floats, Ints
from recommend.lab.data.content import FilmContent
from recommend.lab.data.ratings import RatingData
from recommend.lab.recommenders.blend import BlendModel
from recommend.lab.recommenders.content_map import FEWEST_FILMS, ContentMap, fit_content_map
from recommend.scoring.weights import FACTORS

Number = TypeVar("Number", np.float32, np.float64)


@dataclass(frozen=True)
class UnratedFilms:
    """`movie_ids` (k,), `vectors` (k, 3 * 64 + 2): factors, encoder, decoder, bias, ln(1 + n)."""

    movie_ids: Ints
    vectors: Floats


def content_map(data: RatingData, blend: BlendModel, *, seed: int) -> ContentMap | None:
    """From content to all that is stored of a film; None if too few rated films teach it."""
    if data.content is None or len(data.movie_ids) < FEWEST_FILMS:
        return None
    ratings = np.bincount(data.movies, minlength=len(data.movie_ids))
    return fit_content_map(data.content, _vectors(blend, ratings), ratings, seed=seed)


def unrated_films(
    found: ContentMap | None, unrated: tuple[Ints, FilmContent]
) -> UnratedFilms | None:
    """Vectors of the films `unrated` (ids and content); None without a map or such films."""
    movie_ids, content = unrated
    if found is None or not len(movie_ids):
        return None
    return UnratedFilms(movie_ids, found.vectors(content))


def _vectors(blend: BlendModel, ratings: Ints) -> Floats:
    """All that is stored of the rated films, side by side."""
    return np.column_stack(
        [
            padded(blend.tastes.movies),
            padded(blend.answers.encoders),
            padded(blend.answers.decoders),
            blend.answers.biases,
            np.log1p(ratings),
        ]
    ).astype(np.float64)


def taste_frame(run: int, data: RatingData, blend: BlendModel) -> pd.DataFrame:
    """Rows for COPY, without zero vectors (of users who like nothing): they have no direction."""
    users = blend.tastes.users
    kept = np.flatnonzero(np.any(users != 0, axis=1))
    return pd.DataFrame(
        {"run_id": run, "ml_user_id": data.user_ids[kept], "taste": _texts(padded(users[kept]))}
    )


def film_frame(
    run: int, data: RatingData, blend: BlendModel, unrated: UnratedFilms | None
) -> pd.DataFrame:
    """Rows for COPY, of all rated films, then of the others."""
    ratings = np.bincount(data.movies, minlength=len(data.movie_ids))
    ids, vectors = data.movie_ids, _vectors(blend, ratings)
    if unrated is not None:
        ids = np.concatenate([ids, unrated.movie_ids])
        vectors = np.vstack([vectors, unrated.vectors])
    frame = vector_frame(ids, vectors)
    return frame.assign(run_id=run, from_content=np.arange(len(ids)) >= len(data.movie_ids))


def vector_frame(movie_ids: Ints, vectors: Floats) -> pd.DataFrame:
    """Rows for COPY of these films (k,) with all that is stored of them (k, 3 * 64 + 2)."""
    exact = vectors.astype(np.float32)
    factors, encoders, decoders, rest = np.split(exact, [FACTORS, 2 * FACTORS, 3 * FACTORS], axis=1)
    return pd.DataFrame(
        {
            "movie_id": movie_ids,
            "factors": _texts(factors),
            "encoder": _texts(encoders),
            "decoder": _texts(decoders),
            "bias": rest[:, 0].astype(np.float64),
            "log_ratings": np.maximum(vectors[:, -1], 0.0),
        }
    )


def _texts(vectors: npt.NDArray[np.float32]) -> list[str]:
    """As PostgreSQL reads a vector; `repr` keeps every digit of a float32."""
    return ["[" + ",".join(map(repr, row)) + "]" for row in vectors.tolist()]


def padded(vectors: npt.NDArray[Number]) -> npt.NDArray[Number]:
    """(…, f) as (…, 64), filled up with zeros: the columns of the database have one length."""
    missing = FACTORS - vectors.shape[-1]
    return np.pad(vectors, [(0, 0)] * (vectors.ndim - 1) + [(0, missing)])
