"""The example of a result on the start page: a real answer to three films, by the live run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe
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


def example_section(run: int, day: date, *, is_sample: bool) -> SafeString:
    """The HTML of the example by the live run of this number; "" if it would tell the person to
    buy nothing."""
    key = f"example:{run}:{day}:{is_sample}:{translation.get_language()}"
    kept: str | None = cache.get(key)
    if kept is None:
        try:
            example = _example(day)
        except (NotReadyError, DataError):
            return SafeString()
        context = {"example": example, "is_sample": is_sample}
        kept = render_to_string("survey/_example.html", context) if example else ""
        cache.set(key, kept, KEPT_FOR)
    return mark_safe(kept)  # noqa: S308 - what a template has rendered


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
