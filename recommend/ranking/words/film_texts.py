"""What films are about, as one cleaned text each: for the genre model and the content vectors, when
they learn and later."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from movies.models import FilmText, Movie
from recommend.scoring.film_words import film_text

HANGUL = re.compile("[\uac00-\ud7a3]")


@dataclass(frozen=True)
class ToldFilm:
    """`language`: that of the (first) overview in `text`, "" where the film has none.

    `is_told`: whether `text` has an overview or keywords, not titles alone.
    """

    movie_id: int
    genres: list[str]
    text: str
    language: str
    is_told: bool


def told_films(films: QuerySet[Movie], *, both_languages: bool = False) -> Iterator[ToldFilm]:
    """The films in their order: titles, overview, and the keywords of both languages. Two queries.

    The overview is the Korean one if there is one, else the English one, else TMDB's. A film told
    twice would count twice in its genre; `both_languages` is for comparing films by their words,
    where a film that has both shares some with those that have either.
    """
    texts: dict[int, dict[str, FilmText]] = {}
    wanted = FilmText.objects.using(films.db).filter(movie__in=films.order_by().values("pk"))
    for text in wanted.iterator():
        texts.setdefault(text.movie_id, {})[text.language] = text
    rows = films.values_list("movie_id", "genres", "title", "title_ko", "details__overview")
    for movie_id, genres, title, title_ko, fetched in rows.iterator():
        there = texts.get(movie_id, {})
        by_preference = [there[one] for one in FilmText.Language.values if one in there]
        loaded = [(text.overview, text.language) for text in by_preference if text.overview]
        overviews = loaded or ([(fetched, _language_of(fetched))] if fetched else [])
        used = overviews if both_languages else overviews[:1]
        keywords = [keyword for text in by_preference for keyword in text.keywords]
        yield ToldFilm(
            movie_id=movie_id,
            genres=genres,
            text=film_text(
                title=title,
                title_ko=title_ko,
                overview=" ".join(overview for overview, _language in used),
                keywords=keywords,
            ),
            language=overviews[0][1] if overviews else "",
            is_told=bool(overviews or keywords),
        )


def _language_of(overview: str) -> str:
    """TMDB's is fetched in Korean, but a file of details may have any."""
    return FilmText.Language.KOREAN if HANGUL.search(overview) else FilmText.Language.ENGLISH
