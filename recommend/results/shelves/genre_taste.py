"""Which genres a member, or a visitor, feels like now: the live genre model and their events.

Nothing is stored: the events are counted in the request, so that a like counts in the very next one
and taking it back leaves no trace.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from common.arrays import Floats, Ints
from common.errors import DataError
from movies.genres import genres_by_name
from movies.models import Movie
from recommend.models import GenreModel, MemberEvent, ModelRun
from recommend.ranking.film_texts import told_films
from recommend.scoring.film_words import film_text, words
from recommend.scoring.genre_model import (
    MOST_EVENTS,
    SEPARATOR,
    WEIGHTS_OF_EVENTS,
    FilmTokens,
    GenreCounts,
    GenreEvent,
    digest_of,
    genre_chances,
)
from survey.models import Member

logger = logging.getLogger(__name__)

NO_TOKENS: Ints = np.zeros(0, np.int64)
LIKE = WEIGHTS_OF_EVENTS[MemberEvent.Kind.LIKE]


@dataclass(frozen=True)
class ServedGenres:
    """The genre model of the live run. `films`: as how many likes its genres count (staff)."""

    model: GenreCounts
    tokens: FilmTokens
    films: int

    def chances(self, events: Sequence[GenreEvent], asked: Sequence[str]) -> Floats:
        """ln P(genre | words) (c,).

        The base counts as `films` liked films among the genres, but whole among the words: with
        less of it, a genre of which a member likes much would get their films' words alone, and
        none of the words that it is known by. What was asked for once counts less, the more they
        have done since (docs/algorithms.md, "Genre model").
        """
        base = LIKE * self.films
        done = sum(event.weight for event in events)
        return genre_chances(
            self.model,
            events,
            asked,
            base_films=base,
            word_films=self.model.films,
            word_weight=base / (base + done),
        )


@dataclass(frozen=True)
class GenreTaste:
    """`genres`: likeliest first, with their probabilities; `likes` and `views`: how many it learned
    from; `words`: those that were asked for."""

    genres: Sequence[tuple[str, float]]
    likes: int = 0
    views: int = 0
    words: Sequence[str] = ()


def served_genres() -> ServedGenres | None:
    """None if no run is live, or its genre model is not there or cannot be read."""
    live = GenreModel.objects.filter(run__state=ModelRun.State.LIVE)
    found = live.values_list("pk", "run__genre_films").first()
    if found is None:
        return None
    number, films = found
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


def taste_of_member(served: ServedGenres, member: Member) -> GenreTaste:
    """From their interests, keywords, likes and, with consent to learning, views; 1 query, 2 more
    for films that the model does not know yet. An interest, and a keyword that names a genre, count
    as a like of a film without words."""
    kinds = [one for one in WEIGHTS_OF_EVENTS if member.learns or one != MemberEvent.Kind.VIEW]
    rows = list(
        MemberEvent.objects.filter(member=member, kind__in=kinds)
        .order_by("-created_at", "-pk")
        .values_list("movie_id", "kind", "movie__genres")[:MOST_EVENTS]
    )
    interests = _interests((one,) for one in member.interests)
    counted = [kind for _movie, kind, _genres in rows]
    return _taste(
        served,
        [*interests, *_events(served, rows)],
        member.keywords,
        likes=counted.count(MemberEvent.Kind.LIKE),
        views=counted.count(MemberEvent.Kind.VIEW),
    )


def taste_of_words(served: ServedGenres, asked: Sequence[str]) -> GenreTaste:
    """Of nobody in particular, who asks for films with these words."""
    return _taste(served, [], asked)


def _taste(
    served: ServedGenres, events: Sequence[GenreEvent], asked: Sequence[str], **counted: int
) -> GenreTaste:
    text = film_text(title="", title_ko="", overview=" ".join(asked), keywords=[])
    named = _interests(_genres_named(asked))
    chances = np.exp(served.chances([*named, *events], words(text)))
    order = np.argsort(-chances, kind="stable").tolist()
    genres = [(served.model.genres[place], float(chances[place])) for place in order]
    return GenreTaste(genres, words=tuple(asked), **counted)


def _interests(genres: Iterable[tuple[str, ...]]) -> list[GenreEvent]:
    return [GenreEvent(one, LIKE, NO_TOKENS, NO_TOKENS) for one in genres]


def _genres_named(asked: Sequence[str]) -> list[tuple[str, ...]]:
    """The genres that phrases, or single words in them, are the names of.

    Such words are in no text that the model learned from (`genre_model.fit.FilmAnalyzer`).
    """
    names = [phrase.strip().casefold() for phrase in asked]
    single = [word for name in names if name not in genres_by_name() for word in name.split()]
    found = [genres_by_name().get(name) for name in [*names, *single]]
    return [genres for genres in found if genres]


def _events(served: ServedGenres, rows: Sequence[tuple[int, str, list[str]]]) -> list[GenreEvent]:
    """By film and kind, so that events that are taken back and repeated give the same numbers."""
    known = {movie: served.tokens.of_film(movie) for movie, _kind, _genres in rows}
    later = [movie for movie, tokens in known.items() if tokens is None]
    if later:
        for film in told_films(Movie.objects.filter(pk__in=later)):
            columns = served.model.columns(words(film.text))
            known[film.movie_id] = np.unique(columns, return_counts=True)
    events = []
    for movie, kind, genres in sorted(rows):
        columns, counts = known[movie] or (NO_TOKENS, NO_TOKENS)
        shared = tuple(dict.fromkeys(genres))
        events.append(GenreEvent(shared, WEIGHTS_OF_EVENTS[kind], columns, counts))
    return events
