"""The recommended films as cards, and which of them are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from operator import itemgetter

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from common.particles import object_particle
from movies.drawings.marks import Mark
from movies.genres import genre_name
from movies.models import TMDB, Movie, Platform
from movies.models.pictures import Picture
from recommend.models import RatingSource, RecommendedMovie
from recommend.pages.result.choices import PageChoices
from recommend.results.stored import StoredResult
from recommend.results.whereabouts import Whereabouts

LUKEWARM = 3.5  # stars; fewer from the twin are no reason to watch a film
WATCH_PAGE = "https://www.themoviedb.org/movie/%s/watch?locale=KR"


FIRST = 6  # films that are shown at once; the rest are folded away


@dataclass(frozen=True)
class WatchPlace:
    """A platform that has the film: its mark, what is known in words, and where it leads or ""."""

    mark: Mark
    text: str
    address: str


@dataclass(frozen=True)
class FilmCard:
    """A recommended film in words, with where it is as known today.

    Replaces the film in `_poster.html`, because template filters and repeated properties of the
    film are slow. `address` is that of its page. `original` is empty if it is the title shown;
    `carried` are the slugs of the platforms on which it was seen, `places` lead there, `where` says
    what is known without any, and `checked` when it was seen; `details`: where else it may be, and
    when and by whom all this was checked; `thanks` answers a report of it.
    """

    movie: Movie
    number: str
    address: str
    display_title: str
    year: str
    picture: Picture
    original: str
    genres: str
    stars: str
    stars_source: str
    carried: Sequence[str]
    places: Sequence[WatchPlace]
    where: str
    checked: str
    details: str
    watch_page: str
    because: str
    thanks: str

    @property
    def anchor(self) -> str:
        """Its place on the page, to which a report of it leads back."""
        return f"film-{self.number}"


Options = Sequence[tuple[str, str]]  # values and labels of a list to choose from


@dataclass(frozen=True)
class FilmList:
    """All films as cards, those to show (`cards`), and what can be chosen.

    `choices` has only what is in a list to choose from; `unnamed` are platforms for which
    nothing is known today about any film.
    """

    everything: Sequence[FilmCard]
    cards: Sequence[FilmCard]
    choices: PageChoices
    platforms: Options
    genres: Options
    decades: Options
    unnamed: Sequence[Platform]

    @property
    def first(self) -> Sequence[FilmCard]:
        return self.cards[:FIRST]

    @property
    def rest(self) -> Sequence[FilmCard]:
        return self.cards[FIRST:]


class _Words:
    """Names and days that many cards share, put into words once."""

    def __init__(
        self, result: StoredResult, platforms: Sequence[Platform], known: Sequence[Platform]
    ) -> None:
        self.slugs = {platform.slug for platform in platforms}
        self.heard_of = [(one.slug, str(one)) for one in known]
        self.known = {one.slug: (one, one.mark) for one in known}
        self.titles = {movie.pk: movie.display_title for movie in result.liked}
        genres = {genre for film in result.films for genre in film.movie.genres}
        self.genres = {genre: genre_name(genre) for genre in genres}
        self._days: dict[datetime, str] = {}
        self._months: dict[str, str] = {}

    def day(self, moment: datetime) -> str:
        if moment not in self._days:
            self._days[moment] = date_format(timezone.localtime(moment), "DATE_FORMAT")
        return self._days[moment]

    def month(self, month: str) -> str:
        """A month such as 2026-07 in words."""
        if month not in self._months:
            first = date(int(month[:4]), int(month[5:7]), 1)
            self._months[month] = date_format(first, "YEAR_MONTH_FORMAT")
        return self._months[month]


def film_list(
    result: StoredResult,
    whereabouts: Whereabouts,
    platforms: Sequence[Platform],
    thanks: Mapping[str, str],
    choices: PageChoices,
) -> FilmList:
    """The recommended films in order, on these platforms; `thanks` by anchor."""
    slugs = {slug for film in result.films for slug in film.movie.platforms}
    known = [platform for platform in platforms if platform.slug in slugs]
    words = _Words(result, platforms, known)
    cards = [_card(film, words, result, whereabouts, thanks) for film in result.films]
    first_years = {_decade(card.movie) for card in cards} - {None}
    choices = replace(
        choices,
        on=choices.on if choices.on in slugs & words.slugs else "",
        genre=choices.genre if choices.genre in words.genres else "",
        decade=choices.decade if choices.decade in first_years else None,
    )
    return FilmList(
        everything=cards,
        cards=[card for card in cards if _fits(card, choices)],
        choices=choices,
        platforms=[(platform.slug, str(platform)) for platform in sorted(known, key=str)],
        genres=sorted(words.genres.items(), key=itemgetter(1)),
        decades=[
            (str(year), _("%(decade)ss") % {"decade": year})
            for year in sorted(filter(None, first_years), reverse=True)
        ],
        unnamed=[platform for platform in platforms if platform.slug not in slugs],
    )


def _card(
    film: RecommendedMovie,
    words: _Words,
    result: StoredResult,
    whereabouts: Whereabouts,
    thanks: Mapping[str, str],
) -> FilmCard:
    movie, states, title = film.movie, film.movie.platforms, film.movie.display_title
    on = {slug: name for slug, name in words.heard_of if states.get(slug) is True}
    nowhere = _("In no subscription") if words.slugs <= states.keys() else _("Not known yet")
    return FilmCard(
        movie=movie,
        number=str(movie.pk),
        address=reverse("film", args=[movie.pk]),
        display_title=title,
        year=str(movie.year or ""),
        picture=movie.picture,
        original="" if title == movie.title else movie.title,
        genres=", ".join(words.genres[genre] for genre in movie.genres),
        stars="" if film.predicted_rating is None else f"★ {film.predicted_rating:.1f}",
        stars_source=_stars_source(film),
        carried=list(on),
        places=_places(movie, on, words, result, whereabouts),
        where="" if on else nowhere,
        checked=_seen(movie, on, words),
        details=_details(movie, result.checked_by.get(movie.pk, ""), words),
        watch_page=WATCH_PAGE % movie.tmdb_id if movie.tmdb_id and not result.is_sample else "",
        because=_because(film, words),
        thanks=thanks.get(f"film-{movie.pk}", ""),
    )


def _places(
    movie: Movie,
    on: Mapping[str, str],
    words: _Words,
    result: StoredResult,
    whereabouts: Whereabouts,
) -> list[WatchPlace]:
    """The platforms on which it was seen; where that was too long ago, only probably."""
    places = []
    for slug, name in on.items():
        platform, mark = words.known[slug]
        text = name
        if not whereabouts.is_sure(movie.pk, slug):
            text = _("probably %(platform)s") % {"platform": name}
        address = "" if result.is_sample else platform.search_address(movie.display_title)
        places.append(WatchPlace(mark, text, address))
    return places


def _seen(movie: Movie, on: Mapping[str, str], words: _Words) -> str:
    """When it was seen there; by platform if that differs, "" if no statement has a date."""
    months = {slug: movie.platforms_seen[slug] for slug in on if slug in movie.platforms_seen}
    if not months:
        return ""
    if len(set(months.values())) == 1:
        return _("checked %(month)s") % {"month": words.month(next(iter(months.values())))}
    listed = (f"{on[slug]} {words.month(month)}" for slug, month in months.items())
    return _("checked: %(months)s") % {"months": ", ".join(listed)}


def _stars_source(film: RecommendedMovie) -> str:
    """Whose stars they are; if the twin gave few, they are not why the film is recommended."""
    if film.predicted_rating is None:
        return _("no rating yet")
    match film.rating_source:
        case RatingSource.TWIN if film.predicted_rating < LUKEWARM:
            return _("your twin's stars, though it suits your own taste")
        case RatingSource.TWIN:
            return _("your twin's stars")
        case RatingSource.PREDICTED:
            return _("expected stars")
        case _average:
            return _("average stars")


def _details(movie: Movie, source: str, words: _Words) -> str:
    """Where else it may be, when and by whom this was last checked, and whether staff corrected it.

    Platforms for which nothing is known about any film are left out.
    """
    parts = []
    if unknown := [name for slug, name in words.heard_of if slug not in movie.platforms]:
        parts.append(_("Unknown: %(platforms)s.") % {"platforms": ", ".join(unknown)})
    if movie.platforms_checked_at is not None:
        parts.append(_("Checked %(day)s.") % {"day": words.day(movie.platforms_checked_at)})
        if source == TMDB:
            parts.append(_("Source: %(source)s.") % {"source": "TMDB, JustWatch"})
        elif source:
            name = _("a separate list (%(name)s)") % {"name": source}
            parts.append(_("Source: %(source)s.") % {"source": name})
    elif not movie.platforms_staff:
        parts.append(_("Never checked."))
    if movie.platforms_staff:
        parts.append(_("Corrected by our staff."))
    return " ".join(parts)


def _because(film: RecommendedMovie, words: _Words) -> str:
    titles = [words.titles[pick] for pick in film.because if pick in words.titles]
    if titles:
        quoted = ", ".join(_("“%(title)s”") % {"title": title} for title in titles)
        return _("You like %(films)s") % {"films": quoted + object_particle(titles[-1])}
    if words.titles:
        return _("People with a taste like yours loved it")
    return _("Your gender and age group likes it")


def _decade(movie: Movie) -> int | None:
    return None if movie.year is None else movie.year // 10 * 10


def _fits(card: FilmCard, choices: PageChoices) -> bool:
    return (
        (not choices.on or choices.on in card.carried)
        and (not choices.genre or choices.genre in card.movie.genres)
        and (choices.decade is None or _decade(card.movie) == choices.decade)
    )
