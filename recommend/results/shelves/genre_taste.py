"""Which genres a member, or a visitor, feels like now: the live genre model and their events.

Nothing is stored: the events are counted in the request, so that a like counts in the very next one
and taking it back leaves no trace.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from movies.genres import FORMATS, OTHER_SPELLINGS, genres_by_name
from movies.selectors.snapshot import Snapshot
from recommend.models import MemberEvent
from recommend.ranking.words.served_genres import NO_TOKENS, ServedGenres
from recommend.results.shelves.known import Known
from recommend.scoring.film_words import film_text, words
from recommend.scoring.genre_model import MOST_EVENTS, WEIGHTS_OF_EVENTS, GenreEvent
from survey.models import Member

# Words with a genre's name in them that do not mean it: from, reaction, bromance, north-west,
# south-west.
LOOK_ALIKES = ("서부터", "리액션", "브로맨스", "북서부", "남서부")
HANGUL = re.compile("[가-힣]")
# Tokens of what every film is: people add them to a genre, and no text is told by them.
FILM = frozenset({"영화", "무비", "film", "films", "movie", "movies"})


@dataclass(frozen=True)
class GenreTaste:
    """`genres`: likeliest first, with their probabilities; `likes` and `views`: how many it learned
    from; `words`: those that were asked for."""

    genres: Sequence[tuple[str, float]]
    likes: int = 0
    views: int = 0
    words: Sequence[str] = ()


def taste_of_member(
    served: ServedGenres, member: Member, known: Known, catalogue: Snapshot
) -> GenreTaste:
    """From their interests, keywords, likes and, with consent to learning, views; no query, 2 for
    films that the model does not know yet. A keyword that names a genre is an interest, and the
    like of a film that they said later is not for them does not count.
    """
    kinds = {one for one in WEIGHTS_OF_EVENTS if member.learns or one != MemberEvent.Kind.VIEW}
    newest = [event for event in known.events if event[1] in kinds][:MOST_EVENTS]
    rows = [
        (movie, kind, catalogue.genres_of(movie))
        for movie, kind in newest
        if kind != MemberEvent.Kind.LIKE or movie not in known.refused
    ]
    counted = [kind for _movie, kind, _genres in rows]
    return _taste(
        served,
        _events(served, rows),
        member.keywords,
        member.interests,
        likes=counted.count(MemberEvent.Kind.LIKE),
        views=counted.count(MemberEvent.Kind.VIEW),
    )


def taste_of_words(served: ServedGenres, asked: Sequence[str]) -> GenreTaste:
    """Of nobody in particular, who asks for films with these words."""
    return _taste(served, [], asked, [])


def _taste(
    served: ServedGenres,
    events: Sequence[GenreEvent],
    asked: Sequence[str],
    interests: Sequence[str],
    **counted: int,
) -> GenreTaste:
    text = film_text(title="", title_ko="", overview=" ".join(asked), keywords=[])
    named, rest = genres_named(text)
    tokens = [token for token in words(rest) if token not in FILM]
    chances = np.exp(served.chances(events, tokens, [*interests, *named]))
    order = np.argsort(-chances, kind="stable").tolist()
    by_chance = [(served.model.genres[place], float(chances[place])) for place in order]
    genres = [one for one in by_chance if one[0] not in FORMATS]  # of runs that learned it
    return GenreTaste(genres, words=tuple(asked), **counted)


def genres_named(text: str) -> tuple[list[str], str]:
    """Each genre that a cleaned text (`film_text`) names, in its order, and the text without them.

    Korean names also within a word (공포영화), others as whole words, also beside Hangul (SF영화);
    with or without their space. They are in no text that the model learned from
    (`genre_model.fit.FilmAnalyzer`).
    """
    pattern, genres = _names()
    found: dict[str, None] = {}

    def taken(match: re.Match[str]) -> str:
        genre = genres.get(match[0].replace(" ", ""))
        if genre is None:  # looks like one
            return match[0]
        found[genre] = None
        return " "

    rest = pattern.sub(taken, text.casefold())
    return list(found), rest


@cache
def _names() -> tuple[re.Pattern[str], Mapping[str, str]]:
    """What finds names and what looks like them; the genre of each name without its spaces."""
    genres, parts = {}, set()
    for name, (genre, *_spellings) in genres_by_name().items():
        if genre in FORMATS:
            continue
        cleaned = film_text(title=name, title_ko="", overview="", keywords=[])
        genres[cleaned.replace(" ", "")] = OTHER_SPELLINGS.get(genre, genre)
        is_korean = HANGUL.search(cleaned)
        part = re.escape(cleaned).replace(r"\ ", " ?")
        parts.add(part if is_korean else rf"(?<![^ 가-힣]){part}(?![^ 가-힣])")
    longest_first = sorted(parts, key=lambda part: (-len(part), part))
    return re.compile("|".join([*LOOK_ALIKES, *longest_first])), genres


def _events(served: ServedGenres, rows: Sequence[tuple[int, str, list[str]]]) -> list[GenreEvent]:
    """By film and kind, so that events that are taken back and repeated give the same numbers."""
    known = served.tokens_of({movie for movie, _kind, _genres in rows})
    events = []
    for movie, kind, genres in sorted(rows):
        columns, counts = known.get(movie, (NO_TOKENS, NO_TOKENS))
        shared = tuple(dict.fromkeys(genres))
        events.append(GenreEvent(shared, WEIGHTS_OF_EVENTS[kind], columns, counts))
    return events
