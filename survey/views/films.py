"""Step 1: films that the person likes, and the short way from there to the result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse

from common.errors import DataError
from common.web import throttling
from movies.models import Movie
from movies.titles.search import find_films
from recommend.ranking.poster_screen import films_to_show, picks_gain
from survey import limits, own_answers, steps
from survey.forms import (
    AboutYouForm,
    ConsentForm,
    FilmsForm,
    FormProblem,
    LastForm,
    film_numbers,
    known_token,
)
from survey.models import FEWEST_PICKS, MOST_PICKS, RETENTION, Draft
from survey.services import reach_step, save_films
from survey.steps import FILMS, OTT
from survey.views.sending import back_to_films, consent_form, send, why_not_used

LONGEST_SEARCH, FILMS_FOUND = 100, 24


def searched_for(data: Mapping[str, Any]) -> str:
    return str(data.get("q", "")).replace("\x00", "").strip()[:LONGEST_SEARCH]


def _screen(request: HttpRequest) -> list[int]:
    """The films that the page offered."""
    return film_numbers(request.POST.get("shown", "").split(","))


@dataclass(frozen=True)
class FilmChoice:
    """The films of the page: disjoint lists that together hold every pick."""

    found: Sequence[Movie]
    picked: Sequence[Movie]
    offered: Sequence[Movie]


def films(request: HttpRequest, draft: Draft | None) -> HttpResponse:
    if request.method != "POST":
        return _films_page(request, draft, draft.liked if draft else [])
    draft = draft or _begun_before(request)
    liked = film_numbers(request.POST.getlist("liked"))
    form = FilmsForm(request.POST)
    if "finish" in request.POST:
        return _finished_early(request, draft, form)
    stays = not {"find", "more", "language"}.isdisjoint(request.POST)
    if not (stays or form.is_valid()):
        return _films_page(request, draft, liked, form)
    search, more = searched_for(request.POST), "more" in request.POST
    if draft is None and not liked and "language" in request.POST:
        return steps.to(None, FILMS, search)
    if draft is None and (seconds := throttling.wait_of_network(request, "drafts")):
        return _too_many(request, liked, seconds)
    screen = {"shown" if more else "also_shown": _screen(request)}
    draft = save_films(draft=draft, liked=liked[:MOST_PICKS], **screen)
    if stays:
        return _begun(request, draft, FILMS, "" if more else search)
    return _begun(request, reach_step(draft=draft, step=OTT), OTT)


def _too_many(request: HttpRequest, liked: Sequence[int], seconds: int) -> HttpResponse:
    """Store no further draft for this network; the page still leads to the result."""
    page = _films_page(request, None, liked, problem=limits.too_many_begun(seconds))
    return throttling.refused(page, seconds)


def _begun_before(request: HttpRequest) -> Draft | None:
    """The draft that sending this page made before, if the person goes back and sends it again."""
    own = own_answers.read(request)
    if own.draft_id is None or own.nonce != request.POST.get("token"):
        return None
    return Draft.objects.open().filter(pk=own.draft_id).first()


def _begun(request: HttpRequest, draft: Draft, number: int, search: str = "") -> HttpResponse:
    """Redirect to a step, and let the browser store which draft is its own."""
    response = steps.to(draft, number, search)
    own = own_answers.read(request).of(draft.pk, known_token(request.POST))
    own_answers.write(response, own.with_learning("learning_consent" in request.POST))
    return response


def _films_page(
    request: HttpRequest,
    draft: Draft | None,
    liked: Sequence[int],
    form: FilmsForm | None = None,
    consent: ConsentForm | None = None,
    problem: str = "",
) -> HttpResponse:
    data = request.POST if request.method == "POST" else request.GET
    search = searched_for(data)
    if search and (refusal := limits.refuse_to_search(request)):
        return refusal
    films = _film_choice(search, liked[:MOST_PICKS], draft.shown if draft else [])
    own = own_answers.read(request)
    context = {
        "form": form or FilmsForm(),
        "consent": consent or consent_form(request, draft),
        "films": films,
        "picks": set(liked),
        "shown": ",".join(str(film.pk) for film in films.offered),
        "search": search,
        "problem": problem,
        "fewest": FEWEST_PICKS,
        "gains": picks_gain(),
        "token": known_token(request.POST),
        "retention_days": RETENTION.days,
        "resumable": Draft.objects.open().filter(pk=own.draft_id).first()
        if own.draft_id and not own.sent and not draft
        else None,
    }
    problems = [*(form.problems() if form else []), *(consent.problems() if consent else [])]
    problems += [FormProblem(problem, "id_consent")] if problem else []
    return steps.page(request, draft, FILMS, "survey/films.html", context, problems)


def _film_choice(search: str, liked: Sequence[int], shown: Sequence[int]) -> FilmChoice:
    found = find_films(search, FILMS_FOUND) if search else []
    numbers = {film.pk for film in found}
    picks = [pick for pick in liked if pick not in numbers]
    picked = list(Movie.objects.filter(pk__in=picks).best_known_first()) if picks else []
    offered = films_to_show(liked=liked, shown=shown)
    return FilmChoice(found, picked, [film for film in offered if film.pk not in numbers])


def _finished_early(request: HttpRequest, draft: Draft | None, films: FilmsForm) -> HttpResponse:
    """From the films straight to the result, with further answers of the draft and the browser."""
    consent = ConsentForm(request.POST)
    liked = film_numbers(request.POST.getlist("liked"))
    if not (films.is_valid() and consent.is_valid()):
        return _films_page(request, draft, liked, films, consent)
    screen = _screen(request)
    if draft is not None:
        draft = save_films(draft=draft, liked=films.cleaned_data["liked"], also_shown=screen)
    own = own_answers.of_draft(request, draft).answers if draft else {}
    answers = {
        **AboutYouForm(own).valid_answers(),
        **LastForm(own).valid_answers(),
        **consent.cleaned_data,
    }
    shown = draft.offered if draft else screen
    try:
        return send(request, draft, films.cleaned_data["liked"], answers, shown=shown)
    except DataError as error:
        if draft is not None:
            return back_to_films(request, draft, error)
        return _films_page(request, None, liked, problem=why_not_used(error))
