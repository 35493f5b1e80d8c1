"""Which genres a member, or a visitor, feels like now: the live genre model and their events.

Nothing is stored: the events are counted in the request, so that a like counts in the very next one
and taking it back leaves no trace.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from common.arrays import Ints
from movies.genres import FORMATS, genres_by_name, without_formats
from recommend.models import MemberEvent
from recommend.ranking.served_genres import LIKE, ServedGenres
from recommend.scoring.film_words import film_text, words
from recommend.scoring.genre_model import MOST_EVENTS, WEIGHTS_OF_EVENTS, GenreEvent
from survey.models import Member

NO_TOKENS: Ints = np.zeros(0, np.int64)


@dataclass(frozen=True)
class GenreTaste:
    """`genres`: likeliest first, with their probabilities; `likes` and `views`: how many it learned
    from; `words`: those that were asked for."""

    genres: Sequence[tuple[str, float]]
    likes: int = 0
    views: int = 0
    words: Sequence[str] = ()


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
    by_chance = [(served.model.genres[place], float(chances[place])) for place in order]
    genres = [one for one in by_chance if one[0] not in FORMATS]  # of runs that learned it
    return GenreTaste(genres, words=tuple(asked), **counted)


def _interests(genres: Iterable[tuple[str, ...]]) -> list[GenreEvent]:
    return [GenreEvent(one, LIKE, NO_TOKENS, NO_TOKENS) for one in genres]


def _genres_named(asked: Sequence[str]) -> list[tuple[str, ...]]:
    """The genres that phrases, or single words in them, are the names of.

    Such words are in no text that the model learned from (`genre_model.fit.FilmAnalyzer`).
    """
    names = [phrase.strip().casefold() for phrase in asked]
    single = [word for name in names if name not in genres_by_name() for word in name.split()]
    found = [without_formats(genres_by_name().get(name, ())) for name in [*names, *single]]
    return [genres for genres in found if genres]


def _events(served: ServedGenres, rows: Sequence[tuple[int, str, list[str]]]) -> list[GenreEvent]:
    """By film and kind, so that events that are taken back and repeated give the same numbers."""
    known = served.tokens_of({movie for movie, _kind, _genres in rows})
    events = []
    for movie, kind, genres in sorted(rows):
        columns, counts = known.get(movie, (NO_TOKENS, NO_TOKENS))
        shared = tuple(dict.fromkeys(genres))
        events.append(GenreEvent(shared, WEIGHTS_OF_EVENTS[kind], columns, counts))
    return events
