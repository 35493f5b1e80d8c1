"""The recommended films as cards, and the choice of those that are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from movies.genres import genre_name
from movies.models import TMDB, Movie, Platform
from recommend.models import RatingSource, RecommendedMovie
from recommend.pages.result.choices import Choices
from recommend.results.stored import StoredResult

LUKEWARM = 3.5  # stars; what a twin gives below is no reason to watch a film
WATCH_PAGE = "https://www.themoviedb.org/movie/%s/watch?locale=KR"


@dataclass(frozen=True)
class FilmCard:
    """A recommended film in words, ready to print; where it is, as known today.

    It stands for the film in `_poster.html`: template filters and properties of the film, asked
    again and again, would take most of the page's time. `original` is empty where it is the title
    shown; `carried` are the slugs of the platforms that are known to have it, `where` says it;
    `details` are where it may be too, and when and by whom all this was checked; `thanks` answers
    a report of it.
    """

    movie: Movie
    number: str
    display_title: str
    year: str
    poster_url: str
    cover_colour: str
    original: str
    genres: str
    stars: str
    stars_source: str
    carried: Sequence[str]
    where: str
    details: str
    watch_page: str
    because: str
    thanks: str

    @property
    def anchor(self) -> str:
        """Its place on the page, to which a report of it comes back."""
        return f"film-{self.number}"


@dataclass(frozen=True)
class Option:
    """One entry of a list to choose from."""

    value: str
    label: str


@dataclass(frozen=True)
class Selection:
    """The films to show, and what can be chosen; `choices` without what is none of that."""

    cards: Sequence[FilmCard]
    choices: Choices
    platforms: Sequence[Option]
    genres: Sequence[Option]
    decades: Sequence[Option]


class _Words:
    """Texts that many cards share, translated once."""

    def __init__(self, result: StoredResult, platforms: Sequence[Platform]) -> None:
        self.slugs = {platform.slug for platform in platforms}
        self.heard_of = [(one.slug, str(one)) for one in heard_of(result, platforms)]
        self.titles = {movie.pk: movie.display_title for movie in result.liked}
        self.stars = {
            RatingSource.TWIN.value: _("your twin's stars"),
            RatingSource.PREDICTED.value: _("expected stars"),
            RatingSource.AVERAGE.value: _("average stars"),
        }
        self.lukewarm_twin = _("your twin's stars, though it suits your own taste")
        self.no_stars = _("no rating yet")
        genres = {genre for film in result.films for genre in film.movie.genres}
        self.genres = {genre: genre_name(genre) for genre in genres}
        self.unknown = _("Unknown: %(platforms)s.")
        self.nowhere_known = _("Not known yet")
        self.nowhere = _("In no subscription")
        self.picks = _("You like %(films)s")
        self.people = self._without_picks(result)
        self.checked = _("Checked %(day)s.")
        self.source = _("Source: %(source)s.")
        self.list = _("a separate list (%(name)s)")
        self.never = _("Never checked.")
        self.corrected = _("Corrected by our staff.")
        self._days: dict[datetime, str] = {}

    def _without_picks(self, result: StoredResult) -> str:
        """What a film is there for if not for a pick."""
        if not result.liked:
            return _("Your gender and age group likes it")
        return _("People with a taste like yours loved it")

    def day(self, moment: datetime) -> str:
        if moment not in self._days:
            self._days[moment] = date_format(timezone.localtime(moment), "DATE_FORMAT")
        return self._days[moment]


def heard_of(result: StoredResult, platforms: Sequence[Platform]) -> list[Platform]:
    """Those of the platforms of which something is known today for any of the films."""
    known = {slug for film in result.films for slug in film.movie.platforms}
    return [platform for platform in platforms if platform.slug in known]


def film_cards(
    result: StoredResult, platforms: Sequence[Platform], thanks: Mapping[str, str]
) -> list[FilmCard]:
    """The recommended films in order, on these platforms; `thanks` by anchor."""
    words = _Words(result, platforms)
    cards = [_card(film, words, result) for film in result.films]
    return [
        replace(card, thanks=thanks[card.anchor]) if card.anchor in thanks else card
        for card in cards
    ]


def _card(film: RecommendedMovie, words: _Words, result: StoredResult) -> FilmCard:
    movie, states, title = film.movie, film.movie.platforms, film.movie.display_title
    on = {slug: name for slug, name in words.heard_of if states.get(slug) is True}
    nowhere = words.nowhere if words.slugs <= states.keys() else words.nowhere_known
    return FilmCard(
        movie=movie,
        number=str(movie.pk),
        display_title=title,
        year=str(movie.year or ""),
        poster_url=movie.poster_url,
        cover_colour=movie.cover_colour,
        original="" if title == movie.title else movie.title,
        genres=", ".join(words.genres[genre] for genre in movie.genres),
        stars="" if film.predicted_rating is None else f"★ {film.predicted_rating:.1f}",
        stars_source=_stars_source(film, words),
        carried=list(on),
        where=", ".join(on.values()) or nowhere,
        details=_details(movie, result.checked_by.get(movie.pk, ""), words),
        watch_page=WATCH_PAGE % movie.tmdb_id if movie.tmdb_id and not result.is_sample else "",
        because=_because(film, words),
        thanks="",
    )


def _stars_source(film: RecommendedMovie, words: _Words) -> str:
    """Whose the stars are. The twin's few ones are not what the film is recommended for."""
    if film.predicted_rating is None:
        return words.no_stars
    if film.rating_source == RatingSource.TWIN and film.predicted_rating < LUKEWARM:
        return words.lukewarm_twin
    return words.stars.get(film.rating_source, "")


def _details(movie: Movie, source: str, words: _Words) -> str:
    """Where it may be too, when somebody last looked and who, and whether our staff knew better.

    Platforms of which nothing is known of any film are left out.
    """
    parts = []
    if unknown := [name for slug, name in words.heard_of if slug not in movie.platforms]:
        parts.append(words.unknown % {"platforms": ", ".join(unknown)})
    if movie.platforms_checked_at is not None:
        parts.append(words.checked % {"day": words.day(movie.platforms_checked_at)})
        if source:
            name = "TMDB, JustWatch" if source == TMDB else words.list % {"name": source}
            parts.append(words.source % {"source": name})
    elif not movie.platforms_staff:
        parts.append(words.never)
    if movie.platforms_staff:
        parts.append(words.corrected)
    return " ".join(parts)


def _because(film: RecommendedMovie, words: _Words) -> str:
    titles = [words.titles[pick] for pick in film.because if pick in words.titles]
    if not titles:
        return words.people
    quoted = (_("“%(title)s”") % {"title": title} for title in titles)
    return words.picks % {"films": ", ".join(quoted)}


def selection(
    cards: Sequence[FilmCard], platforms: Sequence[Platform], choices: Choices
) -> Selection:
    """The cards that fit the choices. What is in no list to choose from is ignored."""
    on = [Option(platform.slug, str(platform)) for platform in platforms]
    names = {genre: genre_name(genre) for card in cards for genre in card.movie.genres}
    genres = sorted((Option(*item) for item in names.items()), key=lambda option: option.label)
    first_years = {_decade(card.movie) for card in cards} - {None}
    decades = [
        Option(str(year), _("%(decade)ss") % {"decade": year})
        for year in sorted(filter(None, first_years), reverse=True)
    ]
    choices = replace(
        choices,
        on=choices.on if choices.on in {option.value for option in on} else "",
        genre=choices.genre if choices.genre in names else "",
        decade=choices.decade if choices.decade in first_years else None,
    )
    shown = [card for card in cards if _fits(card, choices)]
    return Selection(shown, choices, on, genres, decades)


def _decade(movie: Movie) -> int | None:
    return None if movie.year is None else movie.year // 10 * 10


def _fits(card: FilmCard, choices: Choices) -> bool:
    return (
        (not choices.on or choices.on in card.carried)
        and (not choices.genre or choices.genre in card.movie.genres)
        and (choices.decade is None or _decade(card.movie) == choices.decade)
    )
