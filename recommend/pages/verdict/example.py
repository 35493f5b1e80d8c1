"""The example of a result on the start page: a real answer to three films, by the live run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.cache import cache
from django.utils import translation
from django.utils.translation import gettext as _

from common.errors import DataError, NotReadyError
from movies.models import Movie
from movies.models.pictures import vary_covers
from recommend.pages.verdict.ticket import Ticket, ticket_of
from recommend.pages.wording import won
from recommend.ranking.answers import Answers
from recommend.ranking.poster_screen import films_to_show
from recommend.results.advice import advise
from recommend.results.recommendation import recommend
from recommend.results.whereabouts import whereabouts_of_ids

# Parasite, Decision to Leave, Before Sunrise: well known in Korea, and of three kinds.
WANTED = (496243, 705996, 76)
PICKS, AGE, BUDGET = 3, 35, 15_000
KEPT_FOR = 3600  # seconds; prices and availability of today count after that


@dataclass(frozen=True)
class Example:
    """Three films, and the ticket of a person in their thirties who likes them."""

    films: Sequence[Movie]
    ticket: Ticket


def example_of(run: int, day: date) -> Example | None:
    """By the live run of this number; None if it would tell the person to buy nothing."""
    try:
        key = f"example:{run}:{day}:{translation.get_language()}"
        kept: list[Any] | None = cache.get(key)
        if kept is None:
            kept = [_example(day)]
            cache.set(key, kept, KEPT_FOR)
    except (NotReadyError, DataError):
        return None
    example: Example | None = kept[0]
    return example


def _example(day: date) -> Example | None:
    wanted = {film.tmdb_id: film for film in Movie.objects.filter(tmdb_id__in=WANTED)}
    films = [wanted[number] for number in WANTED if number in wanted]
    if len(films) < PICKS:
        films = films_to_show(liked=[], shown=[], size=PICKS)
    vary_covers(films)
    found = recommend(Answers(age=AGE, liked=[film.pk for film in films]))
    advice = advise(found.outlook, found.platforms, budget=BUDGET, subscribed=(), day=day)
    whereabouts = whereabouts_of_ids([film.movie.movie_id for film in found.films], day)
    eyebrow = _("Within a budget of %(budget)s") % {"budget": won(BUDGET)}
    ticket = ticket_of(advice, whereabouts, day, eyebrow=eyebrow)
    return Example(films, ticket) if ticket else None
