"""AI picks: eight films of the genres that a member, or the season, feels like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from common.arrays import Bools, Ints
from movies.genres import genre_name
from movies.models import Movie
from recommend.models import SeasonKeywords
from recommend.results.shelves.genre_taste import (
    GenreTaste,
    taste_of_member,
    taste_of_words,
)
from recommend.results.shelves.page import Page
from recommend.results.shelves.seasons import season_of
from survey.models import Member

FILMS = 8
OF_THE_FIRST = 6  # of them of the likeliest genre


@dataclass(frozen=True)
class AIPicks:
    """`genres`: MovieLens's, likeliest first, of the films chosen; `likes`: how many it learned
    from; `words`: those that were looked for; `explanation`: all that in the reader's language."""

    films: Sequence[Movie]
    genres: Sequence[str] = ()
    likes: int = 0
    words: Sequence[str] = ()
    explanation: str = ""


def ai_picks(
    member: Member | None, *, day: date | None = None, page: Page | None = None
) -> AIPicks:
    """By the member's interests, keywords, views and likes; for visitors by the season's words.

    `page`: that of which the picks are a part; None: they stand alone.
    Without films where no genre model is live, or no platform carries any film.
    """
    page = page or Page()
    if member is None:
        return season_picks(None, day=day, page=page)[1]
    served = page.genre_model
    if served is None:
        return AIPicks([])
    taste = taste_of_member(served, member, page.known_of(member), page.catalogue)
    films, genres = _chosen(taste, member, page)
    if not films:
        return AIPicks([])
    return AIPicks(films, genres, taste.likes, taste.words, _explained(taste, genres))


def may_pick(member: Member, page: Page) -> bool:
    """Whether the page has any film left that the genre model could pick for the member."""
    served = page.genre_model
    if served is None:
        return False
    left = _offered(member, page)
    return any(bool((left & page.catalogue.of_genre(one)).any()) for one in served.model.genres)


def season_picks(
    member: Member | None, *, day: date | None = None, page: Page | None = None
) -> tuple[SeasonKeywords | None, AIPicks]:
    """The day's season (by default today's), and films by its words alone, whoever asks."""
    page = page or Page()
    season = season_of(day or timezone.localdate(), page.in_use.seasons)
    served = page.genre_model
    if served is None or season is None:
        return season, AIPicks([])
    taste = taste_of_words(served, season.words)
    films, genres = _chosen(taste, member, page)
    if not films:
        return season, AIPicks([])
    text = gettext("%(genres)s: what goes with “%(season)s”.")
    text %= {"genres": _in_words(genres), "season": season.name}
    return season, AIPicks(films, genres, 0, taste.words, text)


def _explained(taste: GenreTaste, genres: Sequence[str]) -> str:
    named = {"genres": _in_words(genres)}
    if taste.likes:
        text = ngettext(
            "%(genres)s: learned from %(likes)s like of yours.",
            "%(genres)s: learned from %(likes)s likes of yours.",
            taste.likes,
        )
        return text % (named | {"likes": f"{taste.likes:,}"})
    if taste.views:
        return gettext("%(genres)s: learned from the films that you looked at.") % named
    return gettext("%(genres)s: to begin with. Each like changes them at once.") % named


def _in_words(genres: Sequence[str]) -> str:
    return " · ".join(dict.fromkeys(genre_name(genre) for genre in genres))


def _chosen(taste: GenreTaste, member: Member | None, page: Page) -> tuple[list[Movie], list[str]]:
    """Six films of the first genre; the second, then the next ones, fill up, and the first again
    at last. Within a genre newest first, then the best known."""
    order = [genre for genre, _chance in taste.genres]
    newest = _newest_offered(member, page)
    chosen: dict[int, str] = {}
    for place, genre in enumerate([*order, *order[:1]]):
        if len(chosen) == FILMS:
            break
        room = (FILMS if place else OF_THE_FIRST) - len(chosen)
        of_genre = newest[page.catalogue.of_genre(genre)[newest]][: 2 * FILMS]
        ids = page.catalogue.movie_ids[of_genre].tolist()  # genres share films
        chosen |= dict.fromkeys([film for film in ids if film not in chosen][:room], genre)
    return page.catalogue.films(list(chosen)), list(dict.fromkeys(chosen.values()))


def _offered(member: Member | None, page: Page) -> Bools:
    """(n,) films that a platform carries, without what the member has liked, seen or does not want,
    here or in a result that they keep."""
    offered = page.catalogue.carried_by(page.offered) & page.may_show(member)
    return offered & ~page.catalogue.among(page.known_of(member).liked_before)


def _newest_offered(member: Member | None, page: Page) -> Ints:
    """The places of these films, newest first, then the best known."""
    catalogue = page.catalogue
    places = np.flatnonzero(_offered(member, page))
    order = np.lexsort((places, -catalogue.ratings[places], -catalogue.years[places]))
    newest: Ints = places[order]
    return newest


class AIPicksShelf:
    """The AI picks as a shelf; visitors have no likes, and see the season instead."""

    name = "ai"
    for_visitors = False

    def __init__(self, page: Page) -> None:
        self._page, self._picks = page, AIPicks([])

    @property
    def title(self) -> str:
        return gettext("AI picks")

    @property
    def why(self) -> str:
        return self._picks.explanation

    def films(self, member: Member | None, limit: int) -> Sequence[Movie]:
        self._picks = ai_picks(member, page=self._page)
        return self._picks.films[:limit]


class SeasonShelf:
    """Films that go with the time of the year, by the genre model alone."""

    name = "season"
    for_visitors = True

    def __init__(self, page: Page) -> None:
        self._page = page
        self._season: SeasonKeywords | None = None
        self._picks = AIPicks([])

    @property
    def title(self) -> str:
        return self._season.name if self._season else gettext("This season")

    @property
    def why(self) -> str:
        return self._picks.explanation

    def films(self, member: Member | None, limit: int) -> Sequence[Movie]:
        self._season, self._picks = season_picks(member, page=self._page)
        return self._picks.films[:limit]
