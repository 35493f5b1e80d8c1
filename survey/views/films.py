"""Step 1: films that the person likes or not, and the short way from there to the result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext, ngettext

from common.errors import DataError
from common.web import throttling
from movies.models import Movie
from movies.models.pictures import vary_covers
from movies.titles.search import find_films, near_films
from ottstats.selectors.residence import districts_asked
from recommend.ranking.poster_screen import films_to_show, picks_gain
from survey import device, limits, own_answers, steps
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

LONGEST_SEARCH, FILMS_FOUND, NEAR = 100, 24, 6
SHARPER, THUMBS = 5, 3  # picks of which the bar has segments; covers in the bar
ASIDE = {"find", "more", "language", "theme"}  # what stays on the step


def searched_for(data: Mapping[str, Any]) -> str:
    return str(data.get("q", "")).replace("\x00", "").strip()[:LONGEST_SEARCH]


def _screen(request: HttpRequest) -> list[int]:
    """The films that the page offered."""
    return film_numbers(request.POST.get("shown", "").split(","))


@dataclass(frozen=True)
class JudgedFilms:
    """The films that a form judges, by id; a film that is liked is not disliked."""

    liked: Sequence[int] = ()
    disliked: Sequence[int] = ()

    @classmethod
    def of_form(cls, data: QueryDict) -> JudgedFilms:
        liked = film_numbers(data.getlist("liked"))[:MOST_PICKS]
        disliked = set(film_numbers(data.getlist("disliked"))) - set(liked)
        return cls(liked, sorted(disliked)[:MOST_PICKS])

    @classmethod
    def of_draft(cls, draft: Draft | None) -> JudgedFilms:
        return cls(draft.liked, draft.disliked) if draft else cls()

    @property
    def all(self) -> list[int]:
        return [*self.liked, *self.disliked]


@dataclass(frozen=True)
class FilmChoice:
    """The films of the page: disjoint lists that together hold every film that was judged.

    `near` have titles like the one that was searched for and not found.
    """

    found: Sequence[Movie]
    near: Sequence[Movie]
    judged: Sequence[Movie]
    offered: Sequence[Movie]
    example: Movie | None


def films(request: HttpRequest, draft: Draft | None) -> HttpResponse:
    if request.method != "POST":
        if draft is None and (begun := device.read(request).open_draft()):
            return steps.to(begun, FILMS, searched_for(request.GET))
        return _films_page(request, draft, JudgedFilms.of_draft(draft))
    draft = draft or _begun_before(request)
    judged = JudgedFilms.of_form(request.POST)
    form = FilmsForm(request.POST)
    if "keep" in request.POST:
        return _kept(request, draft, judged)
    if "finish" in request.POST:
        return _finished_early(request, draft, judged, form)
    stays = not ASIDE.isdisjoint(request.POST)
    if not (stays or form.is_valid()):
        return _films_page(request, draft, judged, form)
    search, more = searched_for(request.POST), "more" in request.POST
    if draft is None and not judged.all and not {"language", "theme"}.isdisjoint(request.POST):
        return steps.to(None, FILMS, search)
    if draft is None and (seconds := throttling.wait_of_network(request, "drafts")):
        return _too_many(request, judged, seconds)
    screen = {"shown" if more else "also_shown": _screen(request)}
    draft = save_films(draft=draft, liked=judged.liked, disliked=judged.disliked, **screen)
    if stays:
        return _begun(request, draft, FILMS, "" if more else search)
    return _begun(request, reach_step(draft=draft, step=OTT), OTT)


def _kept(request: HttpRequest, draft: Draft | None, judged: JudgedFilms) -> HttpResponse:
    """Keep what was tapped, so that a reload loses nothing; the page stays as it is."""
    response = HttpResponse(status=204)
    if draft is None and (not judged.all or throttling.wait_of_network(request, "drafts")):
        return response
    draft = save_films(draft=draft, liked=judged.liked, disliked=judged.disliked)
    _remember(request, response, draft)
    return response


def _too_many(request: HttpRequest, judged: JudgedFilms, seconds: int) -> HttpResponse:
    """Store no further draft for this network; the page still leads to the result."""
    page = _films_page(request, None, judged, problem=limits.too_many_begun(seconds))
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
    _remember(request, response, draft)
    return response


def _remember(request: HttpRequest, response: HttpResponse, draft: Draft) -> None:
    own = own_answers.read(request).of(draft.pk, known_token(request.POST))
    own_answers.write(response, own.with_learning("learning_consent" in request.POST))
    if draft.respondent_id is None:
        device.remember_draft(request, response, draft.pk)


def _films_page(
    request: HttpRequest,
    draft: Draft | None,
    judged: JudgedFilms,
    form: FilmsForm | None = None,
    consent: ConsentForm | None = None,
    problem: str = "",
) -> HttpResponse:
    data = request.POST if request.method == "POST" else request.GET
    search = searched_for(data)
    if search and (refusal := limits.refuse_to_search(request)):
        return refusal
    films = _film_choice(search, judged, draft.shown if draft else [])
    picks = len(judged.liked)
    context = {
        "form": form or FilmsForm(),
        "consent": consent or consent_form(request, draft),
        "films": films,
        "picks": set(judged.liked),
        "disliked": set(judged.disliked),
        "shown": ",".join(str(film.pk) for film in films.offered),
        "search": search,
        "problem": problem,
        "fewest": FEWEST_PICKS,
        "count": _count(picks),
        "segments": [(place <= picks, place == picks + 1) for place in range(1, SHARPER + 1)],
        "thumbs": [film for film in films.judged if film.pk in judged.liked][:THUMBS],
        "sharper": SHARPER,
        "gains": picks_gain(),
        "token": known_token(request.POST),
        "retention_days": RETENTION.days,
    }
    problems = [*(form.problems() if form else []), *(consent.problems() if consent else [])]
    problems += [FormProblem(problem, "id_consent")] if problem else []
    return steps.page(request, draft, FILMS, "survey/films.html", context, problems)


def _film_choice(search: str, judged: JudgedFilms, shown: Sequence[int]) -> FilmChoice:
    found = find_films(search, FILMS_FOUND) if search else []
    near = near_films(search, NEAR) if search and not found else []
    numbers = {film.pk for film in [*found, *near]}
    kept = [one for one in judged.all if one not in numbers]
    known = Movie.objects.filter(pk__in=kept).best_known_first() if kept else []
    offered = films_to_show(liked=judged.liked, disliked=judged.disliked, shown=shown)
    lists = (found, near, list(known), [film for film in offered if film.pk not in numbers])
    for films in lists:
        vary_covers(films)
    return FilmChoice(*lists, example=next((film for film in offered if film.title_ko), None))


def _count(picks: int) -> str:
    if picks == 0:
        return gettext("None picked yet")
    words = ngettext("%(picks)s film picked", "%(picks)s films picked", picks)
    return words % {"picks": picks}


def _finished_early(
    request: HttpRequest, draft: Draft | None, judged: JudgedFilms, films: FilmsForm
) -> HttpResponse:
    """From the films straight to the result, with further answers of the draft and the browser."""
    consent = ConsentForm(request.POST)
    if not (films.is_valid() and consent.is_valid()):
        return _films_page(request, draft, judged, films, consent)
    liked, disliked, screen = films.cleaned_data["liked"], judged.disliked, _screen(request)
    if draft is not None:
        draft = save_films(draft=draft, liked=liked, disliked=disliked, also_shown=screen)
    own = own_answers.of_draft(request, draft).answers if draft else {}
    answers = {
        **AboutYouForm(own, districts=districts_asked()).valid_answers(),
        **LastForm(own).valid_answers(),
        **consent.cleaned_data,
    }
    shown = draft.offered if draft else screen
    try:
        return send(request, draft, liked, answers, disliked=disliked, shown=shown)
    except DataError as error:
        if draft is not None:
            return back_to_films(request, draft, error)
        return _films_page(request, None, judged, problem=why_not_used(error))
