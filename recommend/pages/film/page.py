"""What the page of a film shows, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from movies.genres import genre_name
from movies.models import STAFF, FilmText, Movie, Platform
from movies.models.availability import FROM_TMDB
from recommend.pages.result.films import WATCH_PAGE
from recommend.pages.wording import ProductPrice, product_price
from recommend.results.films.facts import FilmFacts, PlaceOfFilm

LONGEST_DESCRIPTION = 150  # characters, in previews and results of searches


@dataclass(frozen=True)
class OtherTitle:
    language: str
    title: str


@dataclass(frozen=True)
class PlaceLine:
    """A platform of which it is known whether it has the film; `address` leads to it, or is ""."""

    platform: Platform
    answer: str
    is_there: bool
    checked: str
    address: str


@dataclass(frozen=True)
class FilmStory:
    """What the film is about; `language` is that of the text, "" if the reader's."""

    language: str
    text: str
    source: str


@dataclass(frozen=True)
class CheapestWay:
    """The cheapest product that includes the film; `excluded` and `condition` as staff wrote them,
    in Korean."""

    line: ProductPrice
    has_ads: bool
    excluded: str
    condition: str


@dataclass(frozen=True)
class FilmPage:
    """`unknown` names the platforms of which nobody knows whether they have it."""

    movie: Movie
    number: str
    title: str
    year: str
    other_titles: Sequence[OtherTitle]
    genres: str
    stars: str
    stars_source: str
    places: Sequence[PlaceLine]
    unknown: str
    cheapest: CheapestWay | None
    rented_at: str
    watch_page: str
    story: FilmStory | None
    series: Sequence[Movie]
    similar: Sequence[Movie]
    description: str


def film_page(facts: FilmFacts) -> FilmPage:
    movie = facts.movie
    story = _story(facts)
    lines = [_line(place, facts) for place in facts.places if place.state is not None]
    unknown = [str(place.platform) for place in facts.places if place.state is None]
    has_page = movie.tmdb_id and not facts.is_sample
    return FilmPage(
        movie=movie,
        number=str(movie.pk),
        title=movie.display_title,
        year=str(movie.year or ""),
        other_titles=_other_titles(facts),
        genres=", ".join(genre_name(genre) for genre in movie.genres),
        stars="" if movie.rating_avg is None else f"★ {movie.rating_avg:.1f}",
        stars_source=_stars_source(movie),
        places=lines,
        unknown=", ".join(unknown),
        cheapest=_cheapest(facts),
        rented_at=", ".join(facts.rented_at),
        watch_page=WATCH_PAGE % movie.tmdb_id if has_page else "",
        story=story,
        series=facts.series,
        similar=facts.similar,
        description=_description(movie, story, [one for one in lines if one.is_there]),
    )


def _other_titles(facts: FilmFacts) -> list[OtherTitle]:
    """The Korean and the original title, as far as they are not the one shown; each once."""
    movie, details = facts.movie, facts.details
    named: Mapping[str, str] = {movie.title_ko: "ko", movie.title: "en"}
    if details is not None:
        named = {details.original_title: details.original_language, **named}
    shown = movie.display_title
    return [
        OtherTitle(language, title) for title, language in named.items() if title not in ("", shown)
    ]


def _line(place: PlaceOfFilm, facts: FilmFacts) -> PlaceLine:
    if not place.state:
        answer = pgettext("a platform has the film", "no")
    elif place.is_sure:
        answer = pgettext("a platform has the film", "yes")
    else:
        answer = _("probably")
    address = ""
    if place.state and not facts.is_sample:
        address = place.platform.search_address(facts.movie.display_title)
    return PlaceLine(place.platform, answer, bool(place.state), _checked(place), address)


def _checked(place: PlaceOfFilm) -> str:
    """When and by whom; "" if no statement is stored."""
    if place.checked_on is None:
        return ""
    day = date_format(place.checked_on, "DATE_FORMAT")
    if place.source == STAFF:
        return _("Checked %(day)s by our staff.") % {"day": day}
    source = "TMDB, JustWatch" if place.source in FROM_TMDB else place.source
    return _("Checked %(day)s. Source: %(source)s.") % {"day": day, "source": source}


def _stars_source(movie: Movie) -> str:
    if movie.rating_avg is None:
        return _("no rating yet")
    return _("average of %(count)s ratings at MovieLens") % {"count": f"{movie.rating_count:,}"}


def _story(facts: FilmFacts) -> FilmStory | None:
    """In the reader's language if there is such a text, else in the other."""
    is_korean = (get_language() or "").startswith("ko")
    wanted = FilmText.Language.KOREAN if is_korean else FilmText.Language.ENGLISH
    text = facts.text_in(wanted.value)
    if text is None:
        return None
    source = "TMDB" if text.source in FROM_TMDB else text.source
    language = "" if text.language == wanted.value else text.language
    return FilmStory(language, text.overview, source)


def _cheapest(facts: FilmFacts) -> CheapestWay | None:
    product = facts.cheapest
    if product is None:
        return None
    line = product_price(product, timezone.localdate())
    return CheapestWay(line, product.has_ads, product.excluded_content, product.condition)


def _description(movie: Movie, story: FilmStory | None, there: Sequence[PlaceLine]) -> str:
    """One or two sentences for previews."""
    where = _("Where to watch %(film)s in Korea.") % {"film": movie}
    if there:
        names = ", ".join(str(one.platform) for one in there)
        where = _("%(film)s is on %(platforms)s.") % {"film": movie, "platforms": names}
    text = f"{where} {story.text}" if story else where
    return Truncator(text).chars(LONGEST_DESCRIPTION)
