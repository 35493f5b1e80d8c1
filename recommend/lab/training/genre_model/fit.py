"""Fits the genre model with scikit-learn, which only training imports. No database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.naive_bayes import MultinomialNB

from common.errors import DataError
from recommend.scoring.film_words import words
from recommend.scoring.genre_model import ALPHA, FilmTokens, GenreCounts

MOST_TOKENS = 30_000  # those that occur most often


@dataclass(frozen=True)
class FilmToLearn:
    """`text` is cleaned (`film_words.film_text`); "" where nothing is known of the film.

    `language`: that of its overview ("ko", "en"), "" where it has none.
    """

    movie_id: int
    genres: tuple[str, ...]
    text: str
    language: str = ""


@dataclass(frozen=True)
class FittedGenres:
    """The model, and the tokens of all films that have any."""

    model: GenreCounts
    films: FilmTokens


@dataclass(frozen=True)
class FilmAnalyzer:
    """Cuts a text into tokens: its words without those that the names of genres consist of.

    So a text cannot name the answer, and a genre's name that a person types is no word but an
    interest (`recommend.results.shelves.genre_taste`).
    """

    genre_words: frozenset[str]

    def __call__(self, text: str) -> list[str]:
        return [word for word in words(text) if word not in self.genre_words]


def fit_genres(
    films: Sequence[FilmToLearn], known: Sequence[FilmToLearn], analyzer: FilmAnalyzer
) -> FittedGenres:
    """Learn from `films`; the tokens are those of the films `known`, by ascending id.

    A film counts 1/n for each of its n genres. Raises `DataError` if no film has a genre and a
    token.
    """
    learned = [film for film in films if film.genres]
    vectorizer = CountVectorizer(analyzer=analyzer, max_features=MOST_TOKENS)
    try:
        counts = vectorizer.fit_transform([film.text for film in learned])
    except ValueError as error:  # scikit-learn: an empty vocabulary
        raise DataError(
            "no film has both a genre and words; load films with `manage.py load_movielens "
            "SOURCE`, and texts with `manage.py load_film_texts FILE`"
        ) from error
    rows = np.repeat(np.arange(len(learned)), [len(film.genres) for film in learned])
    labels = [genre for film in learned for genre in film.genres]
    shares = [1 / len(film.genres) for film in learned for _ in film.genres]
    bayes = MultinomialNB(alpha=ALPHA).fit(counts[rows], labels, sample_weight=shares)
    model = GenreCounts(
        genres=tuple(map(str, bayes.classes_)),
        vocabulary=tuple(map(str, vectorizer.get_feature_names_out())),
        class_counts=np.asarray(bayes.class_count_, np.float64),
        token_counts=np.asarray(bayes.feature_count_, np.float64),
    )
    return FittedGenres(model, _tokens(known, vectorizer))


def _tokens(known: Sequence[FilmToLearn], vectorizer: CountVectorizer) -> FilmTokens:
    ordered = sorted(known, key=lambda film: film.movie_id)
    found = sparse.csr_matrix(vectorizer.transform([film.text for film in ordered]))
    found.sort_indices()
    return FilmTokens(
        film_ids=np.array([film.movie_id for film in ordered], np.int64),
        starts=found.indptr.astype(np.int64),
        columns=found.indices.astype(np.int64),
        counts=found.data.astype(np.int64),
    )
