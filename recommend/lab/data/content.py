"""The content of films (all but their ratings), and its features as numbers.

Pure: no Django import. What a film lacks (text, language, year) is a block of zeros, so that a film
with nothing but genres can be compared with a film about which everything is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from scipy import sparse
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, TfidfVectorizer
from sklearn.preprocessing import normalize

from common.arrays import Ints
from recommend.scoring.film_words import words

T = TypeVar("T", str, int)

YEARS_A_DECADE = 10
MOST_WORDS = 30_000  # from the texts: those in the most films


@dataclass(frozen=True)
class FilmContent:
    """For n films: `titles` (all of them, one after another), `years` (n,) 0 where unknown,
    `genres`, `languages` ("ko", "" where unknown), `texts` ("" where there is none)."""

    titles: Sequence[str]
    years: Ints
    genres: Sequence[Sequence[str]]
    languages: Sequence[str]
    texts: Sequence[str]

    def __len__(self) -> int:
        return len(self.titles)

    def of_films(self, places: Ints) -> FilmContent:
        """Those of the films at `places`, in this order."""
        chosen = places.tolist()
        return FilmContent(
            [self.titles[place] for place in chosen],
            self.years[places],
            [self.genres[place] for place in chosen],
            [self.languages[place] for place in chosen],
            [self.texts[place] for place in chosen],
        )


def terms(text: str) -> list[str]:
    """The `words` of a title or a plot, without stop words."""
    return [word for word in words(text) if word not in ENGLISH_STOP_WORDS]


@dataclass(frozen=True)
class BlockWeights:
    """How much each kind of content counts: a film's vector consists of blocks, each of length
    1 (or 0, if nothing is known), times these weights (each 0 to 100)."""

    genres: float = 1.0
    decade: float = 0.5
    language: float = 0.5
    title: float = 0.5
    text: float = 1.0


class ContentFeatures:
    """Turns content into vectors, with the words, genres and languages of the films it was made
    from; words, genres and languages of other films are ignored."""

    def __init__(self, content: FilmContent, weights: BlockWeights | None = None) -> None:
        self._weights = weights or BlockWeights()
        self._genres = _places(genre for genres in content.genres for genre in genres)
        self._languages = _places(language for language in content.languages if language)
        self._decades = _places(decade for decade in _decades(content) if decade)
        self._title_words = _words(content.titles)
        self._text_words = _words(content.texts)

    def matrix(self, content: FilmContent) -> sparse.csr_matrix:
        """(n, t) float64. A film's genres count equally; its decade counts 1, those next to it
        1/2; words count by TF-IDF, with 1 + ln(count) in place of the count."""
        weights = self._weights
        genres = [[(genre, 1.0) for genre in one] for one in content.genres]
        decades = [
            [(decade, 1.0), (decade - YEARS_A_DECADE, 0.5), (decade + YEARS_A_DECADE, 0.5)]
            for decade in _decades(content)
        ]
        languages = [[(language, 1.0)] for language in content.languages]
        blocks = [
            weights.genres * _one_hot(genres, self._genres),
            weights.decade * _one_hot(decades, self._decades),
            weights.language * _one_hot(languages, self._languages),
            weights.title * _tfidf(self._title_words, content.titles),
            weights.text * _tfidf(self._text_words, content.texts),
        ]
        return sparse.hstack(blocks, format="csr")


def _places(names: Iterable[T]) -> dict[T, int]:
    return {name: place for place, name in enumerate(sorted(set(names)))}


def _decades(content: FilmContent) -> list[int]:
    """0 where the year is unknown."""
    return [int(year) // YEARS_A_DECADE * YEARS_A_DECADE for year in content.years.tolist()]


def _one_hot(
    named: Sequence[Sequence[tuple[T, float]]], places: Mapping[T, int]
) -> sparse.csr_matrix:
    """Rows of length 1, or 0 where no name is known, with these values at the places of names."""
    matrix = sparse.lil_matrix((len(named), len(places)))
    for row, pairs in enumerate(named):
        for name, value in pairs:
            if name in places:
                matrix[row, places[name]] = value
    return of_length_one(matrix.tocsr())


def _words(texts: Sequence[str]) -> TfidfVectorizer | None:
    """None if the texts have no words at all."""
    if not any(terms(text) for text in texts):
        return None
    return TfidfVectorizer(analyzer=terms, max_features=MOST_WORDS, sublinear_tf=True).fit(texts)


def _tfidf(words: TfidfVectorizer | None, texts: Sequence[str]) -> sparse.csr_matrix:
    if words is None:
        return sparse.csr_matrix((len(texts), 0))
    return words.transform(texts)


def of_length_one(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    """Each row divided by its length; rows of zeros stay as they are."""
    return normalize(matrix) if min(matrix.shape) else matrix
