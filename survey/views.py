"""The start page and the four steps of the survey.

Each step is a form: it is sent, stored, and answered by a redirect to the next one, so that every
page can be reloaded and left with "back". Steps 1 and 2 are stored in a `Draft`, which can be
resumed by its link for seven days; what people say about themselves stays in their browser until
they consent (`survey.own_answers`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_cookie
from django.views.i18n import set_language

from common.errors import DataError, NotReadyError
from common.web import throttling
from common.web.unavailable import answer, not_ready
from movies.models import Movie
from movies.titles.search import find_films
from recommend.ranking.poster_screen import films_to_show, picks_gain
from recommend.ranking.runs import has_live_run, live_run
from recommend.results.recommendation import NoFilmLeftError
from recommend.services.submission import Survey, delete_results, submit_survey
from survey import limits, own_answers, steps
from survey.forms import (
    TOO_YOUNG,
    AboutYouForm,
    ConsentForm,
    FilmsField,
    FilmsForm,
    FormProblem,
    LastForm,
    OttForm,
    StepForm,
    film_numbers,
    known_token,
)
from survey.models import (
    DRAFT_LIFETIME,
    FEWEST_PICKS,
    MOST_PICKS,
    RETENTION,
    AnsweredWishes,
    Draft,
    Respondent,
)
from survey.own_answers import COOKIE, SurveyCookie
from survey.services import reach_step, save_films, save_ott
from survey.steps import ABOUT_YOU, FILMS, LAST, OTT
from survey.wish_tiles import left_out, on_offer

LONGEST_SEARCH, FILMS_FOUND, OPTIONS = 100, 24, 8


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """What OTTwin does, and a link to the survey."""
    context = {"is_ready": has_live_run(), "retention_days": RETENTION.days}
    return render(request, "survey/start.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True, no_cache=True)
def survey(request: HttpRequest) -> HttpResponse:
    """The first step without a draft; nothing is stored before the form is sent."""
    return _answered(request, lambda: _films(request, None))


@require_safe
@throttling.limited("resume")
def resume(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """The link of a draft: redirect to the furthest step that was reached."""
    draft = Draft.objects.open().filter(pk=draft_id).first()
    return steps.to(draft, draft.step) if draft else _gone(request)


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True, no_cache=True)
def step(request: HttpRequest, draft_id: UUID, step: int) -> HttpResponse:
    """One step of a draft; a later step redirects to the furthest one reached."""
    draft = Draft.objects.open().filter(pk=draft_id).first()
    if draft is None:
        return _gone(request)
    if not 1 <= step <= draft.step:
        return steps.to(draft, draft.step)
    views = {FILMS: _films, OTT: _ott, ABOUT_YOU: _about_you, LAST: _last}
    try:
        response = _answered(request, lambda: views[step](request, draft))
    except Draft.DoesNotExist:  # deleted meanwhile
        return _gone(request)
    if own_answers.read(request).draft_id != draft_id and COOKIE not in response.cookies:
        own_answers.write(response, _own(request, draft))
    return response


@require_POST
def discard(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Delete an unsent survey. Idempotent."""
    Draft.objects.filter(pk=draft_id).delete()
    messages.success(request, _("The films and answers of this survey have been deleted."))
    response = redirect("start")
    own_answers.clear(response)
    return response


@require_safe
@throttling.limited("search")
@vary_on_cookie
@cache_control(private=True, max_age=60)
def film_options(request: HttpRequest) -> HttpResponse:
    """The suggestions of the search box while the person types, as an HTML fragment."""
    search = _search(request.GET)
    films = find_films(search, OPTIONS) if search else []
    return render(request, "survey/_film_options.html", {"films": films, "search": search})


def _answered(request: HttpRequest, view: Callable[[], HttpResponse]) -> HttpResponse:
    """The response of a step; sets the language if one was chosen on its page."""
    try:
        live_run()
        response = view()
    except NotReadyError as error:
        response = answer(request, not_ready(error))
    if "language" in request.POST:
        response.cookies.update(set_language(request).cookies)
    return response


@throttling.limited("resume")  # ids may be guessed at any step's address
def _gone(request: HttpRequest) -> HttpResponse:
    return render(request, "survey/draft_missing.html", {"days": DRAFT_LIFETIME.days}, status=404)


def _own(request: HttpRequest, draft: Draft) -> SurveyCookie:
    """The answers in this browser that belong to the draft."""
    return own_answers.read(request).of(draft.pk)


def _search(data: Mapping[str, Any]) -> str:
    return str(data.get("q", "")).replace("\x00", "").strip()[:LONGEST_SEARCH]


# --- step 1: films -------------------------------------------------------------------------------


@dataclass(frozen=True)
class FilmChoice:
    """The films of the page: disjoint lists that together hold every pick."""

    found: Sequence[Movie]
    picked: Sequence[Movie]
    offered: Sequence[Movie]


def _films(request: HttpRequest, draft: Draft | None) -> HttpResponse:
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
    search, more = _search(request.POST), "more" in request.POST
    if draft is None and not liked and "language" in request.POST:
        return steps.to(None, FILMS, search)
    if draft is None and (seconds := throttling.wait_of_network(request, "drafts")):
        return _too_many(request, liked, seconds)
    shown = film_numbers(request.POST.get("shown", "").split(",")) if more else ()
    draft = save_films(draft=draft, liked=liked[:MOST_PICKS], shown=shown)
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
    own_answers.write(response, own_answers.read(request).of(draft.pk, known_token(request.POST)))
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
    search = _search(data)
    if search and (refusal := limits.refuse_to_search(request)):
        return refusal
    films = _film_choice(search, liked[:MOST_PICKS], draft.shown if draft else [])
    own = own_answers.read(request)
    context = {
        "form": form or FilmsForm(),
        "consent": consent or ConsentForm(),
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
    if draft is not None:
        draft = save_films(draft=draft, liked=films.cleaned_data["liked"])
    own = _own(request, draft).answers if draft else {}
    answers = {**_valid(AboutYouForm(own)), **_valid(LastForm(own)), **consent.cleaned_data}
    return _sent(request, draft, films.cleaned_data["liked"], answers)


# --- steps 2 and 3 -------------------------------------------------------------------------------


def _ott(request: HttpRequest, draft: Draft) -> HttpResponse:
    offered = on_offer(timezone.localdate())
    if request.method != "POST":
        form = OttForm.of_draft(draft, offered)
        context = {"form": form, "left_out": left_out(draft.wishes, offered)}
        return steps.page(request, draft, OTT, "survey/ott.html", context)
    form = OttForm(request.POST, offered=offered)
    aside = steps.aside(request, OTT)
    if not form.is_valid() and not aside:
        return steps.page(request, draft, OTT, "survey/ott.html", {"form": form}, form.problems())
    subscribed = form.cleaned_data.get("subscribed", draft.subscribed)
    save_ott(
        draft=draft,
        subscribed=subscribed,
        monthly_budget=form.budget(),
        wishes=form.wishes(draft.wishes),
    )
    if not aside:
        reach_step(draft=draft, step=ABOUT_YOU)
    return steps.to(draft, aside or ABOUT_YOU)


def _about_you(request: HttpRequest, draft: Draft) -> HttpResponse:
    own = _own(request, draft)
    if request.method != "POST":
        context = {"form": AboutYouForm(initial=dict(own.answers))}
        return steps.page(request, draft, ABOUT_YOU, "survey/about_you.html", context)
    form = AboutYouForm(request.POST)
    if form.too_young():
        return _turned_away(request, draft)
    aside = steps.aside(request, ABOUT_YOU)
    if not form.is_valid() and not aside:
        context, problems = {"form": form}, form.problems()
        return steps.page(request, draft, ABOUT_YOU, "survey/about_you.html", context, problems)
    if not aside:
        reach_step(draft=draft, step=LAST)
    response = steps.to(draft, aside or LAST)
    answers = {**_valid(LastForm(own.answers)), **form.given()}
    own_answers.write(response, own.with_answers(answers))
    return response


def _turned_away(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Under 14: delete all that is stored from this browser's survey, even an earlier result."""
    if sent := _own(request, draft).sent:
        delete_results(respondents=Respondent.objects.filter(pk=sent))
    Draft.objects.filter(pk=draft.pk).delete()
    response = render(request, "survey/too_young.html", {"text": TOO_YOUNG}, status=403)
    own_answers.clear(response)
    return response


# --- step 4: the rest, consent, and sending ------------------------------------------------------


def _last(request: HttpRequest, draft: Draft) -> HttpResponse:
    own = _own(request, draft)
    if request.method != "POST":
        return _last_page(request, draft, LastForm(initial=dict(own.answers)), ConsentForm())
    form, consent = LastForm(request.POST), ConsentForm(request.POST)
    valid = form.is_valid()
    if aside := steps.aside(request, LAST):
        response = steps.to(draft, aside)
        answers = {**_valid(AboutYouForm(own.answers)), **form.given()}
        own_answers.write(response, own.with_answers(answers))
        return response
    if not (valid and consent.is_valid()):
        problems = [*form.problems(), *consent.problems()]
        return _last_page(request, draft, form, consent, problems)
    liked = sorted(set(draft.liked))
    try:
        FilmsField().validate(liked)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return steps.to(draft, FILMS)
    answers = {**_valid(AboutYouForm(own.answers)), **form.cleaned_data, **consent.cleaned_data}
    return _sent(request, draft, liked, answers)


def _last_page(
    request: HttpRequest,
    draft: Draft,
    form: LastForm,
    consent: ConsentForm,
    problems: Sequence[Any] = (),
) -> HttpResponse:
    context = {"form": form, "consent": consent, "retention_days": RETENTION.days}
    return steps.page(request, draft, LAST, "survey/last.html", context, problems)


def _valid(form: StepForm) -> dict[str, Any]:
    """The answers from this browser, validated again; none if any of them is invalid."""
    return form.cleaned_data if form.is_valid() else {}


def _sent(
    request: HttpRequest, draft: Draft | None, liked: Sequence[int], answers: Mapping[str, Any]
) -> HttpResponse:
    """Store the answers and redirect to the result. Idempotent for the same form."""
    survey = Survey(
        liked=liked,
        gender=answers.get("gender", ""),
        age=answers.get("age"),
        education=answers.get("education", ""),
        income=answers.get("income", ""),
        ott_frequency=answers.get("ott_frequency", ""),
        subscribed=tuple(draft.subscribed) if draft else (),
        monthly_budget=draft.monthly_budget if draft else None,
        statistics_consent=answers["statistics_consent"],
        wishes=draft.wishes if draft else AnsweredWishes(),
    )
    own = _own(request, draft) if draft else SurveyCookie()
    token = own.token if draft else known_token(request.POST)
    if own.sent is None and (refusal := limits.refuse_to_store(request)):
        return refusal
    try:
        respondent = submit_survey(survey=survey, token=token, draft=draft, replaces=own.sent)
    except DataError as error:
        not_used = _("The answers could not be used: %(reason)s") % {"reason": error}
        text = str(error) if isinstance(error, NoFilmLeftError) else not_used
        if draft is None:
            return _films_page(request, None, liked, problem=text)
        messages.error(request, text)
        return steps.to(draft, FILMS)
    response = redirect("result", user_id=respondent.user_id)
    if draft is not None:
        own_answers.write(response, own.with_sent(respondent.pk))
    return response
