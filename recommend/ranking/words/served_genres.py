"""The genre model of the live run, as each process keeps it."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from common.arrays import Floats, Ints
from common.errors import DataError
from movies.models import Movie
from recommend.models import GenreModel, MemberEvent
from recommend.ranking.words.film_texts import told_films
from recommend.scoring.film_words import words
from recommend.scoring.genre_model import (
    SEPARATOR,
    WEIGHTS_OF_EVENTS,
    FilmTokens,
    GenreCounts,
    GenreEvent,
    digest_of,
    genre_chances,
)

logger = logging.getLogger(__name__)

LIKE = WEIGHTS_OF_EVENTS[MemberEvent.Kind.LIKE]
NO_TOKENS: Ints = np.zeros(0, np.int64)


@dataclass(frozen=True)
class ServedGenres:
    """The genre model of the live run. `films`: as how many likes its genres count (staff)."""

    model: GenreCounts
    tokens: FilmTokens
    films: int

    def chances(
        self, events: Sequence[GenreEvent], asked: Sequence[str], stated: Sequence[str] = ()
    ) -> Floats:
        """ln P(genre | words) (c,). `stated`: genres that they say they like, repeated if twice.

        The base counts as `films` liked films among the genres, but whole among the words: with
        less of it, a genre of which a member likes much would get their films' words alone, and
        none of the words that it is known by. What was asked for or stated once counts less, the
        more they have done since (docs/algorithms.md, "Genre model").
        """
        base = LIKE * self.films
        done = sum(event.weight for event in events)
        return genre_chances(
            self.model,
            [*self._interests(stated, max(base - done, 0.0)), *events],
            asked,
            base_films=base,
            word_films=self.model.films,
            word_weight=base / (base + done),
        )

    def _interests(self, stated: Sequence[str], weight: float) -> list[GenreEvent]:
        """Like films without words. They share the weight, but each has at least the part that the
        genre of most films has in the base, so that this one does not outdo them."""
        known = [genre for genre in stated if genre in self.model.class_places]
        commonest = float(self.model.class_counts.max()) / self.model.films
        each = weight * max(1 / max(len(known), 1), commonest)
        return [GenreEvent((genre,), each, NO_TOKENS, NO_TOKENS) for genre in known]

    def tokens_of(self, films: Collection[int]) -> dict[int, tuple[Ints, Ints]]:
        """Columns and counts of the films' words; 2 queries if the model does not know some yet."""
        known = {movie: self.tokens.of_film(movie) for movie in films}
        found = {movie: tokens for movie, tokens in known.items() if tokens is not None}
        if later := known.keys() - found:
            for film in told_films(Movie.objects.filter(pk__in=later)):
                columns = self.model.columns(words(film.text))
                found[film.movie_id] = np.unique(columns, return_counts=True)
        return found


def stored_genres(number: int, films: int) -> ServedGenres | None:
    """The stored model of this number, whose genres count as many films; None if it cannot be
    read."""
    try:
        model, tokens = _stored(number)
    except (DataError, GenreModel.DoesNotExist) as error:
        logger.error("Genre model %s cannot be used: %s", number, error)
        return None
    return ServedGenres(model, tokens, films)


@lru_cache(maxsize=2)
def _stored(number: int) -> tuple[GenreCounts, FilmTokens]:
    """Cached by each process: a stored model never changes.

    Raises `DataError` if the arrays do not belong together or are not those that were stored,
    `GenreModel.DoesNotExist` if another one has just taken its place.
    """
    row = GenreModel.objects.get(pk=number)
    vocabulary = tuple(row.vocabulary.split(SEPARATOR))
    try:
        model = GenreCounts(
            genres=tuple(row.genres),
            vocabulary=vocabulary,
            class_counts=_floats(row.class_counts),
            token_counts=_floats(row.token_counts).reshape(-1, len(vocabulary)),
            alpha=row.alpha,
        )
        columns = ("film_ids", "film_starts", "film_columns", "film_counts")
        tokens = FilmTokens(*(_whole(getattr(row, name)) for name in columns))
    except ValueError as error:  # bytes that are no such array
        raise DataError(f"its arrays have other shapes ({error})") from error
    if digest_of(model, tokens) != row.digest:
        raise DataError("it is not what was stored; run `manage.py train_genre_model`")
    return model, tokens


def _floats(stored: Any) -> Floats:
    return np.frombuffer(bytes(stored), "<f8").astype(np.float64)


def _whole(stored: Any) -> Ints:
    return np.frombuffer(bytes(stored), "<i4").astype(np.int64)
