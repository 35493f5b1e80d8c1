"""Which of our films a list means, and how the others enter the catalogue.

Works on the temporary table `listed_film` (tmdb_id, movie_id, is_sure, is_new) in the transaction
that takes the list over. A film that may be one of ours is left to staff, and does not enter.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from movies.models import FIRST_ENTERED_ID, IdSuggestion, Listing, Movie, StagedFilm
from movies.tmdb.answers import FoundMovie
from movies.tmdb.matching import (
    OurFilm,
    Suggestion,
    difference,
    strict_match,
    suggestions,
    titles,
)

DOUBTED = "its TMDB id is on a platform's list, but neither title nor year agree"

# Sure are films that a list or a look-up brought, that staff confirmed, or about whose number TMDB
# has answered without doubt. `rejected` numbers are of other films.
FIND = """
    CREATE TEMPORARY TABLE listed_film ON COMMIT DROP AS
    SELECT f.tmdb_id, m.movie_id,
        m.tmdb_id_source <> '' OR (d.movie_id IS NOT NULL AND m.answered_at IS NOT NULL
            AND s.state IS DISTINCT FROM 'open') AS is_sure, false AS is_new
    FROM movies_stagedfilm f
    JOIN movies_movie m ON m.tmdb_id = f.tmdb_id
    LEFT JOIN movies_moviedetails d ON d.movie_id = m.movie_id
    LEFT JOIN movies_idsuggestion s ON s.movie_id = m.movie_id AND s.tmdb_id = f.tmdb_id
    WHERE f.listing_id = %s AND s.state IS DISTINCT FROM 'rejected'
"""
# Those that wait for staff stay as they are.
NOT_SURE = """
    SELECT movie_id, tmdb_id FROM listed_film l WHERE NOT is_sure AND NOT EXISTS (
        SELECT FROM movies_idsuggestion s
        WHERE s.movie_id = l.movie_id AND s.tmdb_id = l.tmdb_id AND s.state = 'open')
"""
DOUBTFUL = "SELECT count(DISTINCT tmdb_id) FROM listed_film WHERE NOT is_sure"
MAKE_SURE = "UPDATE listed_film SET is_sure = true WHERE movie_id = ANY(%s) AND NOT is_sure"
ADD_DOUBTFUL = """
    INSERT INTO listed_film SELECT *, false, false FROM unnest(%s::int[], %s::int[])
"""
ADOPT = """
    WITH adopted AS (
        UPDATE movies_movie m SET tmdb_id = a.tmdb_id, tmdb_id_source = 'search',
            answered_at = NULL
        FROM unnest(%s::int[], %s::int[]) AS a (tmdb_id, movie_id)
        WHERE a.movie_id = m.movie_id RETURNING m.tmdb_id, m.movie_id
    )
    INSERT INTO listed_film SELECT tmdb_id, movie_id, true, false FROM adopted
"""
# Of entered films TMDB writes everything; but titles and posters that a file gave stay.
ENTER = """
    INSERT INTO movies_movie AS m (movie_id, title, title_ko, year, genres, rating_count, tmdb_id,
        tmdb_id_source, poster_path, platforms_fetched, platforms_staff)
    SELECT %(first)s + f.tmdb_id, f.title, f.title_ko, extract(year FROM f.release_date),
        f.genres, 0, f.tmdb_id, 'listed', f.poster_path, '{}', '{}'
    FROM movies_stagedfilm f
    WHERE f.listing_id = %(listing)s AND NOT EXISTS (
        SELECT FROM listed_film l WHERE l.tmdb_id = f.tmdb_id AND l.movie_id < %(first)s)
    ORDER BY f.tmdb_id
    ON CONFLICT (movie_id) DO UPDATE SET title = EXCLUDED.title, year = EXCLUDED.year,
        genres = EXCLUDED.genres,
        title_ko = CASE WHEN m.title_ko IN ('', coalesce((SELECT d.title_ko
            FROM movies_moviedetails d WHERE d.movie_id = m.movie_id), ''))
            THEN EXCLUDED.title_ko ELSE m.title_ko END,
        poster_path = CASE WHEN m.poster_path IN ('', coalesce((SELECT d.poster_path
            FROM movies_moviedetails d WHERE d.movie_id = m.movie_id), ''))
            THEN EXCLUDED.poster_path ELSE m.poster_path END
    WHERE (m.title, m.year, m.genres, m.title_ko, m.poster_path) IS DISTINCT FROM
        (EXCLUDED.title, EXCLUDED.year, EXCLUDED.genres, EXCLUDED.title_ko, EXCLUDED.poster_path)
"""
NEW = """
    SELECT count(*) FROM movies_stagedfilm f WHERE f.listing_id = %(listing)s
      AND NOT EXISTS (SELECT FROM listed_film l WHERE l.tmdb_id = f.tmdb_id)
"""
ADD_ENTERED = """
    INSERT INTO listed_film
    SELECT f.tmdb_id, m.movie_id, true, true FROM movies_stagedfilm f
    JOIN movies_movie m ON m.movie_id = %(first)s + f.tmdb_id
    WHERE f.listing_id = %(listing)s
      AND NOT EXISTS (SELECT FROM listed_film l WHERE l.movie_id = m.movie_id)
"""
DETAILS = """
    INSERT INTO movies_moviedetails (movie_id, title_ko, original_title, original_language,
        overview, poster_path, release_date, fetched_at)
    SELECT l.movie_id, f.title_ko, f.original_title, f.original_language, f.overview,
        f.poster_path, f.release_date, %(at)s
    FROM movies_stagedfilm f JOIN listed_film l USING (tmdb_id)
    WHERE f.listing_id = %(listing)s AND l.movie_id >= %(first)s
    ORDER BY l.movie_id
    ON CONFLICT (movie_id) DO UPDATE SET title_ko = EXCLUDED.title_ko,
        original_title = EXCLUDED.original_title, original_language = EXCLUDED.original_language,
        overview = EXCLUDED.overview, poster_path = EXCLUDED.poster_path,
        release_date = EXCLUDED.release_date, fetched_at = EXCLUDED.fetched_at
    WHERE movies_moviedetails.fetched_at < EXCLUDED.fetched_at
"""


def find(cursor: Any, listing: Listing) -> int:
    """Fill `listed_film` with our films that are on the list; returns how many staff must judge.

    1. By TMDB id. One that nothing confirms must agree in title or year.
    2. Films of ours without an id, by title and year, strictly, as a look-up does.
    """
    cursor.execute(FIND, [listing.pk])
    cursor.execute(NOT_SURE)
    pairs: list[tuple[int, int]] = cursor.fetchall()
    if pairs:
        _judge(cursor, listing, pairs)
    _adopt(cursor, listing)
    cursor.execute(DOUBTFUL)
    return int(cursor.fetchone()[0])


def enter(cursor: Any, listing: Listing) -> int:
    """Enter the other films and refresh those that entered before; returns how many are new."""
    named = {"listing": listing.pk, "first": FIRST_ENTERED_ID, "at": listing.started_at}
    cursor.execute(NEW, named)
    (new,) = cursor.fetchone()
    for statement in (ENTER, ADD_ENTERED, DETAILS):
        cursor.execute(statement, named)
    return int(new)


def _judge(cursor: Any, listing: Listing, pairs: list[tuple[int, int]]) -> None:
    ours = Movie.objects.in_bulk([movie_id for movie_id, _ in pairs])
    theirs = _listed(listing, {tmdb_id for _, tmdb_id in pairs})
    sure, found = [], []
    for movie_id, tmdb_id in pairs:
        film = theirs[tmdb_id]
        if difference(_our_film(ours[movie_id]), film):
            found.append((movie_id, suggestions([film], DOUBTED)[0]))
        else:
            sure.append(movie_id)
    cursor.execute(MAKE_SURE, [sure])
    _ask_staff(found)


def _adopt(cursor: Any, listing: Listing) -> None:
    """Give our films without a TMDB id those of listed films of the same title and year."""
    nameless = list(Movie.objects.of_data_set().filter(tmdb_id=None).order_by("pk"))
    if not nameless:
        return
    cursor.execute("SELECT tmdb_id FROM listed_film")
    taken = {tmdb_id for (tmdb_id,) in cursor.fetchall()}
    by_title: dict[str, list[FoundMovie]] = defaultdict(list)
    for film in _listed(listing).values():
        if film.id not in taken:
            for name in titles(film.title) | titles(film.original_title):
                by_title[name].append(film)
    rejected = _rejected()
    adopted: dict[int, int] = {}
    found: list[tuple[int, Suggestion]] = []
    for movie in nameless:
        named = {film.id: film for name in titles(movie.title) for film in by_title.get(name, ())}
        allowed = [one for key, one in named.items() if key not in rejected[movie.pk]]
        match, doubts = strict_match(_our_film(movie), allowed)
        if match is not None and match.id not in adopted:
            adopted[match.id] = movie.pk
        elif match is not None:
            doubts = suggestions([match], "two films of ours have this title and year")
        found += [(movie.pk, one) for one in doubts]
    cursor.execute(ADOPT, [list(adopted), list(adopted.values())])
    found = [(movie_id, one) for movie_id, one in found if one.tmdb_id not in adopted]
    if found:
        cursor.execute(ADD_DOUBTFUL, [[one.tmdb_id for _, one in found], [m for m, _ in found]])
    _ask_staff(found)


def _ask_staff(found: list[tuple[int, Suggestion]]) -> None:
    IdSuggestion.objects.bulk_create(
        (
            IdSuggestion(
                movie_id=movie_id,
                tmdb_id=one.tmdb_id,
                title=one.title,
                year=one.year,
                reason=one.reason,
            )
            for movie_id, one in found
        ),
        ignore_conflicts=True,
    )


def _rejected() -> dict[int, set[int]]:
    rejected: dict[int, set[int]] = defaultdict(set)
    decided = IdSuggestion.objects.filter(state=IdSuggestion.State.REJECTED)
    for movie_id, tmdb_id in decided.values_list("movie_id", "tmdb_id"):
        rejected[movie_id].add(tmdb_id)
    return rejected


def _listed(listing: Listing, only: set[int] | None = None) -> dict[int, FoundMovie]:
    rows = StagedFilm.objects.filter(listing=listing)
    if only is not None:
        rows = rows.filter(tmdb_id__in=only)
    columns = rows.values_list("tmdb_id", "title_ko", "title", "release_date")
    return {
        number: _found(number, korean or title, title, day)
        for number, korean, title, day in columns
    }


def _found(number: int, title: str, original: str, day: date | None) -> FoundMovie:
    return FoundMovie(id=number, title=title, original_title=original, release_date=day)


def _our_film(movie: Movie) -> OurFilm:
    return OurFilm(movie.pk, movie.title, movie.year, movie.imdb_id, movie.tmdb_id)
