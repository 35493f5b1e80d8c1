"""Which genres somebody feels like: a naive Bayes model of words by genre, and what they did since.

    s = n / N;  P(c) ∝ s N_c + Σ_e w_e [c];  P(t | c) ∝ s (N_tc + α) + Σ_e w_e count_e(t) [c]

over classes c (genres), tokens t and the events e of one person; N_c is the number of films of a
genre, N their sum, N_tc how often the genre's films have a token, w_e the weight of an event, and
[c] the share of genre c in its film: 1 / (number of its genres). With n = N and w = 1 that is what
scikit-learn's `MultinomialNB.partial_fit` with those films gives. Nothing is stored for a person,
so that taking an event back is exact. Pure: NumPy alone, no Django and no scikit-learn.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from common.arrays import Floats, Ints
from common.errors import DataError

ALPHA = 0.3
WEIGHTS_OF_EVENTS: Mapping[str, float] = {"view": 1.0, "like": 3.0}
MOST_EVENTS = 500  # of a person, the newest: all that is learned from
SEPARATOR = "\n"  # between tokens, none of which has a space


@dataclass(frozen=True)
class GenreCounts:
    """What was counted in films with texts.

    `class_counts` (c,): films of each genre, a film of n genres 1/n of each; `token_counts` (c, t):
    how often the films of a genre have a token, likewise; both float64, finite and >= 0.
    """

    genres: tuple[str, ...]
    vocabulary: tuple[str, ...]
    class_counts: Floats
    token_counts: Floats
    alpha: float = ALPHA

    def __post_init__(self) -> None:
        """Raises `DataError` if shapes or values do not belong together."""
        shape = (len(self.genres), len(self.vocabulary))
        if self.class_counts.shape != shape[:1] or self.token_counts.shape != shape:
            raise DataError(
                f"a genre model of {shape[0]} genres and {shape[1]} words has counts of the shapes "
                f"{self.class_counts.shape} and {self.token_counts.shape}"
            )
        for counts in (self.class_counts, self.token_counts):
            if not np.isfinite(counts).all() or (counts < 0).any():
                raise DataError("a genre model has counts that are negative or no numbers")
        if not self.alpha > 0 or not self.class_counts.sum() > 0:
            raise DataError("a genre model has learned from no film, or its alpha is not above 0")

    @cached_property
    def places(self) -> Mapping[str, int]:
        """The column of each token."""
        return {token: place for place, token in enumerate(self.vocabulary)}

    @cached_property
    def class_places(self) -> Mapping[str, int]:
        return {genre: place for place, genre in enumerate(self.genres)}

    @cached_property
    def lengths(self) -> Floats:
        """(c,): all tokens of a genre's films, smoothed: Σ_t (N_tc + α)."""
        totals: Floats = self.token_counts.sum(axis=1) + self.alpha * len(self.vocabulary)
        return totals

    @cached_property
    def films(self) -> float:
        """N."""
        return float(self.class_counts.sum())

    def columns(self, tokens: Sequence[str]) -> Ints:
        """The columns of the known ones, repeated as they are; unknown tokens are left out."""
        found = [self.places[token] for token in tokens if token in self.places]
        return np.array(found, dtype=np.int64)


@dataclass(frozen=True)
class FilmTokens:
    """The known tokens of f films, as rows of a sparse matrix (CSR).

    `film_ids` (f,) ascending; film i has the tokens `columns[starts[i]:starts[i + 1]]`, each once,
    as often as `counts` says.
    """

    film_ids: Ints
    starts: Ints
    columns: Ints
    counts: Ints

    def __post_init__(self) -> None:
        """Raises `DataError` if the arrays do not belong together."""
        films, entries = len(self.film_ids), len(self.columns)
        if (
            len(self.starts) != films + 1
            or len(self.counts) != entries
            or self.starts[0] != 0
            or self.starts[-1] != entries
            or (np.diff(self.starts) < 0).any()
            or (np.diff(self.film_ids) <= 0).any()
        ):
            raise DataError("the words of films of a genre model do not belong together")

    def of_film(self, film_id: int) -> tuple[Ints, Ints] | None:
        """Columns and counts; None for a film that is not here."""
        place = int(np.searchsorted(self.film_ids, film_id))
        if place == len(self.film_ids) or self.film_ids[place] != film_id:
            return None
        part = slice(int(self.starts[place]), int(self.starts[place + 1]))
        return self.columns[part], self.counts[part]

    @cached_property
    def rows(self) -> Ints:
        """The film, by its place, of each entry."""
        return np.repeat(np.arange(len(self.film_ids)), np.diff(self.starts))

    @cached_property
    def rarities(self) -> Floats:
        """ln(f / f_t) of each token by column, f_t: the films that have it, at least one."""
        films = np.bincount(self.columns)
        return np.asarray(np.log(len(self.film_ids) / np.maximum(films, 1)))

    @cached_property
    def weights(self) -> Floats:
        """TF-IDF of each entry, so that the squares of a film add up to 1, or are all 0."""
        found = self.counts * self.rarities[self.columns]
        lengths = np.sqrt(np.bincount(self.rows, found**2, len(self.film_ids)))
        return np.asarray(found / np.where(lengths > 0, lengths, 1.0)[self.rows])

    @cached_property
    def by_token(self) -> tuple[Ints, Ints]:
        """The places of the entries, by column, and where each column begins among them."""
        begins = np.concatenate([[0], np.cumsum(np.bincount(self.columns))])
        return np.argsort(self.columns, kind="stable"), begins

    def alike(self, columns: Ints, counts: Ints) -> Floats:
        """(f,) cosines of TF-IDF (count times ln(f / f_t)) of a text and the films; 0 to 1.

        `columns`: each once. Tokens that no film has are left out; without any other all are 0.
        """
        known = columns < len(self.rarities)
        columns, counts = columns[known], counts[known]
        asked = counts * self.rarities[columns]
        length = float(np.sqrt((asked**2).sum()))
        if not length > 0:
            return np.zeros(len(self.film_ids))
        order, begins = self.by_token
        entries = np.concatenate([order[begins[one] : begins[one + 1]] for one in columns.tolist()])
        shared = np.repeat(asked / length, begins[columns + 1] - begins[columns])
        shared = shared * self.weights[entries]
        return np.asarray(np.bincount(self.rows[entries], shared, len(self.film_ids)))


@dataclass(frozen=True)
class GenreEvent:
    """Something a person did with a film, or an interest of theirs, which has no words.

    `columns` and `counts`: the tokens of the film that the model knows, each once.
    """

    genres: tuple[str, ...]
    weight: float
    columns: Ints
    counts: Ints


def event_shares(model: GenreCounts, events: Sequence[GenreEvent]) -> Floats:
    """(e, c): w_e [c]. Genres that the model does not know are left out; the others share the
    whole weight. An event with no known genre is a row of zeros."""
    shares = np.zeros((len(events), len(model.genres)))
    for row, event in enumerate(events):
        known = [model.class_places[one] for one in event.genres if one in model.class_places]
        for place in known:
            shares[row, place] += event.weight / len(known)
    return shares


def genre_chances(
    model: GenreCounts,
    events: Sequence[GenreEvent],
    tokens: Sequence[str] = (),
    *,
    base_films: float,
    word_films: float | None = None,
    word_weight: float = 1.0,
) -> Floats:
    """ln P(genre | tokens) (c,) for somebody with these events; the probabilities sum up to 1.

    `base_films`: n above, > 0; `word_films`: n in P(t | c), by default the same. Tokens count as
    often as they are given, times `word_weight`; unknown ones, or none at all, leave P(c). The
    events are added in the order given: the same events in the same order give the same numbers to
    the last digit.
    """
    word_films = base_films if word_films is None else word_films
    if not min(base_films, word_films) > 0:
        raise ValueError("the base has to count for more than 0 films")
    scale = base_films / model.films
    shares = event_shares(model, events)
    with np.errstate(divide="ignore"):  # a genre of no film and no event: -inf
        logs = np.log(scale * model.class_counts + shares.sum(axis=0))
    asked, times = np.unique(model.columns(tokens), return_counts=True)
    if len(asked):
        told = _log_words(model, events, shares, asked, word_films / model.films) @ times
        logs = logs + word_weight * told
    top = logs.max()
    return np.asarray(logs - (top + np.log(np.exp(logs - top).sum())))


def _log_words(
    model: GenreCounts, events: Sequence[GenreEvent], shares: Floats, asked: Ints, scale: float
) -> Floats:
    """ln P(t | c) (c, k) of the k tokens asked for."""
    own = np.zeros((len(events), len(asked)))
    lengths: Floats = np.zeros(len(events))
    if events:
        rows = np.repeat(np.arange(len(events)), [len(event.columns) for event in events])
        columns = np.concatenate([event.columns for event in events])
        numbers = np.concatenate([event.counts for event in events])
        lengths = np.bincount(rows, numbers, len(events)).astype(np.float64)
        places = np.minimum(np.searchsorted(asked, columns), len(asked) - 1)
        found = asked[places] == columns
        own[rows[found], places[found]] = numbers[found]
    counts = scale * (model.token_counts[:, asked] + model.alpha) + shares.T @ own
    totals = scale * model.lengths + shares.T @ lengths
    return np.asarray(np.log(counts) - np.log(totals)[:, None])


def digest_of(model: GenreCounts, films: FilmTokens) -> str:
    """SHA-256 of everything in both, as hexadecimal digits."""
    found = hashlib.sha256(repr((model.genres, model.alpha)).encode())
    found.update(SEPARATOR.join(model.vocabulary).encode())
    for array in (model.class_counts, model.token_counts):
        found.update(np.ascontiguousarray(array, dtype="<f8").tobytes())
    for whole in (films.film_ids, films.starts, films.columns, films.counts):
        found.update(np.ascontiguousarray(whole, dtype="<i8").tobytes())
    return found.hexdigest()
