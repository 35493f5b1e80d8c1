"""What films are about, as one cleaned text each: for the genre model, when it learns and later."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from movies.models import FilmText, Movie
from recommend.scoring.film_words import film_text


@dataclass(frozen=True)
class ToldFilm:
    """`language`: that of the overview in `text`, "" where the film has none."""

    movie_id: int
    genres: list[str]
    text: str
    language: str


def told_films(films: QuerySet[Movie]) -> Iterator[ToldFilm]:
    """The films in their order: titles, overview (Korean if there is one, else English), and the
    keywords of both languages. Two queries."""
    texts: dict[int, dict[str, FilmText]] = {}
    wanted = FilmText.objects.using(films.db).filter(movie__in=films.order_by().values("pk"))
    for text in wanted.iterator():
        texts.setdefault(text.movie_id, {})[text.language] = text
    for row in films.values_list("movie_id", "genres", "title", "title_ko").iterator():
        movie_id, genres, title, title_ko = row
        there = texts.get(movie_id, {})
        by_preference = [there[one] for one in FilmText.Language.values if one in there]
        shown = next((text for text in by_preference if text.overview), None)
        yield ToldFilm(
            movie_id=movie_id,
            genres=genres,
            text=film_text(
                title=title,
                title_ko=title_ko,
                overview=shown.overview if shown else "",
                keywords=[keyword for text in by_preference for keyword in text.keywords],
            ),
            language=shown.language if shown else "",
        )
