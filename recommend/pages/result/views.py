"""The result page, what a respondent does there, and the download of everything stored."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.errors import DataError, NotReadyError
from common.web.noindex import noindex
from movies.models import LARGEST_MOVIE_ID, Movie
from recommend.models import Reaction
from recommend.pages.missing import result_missing
from recommend.pages.result.choices import PageChoices
from recommend.pages.result.download import everything_stored
from recommend.pages.result.page import LEARNING, LIKE, SKIP, TAKE_BACK, result_context
from recommend.pages.verdict.platforms import platform_rows
from recommend.results.stored import stored_result
from recommend.results.whereabouts import current_whereabouts
from recommend.services.home.learning import agree, withdraw
from recommend.services.reactions import like, react, skip, take_back
from recommend.services.submission import delete_result, may_delete_results
from survey import device, own_answers
from survey.models import Respondent


@require_safe
@cache_control(private=True, no_store=True)
@noindex
def result(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """A stored result, for people who know its link."""
    stored, choices = stored_result(user_id), PageChoices.read(request.GET)
    if stored is None:
        return result_missing(request)
    whereabouts = current_whereabouts([film.movie for film in stored.films], timezone.localdate())
    rows = platform_rows(stored, whereabouts, choices.exponent)
    if not rows:
        return result_missing(request)
    context = result_context(request, stored, whereabouts, rows, choices)
    return render(request, "recommend/result.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def films(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """A button at a film: seen, not interested, or one of these taken back."""
    choices = PageChoices.read(request.POST)
    if request.method != "POST":  # a reload of the address to which the form was sent
        return _back(user_id, choices, "films")
    respondent = Respondent.objects.filter(pk=user_id, retain_until__gt=timezone.now()).first()
    if respondent is None:
        return result_missing(request)
    try:
        _react(request, respondent, choices)
    except Respondent.DoesNotExist:
        return result_missing(request)
    except DataError:
        text = _("This film is no longer in your list, or it is the last one. Nothing changed.")
        return _refused(request, user_id, text, 400)
    except NotReadyError:
        text = _("The films are being replaced right now. Please try again in a few minutes.")
        return _refused(request, user_id, text, 503)
    asked = LIKE in request.POST or SKIP in request.POST
    return _back(user_id, choices, "answer" if asked else "films")


def _back(user_id: UUID, choices: PageChoices, anchor: str) -> HttpResponse:
    return redirect(f"{reverse('result', args=[user_id])}{choices.query}#{anchor}")


def _react(request: HttpRequest, respondent: Respondent, choices: PageChoices) -> None:
    """Do what was pressed, and say so. Raises `DataError` for anything else."""
    texts = {
        Reaction.Kind.SEEN: _("Marked as seen: %(film)s."),
        Reaction.Kind.NOT_INTERESTED: _("Not for you: %(film)s. Films like it will come later."),
        TAKE_BACK: _("Undone: %(film)s."),
        LIKE: _("Added to your picks: %(film)s."),
        SKIP: _("We ask about another film instead of %(film)s."),
    }
    kind = next((str(name) for name in texts if name in request.POST), "")
    number = request.POST[kind] if kind else ""
    if not (number.isascii() and number.isdecimal() and len(number) <= len(str(LARGEST_MOVIE_ID))):
        raise DataError(f"not a film: {number[:20]}")
    movie_id = int(number)
    if done := {TAKE_BACK: take_back, LIKE: like, SKIP: skip}.get(kind):
        changed = done(respondent=respondent, movie_id=movie_id)
    else:
        changed = react(respondent=respondent, movie_id=movie_id, kind=kind)
    movie = Movie.objects.only("title", "title_ko").filter(pk=movie_id).first()
    if movie is None:
        raise DataError(f"not a film: {movie_id}")
    text = texts[kind] % {"film": movie.display_title}
    if changed is not None and choices.weight is None:
        text += " " + _("Your platform has changed: %(platform)s.") % {"platform": changed}
    messages.success(request, text, extra_tags=kind)


def _refused(request: HttpRequest, user_id: UUID, text: str, status: int) -> HttpResponse:
    context = {"text": text, "back": reverse("result", args=[user_id])}
    return render(request, "recommend/reaction_refused.html", context, status=status)


@require_safe
@cache_control(private=True, no_store=True)
@noindex
def data(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Everything that is stored about a respondent, as a file to keep."""
    stored = stored_result(user_id)
    if stored is None:
        raise Http404
    content = everything_stored(request, stored)
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = 'attachment; filename="ottwin.json"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def learning(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """The buttons of the consent to learning: `agree`, or `withdraw`."""
    pressed = request.POST.get("learning")
    try:
        if pressed == "agree":
            agree(respondent=Respondent.objects.get(pk=user_id))
            text = _("Thank you. OTTwin may learn from your answers from now on.")
            messages.success(request, text, extra_tags=LEARNING)
        elif pressed == "withdraw":
            withdraw(respondent=Respondent.objects.get(pk=user_id))
            text = _("Done. OTTwin no longer learns from your answers.")
            messages.success(request, text, extra_tags=LEARNING)
    except Respondent.DoesNotExist:
        return result_missing(request)
    return _back(user_id, PageChoices.read(request.GET), LEARNING)


@require_POST
def delete(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Delete a result, everything stored about its respondent, and the answers in the browser.

    Idempotent.
    """
    if not may_delete_results(request.user):
        text = _("You are logged in as staff, and your account may not delete results.")
        return _refused(request, user_id, text, 403)
    respondent = Respondent.objects.filter(user_id=user_id).first()
    if respondent is not None:
        delete_result(respondent=respondent)
    messages.success(request, _("Your answers and your result have been deleted."))
    response = redirect("start")
    own_answers.clear(response)
    device.forget_result(request, response, user_id)
    return response
