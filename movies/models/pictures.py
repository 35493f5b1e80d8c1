"""The picture of a film on a page: its poster, and the cover that is drawn for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from movies.drawings.covers import CoverFilm, style_of, variants

if TYPE_CHECKING:
    from movies.models.catalogue import Movie

KOREAN, OTHER, BARE = "ko", "en", "bare"  # the last part: a cover without words


@dataclass(frozen=True)
class Picture:
    """Addresses of pictures; `poster` is "" if there is none. `style` names the cover's colours."""

    style: str
    poster: str
    cover: str
    bare: str

    @property
    def address(self) -> str:
        return self.poster or self.cover


def cover_language() -> str:
    return KOREAN if (translation.get_language() or "").startswith("ko") else OTHER


def drawn_film(movie: Movie, language: str) -> CoverFilm:
    """What the cover shows of the film, in Korean or not."""
    title = movie.title_ko if language == KOREAN and movie.title_ko else movie.title
    return CoverFilm(movie.pk, title, movie.year, tuple(movie.genres))


def picture_of(movie: Movie) -> Picture:
    """The film's picture in the reader's language. A poster is 185 pixels wide."""
    language = cover_language()
    has_poster = bool(movie.poster_path and settings.TMDB_IMAGE_URL)
    poster = f"{settings.TMDB_IMAGE_URL}/w185{movie.poster_path}" if has_poster else ""
    drawn = drawn_film(movie, language), drawn_film(movie, OTHER)
    return _picture(*drawn, language, movie.cover_variant, poster)


@lru_cache(maxsize=20_000)
def _picture(
    film: CoverFilm, other: CoverFilm, language: str, variant: int | None, poster: str
) -> Picture:
    """Kept by each process, because a page may show a hundred pictures."""
    cover, bare = cover_address(film, language, variant), cover_address(other, BARE, variant)
    return Picture(film.style, poster, cover, bare)


def cover_address(film: CoverFilm, kind: str, variant: int | None) -> str:
    """Changes whenever the cover does, so that browsers may keep what they got."""
    number = variants([film])[0] if variant is None else variant
    name = f"{film.movie_id}-{number}-{film.digest()}"
    return reverse("film-cover", kwargs={"kind": kind, "name": name})


def varied(movies: Iterable[Movie]) -> list[Movie]:
    """The same films in an order in which no two of one genre follow each other, where possible."""
    waiting = list(movies)
    found: list[Movie] = []
    while waiting:
        last = style_of(found[-1].genres) if found else ""
        other = (one for one in waiting if style_of(one.genres) != last)
        found.append(next(other, waiting[0]))
        waiting.remove(found[-1])
    return found


def vary_covers(movies: Iterable[Movie]) -> None:
    """Let the drawn covers of films in a row differ, where two of one genre follow each other."""
    films = list(movies)
    drawn = [drawn_film(movie, OTHER) for movie in films]
    for movie, variant in zip(films, variants(drawn), strict=True):
        movie.cover_variant = variant
