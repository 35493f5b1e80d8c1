"""The vectors of a fitted ranking, and those of unrated films, as rows for the database. Pure.

A film without ratings gets vectors guessed from its content (`recommenders.content_map`): the
factors, encoder, decoder and bias that a rated film has, and the logarithm of its likely ratings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from common.arrays import Bools, Floats, Ints
from recommend.lab.data.content import FilmContent
from recommend.lab.data.ratings import RatingData
from recommend.lab.data.survey_films import survey_films
from recommend.lab.recommenders.blend import BlendModel
from recommend.lab.recommenders.content_map import FEWEST_FILMS, ContentMap, fit_content_map
from recommend.scoring.weights import FACTORS

Number = TypeVar("Number", np.float32, np.float64)


@dataclass(frozen=True)
class StoredFilms:
    """All that is stored of films (n,) by ascending id; vectors (n, f).

    `log_ratings` (n,): ln(1 + people who have rated it), or who would; `from_content` (n,): guessed
    from what the film is about. `links`: to others, by film (`recommend.scoring.links`).
    """

    movie_ids: Ints
    factors: Floats
    encoders: Floats
    decoders: Floats
    biases: Floats
    log_ratings: Floats
    from_content: Bools
    links: Mapping[int, bytes] = field(default_factory=dict)


def content_map(data: RatingData, blend: BlendModel, *, seed: int) -> ContentMap | None:
    """From content to all that is stored of a film; None if too few rated films teach it."""
    if data.content is None or len(data.movie_ids) < FEWEST_FILMS:
        return None
    ratings = _ratings(data)
    return fit_content_map(data.content, _vectors(blend, ratings), ratings, seed=seed)


def stored_films(
    data: RatingData,
    blend: BlendModel,
    content: ContentMap | None,
    unrated: tuple[Ints, FilmContent],
) -> StoredFilms:
    """The rated films, and with a map the films `unrated` (ids and content)."""
    ids, vectors = data.movie_ids, _vectors(blend, _ratings(data))
    if content is not None and len(unrated[0]):
        ids = np.concatenate([ids, unrated[0]])
        vectors = np.vstack([vectors, content.vectors(unrated[1])])
    order = np.argsort(ids)
    factors, encoders, decoders, rest = _parts(vectors[order])
    from_content = order >= len(data.movie_ids)
    return StoredFilms(
        ids[order], factors, encoders, decoders, rest[:, 0], rest[:, 1], from_content
    )


def _ratings(data: RatingData) -> Ints:
    """(n,) how many people have rated each film."""
    return np.bincount(data.movies, minlength=len(data.movie_ids))


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
        {"run_id": run, "ml_user_id": data.user_ids[kept], "taste": texts(padded(users[kept]))}
    )


def film_frame(run: int, films: StoredFilms) -> pd.DataFrame:
    """Rows for COPY."""
    vectors = np.column_stack(
        [films.factors, films.encoders, films.decoders, films.biases, films.log_ratings]
    )
    frame = vector_frame(films.movie_ids, vectors)
    links = {movie_id: f"\\x{packed.hex()}" for movie_id, packed in films.links.items()}
    return frame.assign(
        run_id=run, from_content=films.from_content, links=frame["movie_id"].map(links)
    )


def survey_frame(run: int, films: StoredFilms, likes: Floats) -> pd.DataFrame:
    """Rows for COPY of the films that the survey may offer, by the people (n,) who like them."""
    chosen = survey_films(likes, films.factors)
    return pd.DataFrame(
        {"run_id": run, "movie_id": films.movie_ids[chosen.columns], "likes": chosen.likes}
    )


def vector_frame(movie_ids: Ints, vectors: Floats) -> pd.DataFrame:
    """Rows for COPY of these films (k,) with all that is stored of them (k, 3 * 64 + 2)."""
    factors, encoders, decoders, rest = _parts(vectors.astype(np.float32))
    return pd.DataFrame(
        {
            "movie_id": movie_ids,
            "factors": texts(factors),
            "encoder": texts(encoders),
            "decoder": texts(decoders),
            "bias": rest[:, 0].astype(np.float64),
            "log_ratings": np.maximum(vectors[:, -1], 0.0),
        }
    )


def _parts(vectors: npt.NDArray[Number]) -> Sequence[npt.NDArray[Number]]:
    """Factors, encoders and decoders (n, 64), and bias and logarithm of ratings (n, 2)."""
    return np.split(vectors, [FACTORS, 2 * FACTORS, 3 * FACTORS], axis=1)


def texts(vectors: npt.NDArray[np.float32]) -> list[str]:
    """As PostgreSQL reads a vector; `repr` keeps every digit of a float32."""
    return ["[" + ",".join(map(repr, row)) + "]" for row in vectors.tolist()]


def padded(vectors: npt.NDArray[Number]) -> npt.NDArray[Number]:
    """(…, f) as (…, 64), filled up with zeros: the columns of the database have one length."""
    missing = FACTORS - vectors.shape[-1]
    return np.pad(vectors, [(0, 0)] * (vectors.ndim - 1) + [(0, missing)])
