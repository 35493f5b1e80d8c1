"""AI picks: eight films of the genres that a member, or the season, feels like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F, QuerySet, Value
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from movies.genres import genre_name
from movies.models import Movie, Platform
from recommend.models import MemberEvent, Reaction, SeasonKeywords
from recommend.ranking.served_genres import served_genres
from recommend.results.shelves.genre_taste import (
    GenreTaste,
    taste_of_member,
    taste_of_words,
)
from recommend.results.shelves.page import Page, carried_by
from recommend.results.shelves.seasons import season_of
from survey.models import Member, Respondent

FILMS = 8
OF_THE_FIRST = 6  # of them of the likeliest genre
AT_ONCE = 2  # genres whose films are read together; nearly always enough


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
    member: Member | None, *, day: date | None = None, among: QuerySet[Movie] | None = None
) -> AIPicks:
    """By the member's interests, keywords, views and likes; for visitors by the season's words.

    `among`: only these films; None: all.
    Without films where no genre model is live, or no platform carries any film.
    """
    if member is None:
        return season_picks(None, day=day, among=among)[1]
    served = served_genres()
    if served is None:
        return AIPicks([])
    taste = taste_of_member(served, member)
    films, genres = _chosen(taste, _offered(member, among))
    if not films:
        return AIPicks([])
    return AIPicks(films, genres, taste.likes, taste.words, _explained(taste, genres))


def season_picks(
    member: Member | None, *, day: date | None = None, among: QuerySet[Movie] | None = None
) -> tuple[SeasonKeywords | None, AIPicks]:
    """The day's season (by default today's), and films by its words alone, whoever asks."""
    season = season_of(day or timezone.localdate())
    served = served_genres()
    if served is None or season is None:
        return season, AIPicks([])
    taste = taste_of_words(served, season.words)
    films, genres = _chosen(taste, _offered(member, among))
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


def _chosen(taste: GenreTaste, offered: QuerySet[Movie]) -> tuple[list[Movie], list[str]]:
    """Six films of the first genre; the second, then the next ones, fill up, and the first again
    at last. Within a genre newest first, then the best known."""
    order = [genre for genre, _chance in taste.genres]
    chosen: dict[int, str] = {}
    candidates: dict[str, list[int]] = {}
    for place, genre in enumerate([*order, *order[:1]]):
        if len(chosen) == FILMS:
            break
        if genre not in candidates:
            candidates |= _newest(offered, order[place : place + AT_ONCE])
        room = (FILMS if place else OF_THE_FIRST) - len(chosen)
        new = [film for film in candidates[genre] if film not in chosen][:room]
        chosen |= dict.fromkeys(new, genre)
    films = Movie.objects.in_bulk(chosen)
    return [films[pk] for pk in chosen if pk in films], list(dict.fromkeys(chosen.values()))


def _newest(offered: QuerySet[Movie], genres: Sequence[str]) -> dict[str, list[int]]:
    """By genre the ids of its newest films, twice as many as are shown: genres share films."""
    newest = offered.order_by(F("year").desc(nulls_last=True), "-rating_count", "movie_id")
    first, *others = [
        newest.filter(genres__contains=[genre])
        .annotate(asked_for=Value(genre))
        .values_list("asked_for", "year", "rating_count", "pk")[: 2 * FILMS]
        for genre in genres
    ]
    found: dict[str, list[tuple[int, int, int]]] = {genre: [] for genre in genres}
    for genre, year, ratings, pk in first.union(*others, all=True):
        found[genre].append((-(year or 0), -ratings, pk))
    # SQL promises no order of a union.
    return {genre: [pk for *_newer, pk in sorted(films)] for genre, films in found.items()}


def _offered(member: Member | None, among: QuerySet[Movie] | None) -> QuerySet[Movie]:
    """Films that a platform carries, without what the member has liked, seen or does not want, here
    or in a result that they keep."""
    carried = carried_by(Platform.objects.offered().values_list("slug", flat=True))
    films = (Movie.objects.all() if among is None else among).filter(carried)
    if member is None:
        return films
    kinds = [kind for kind in MemberEvent.Kind if kind != MemberEvent.Kind.VIEW]
    picks = Respondent.preferred_movies.through.objects.filter(respondent__member=member)
    for known in (
        MemberEvent.objects.filter(member=member, kind__in=kinds),
        Reaction.objects.filter(user__member=member),
        picks,
    ):
        films = films.exclude(pk__in=known.values("movie"))
    return films


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
        self._picks = ai_picks(member, among=self._page.movies(member))
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
        self._season, self._picks = season_picks(member, among=self._page.movies(member))
        return self._picks.films[:limit]
