"""Finds films as people type, the best matches first. Reads only.

`movies.titles.folding` decides what counts as the same text, and how typos are looked up.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import islice
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from movies.models import Movie, TitleIndex
from movies.titles import folding
from movies.titles.folding import TitleLookup

LONGEST = 100  # characters of a query that are looked at
FEW = 5  # with fewer films than this, typos are considered
MOST_MEANT = 100  # films that `only_matching` takes if no title has the text as typed

# For common keys, known from its statistics, the planner reads the best known films until there are
# enough; for rare ones it reads all that the index has.
BEST_KNOWN = """
    (SELECT %s AS place, rating_count, movie_id FROM movies_titleindex
     WHERE keys @> %s::int[] AND names LIKE ALL (%s::text[])
     ORDER BY rating_count DESC, movie_id LIMIT %s)
"""
PERHAPS_MEANT = """
    SELECT movie_id, names FROM movies_titleindex WHERE keys && %s::int[]
    ORDER BY rating_count DESC, movie_id
"""


def find_films(text: str, limit: int) -> list[Movie]:
    """At most `limit` films by their titles in either language, the best matches first.

    1. Names equal to the text; names that begin with it; words that begin with it; names that
       contain it; names with all of its words, in any order. Within each the best known first.
    2. Without any: words that begin with what the same keys write in the other language.
    3. With few, and no equal name: words that begin with the text but for one typo; without any,
       for a long text, but for two.

    Ties: lower id. Without text, the best known films; text without a letter or digit finds
    nothing. At most five queries, however many films there are.
    """
    if not text.strip():
        return list(Movie.objects.best_known_first()[:limit])
    numbers = _found(text, limit)
    films = Movie.objects.in_bulk(numbers)
    return [films[number] for number in numbers if number in films]


def near_films(text: str, limit: int) -> list[Movie]:
    """At most `limit` films with titles like a text that `find_films` does not find.

    Those that it finds for the longest beginning of the text that has some: a sequel that is not
    loaded leads to the films before it. At most five beginnings are tried.
    """
    typed = text.strip()[:LONGEST]
    lengths = {len(typed) - 1, len(typed) - 2, len(typed) * 2 // 3, len(typed) // 2, 1}
    for length in sorted((one for one in lengths if 0 < one < len(typed)), reverse=True):
        beginning = typed[:length].strip()
        if beginning and (films := find_films(beginning, limit)):
            return films
    return []


def only_matching(films: QuerySet[Movie], text: str) -> QuerySet[Movie]:
    """Those of `films` with the text in a title, in their order.

    If no film at all has it, those that `find_films` finds.
    """
    if not text.strip():
        return films
    if forms := _typed(text):
        lookups = [folding.with_words(["".join(typed)]) for typed in forms]
        lookups += [lookup for typed in forms for lookup in _anywhere(typed)]
        written = TitleIndex.objects.filter(Q(*map(_condition, lookups), _connector=Q.OR))
        if written.exists():
            return films.filter(pk__in=written.values("pk"))
    return films.filter(pk__in=_found(text, MOST_MEANT))


def _typed(text: str) -> list[list[str]]:
    """The folded words of each form of the text; none for a text without letters or digits."""
    return [typed for typed in folding.asked_for(text[:LONGEST]) if typed]


def _found(text: str, limit: int) -> list[int]:
    """Numbers of films, the best match first. Each query runs only if films are still missing.

    Beginnings and texts inside names are two queries: most texts begin the names of many films,
    so the second is seldom needed.
    """
    if not (forms := _typed(text)):
        return []
    written = ["".join(typed) for typed in forms]
    begin = [
        *map(folding.called, written),
        *map(folding.beginning, written),
        *(folding.with_words([letters]) for letters in written),
    ]
    found = _best_known(begin, limit)
    is_a_title = any(place < len(written) for place in found.values())
    if len(found) < limit:
        found |= _best_known([one for typed in forms for one in _anywhere(typed)], limit)
    if not found:
        found = _best_known([folding.with_words([folding.other_keyboard(text[:LONGEST])])], limit)
    numbers = list(found)
    if len(found) < min(FEW, limit) and not is_a_title:
        numbers += _with_typos(written[0], found, limit)
    return numbers[:limit]


def _anywhere(typed: Sequence[str]) -> list[TitleLookup]:
    inside = folding.containing("".join(typed))
    several = [folding.with_words(folding.telling(typed))] if len(typed) > 1 else []
    return [*([inside] if inside else []), *several]


def _best_known(lookups: Sequence[TitleLookup], limit: int) -> dict[int, int]:
    """Films, and the place of the first lookup that each matches: in the order of the lookups, the
    best known of each first.

    Reads at most `limit` films per lookup, which is enough: a film that matches several only comes
    earlier.
    """
    if not lookups:
        return {}
    parameters: list[Any] = []
    for place, lookup in enumerate(lookups):
        parameters += [place, lookup.keys, [f"%{text}%" for text in lookup.texts], limit]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join([BEST_KNOWN] * len(lookups)), parameters)
        rows = sorted((place, -ratings, number) for place, ratings, number in cursor.fetchall())
    places: dict[int, int] = {}
    for place, _ratings, number in rows:
        places.setdefault(number, place)
    return places


def _with_typos(letters: str, known: Collection[int], limit: int) -> list[int]:
    """Films with a word that begins with `letters` but for one typo; if there are none, and none
    are `known`, but for up to `typos_allowed` typos. The best known first.

    The index gives the candidates. They are compared here, as PostgreSQL has no edit distance of
    its own, and only until there are enough.
    """
    with connection.cursor() as cursor:
        cursor.execute(PERHAPS_MEANT, [folding.typo_keys(letters)])
        rows = [row for row in cursor.fetchall() if row[0] not in known]
    most = 1 if known else folding.typos_allowed(letters)
    for typos in range(1, most + 1):
        meant = (number for number, names in rows if folding.is_meant(letters, names, typos))
        if found := list(islice(meant, limit)):
            return found
    return []


def _condition(lookup: TitleLookup) -> Q:
    texts = [Q(names__contains=text) for text in lookup.texts]
    return Q(*texts, keys__contains=lookup.keys)
