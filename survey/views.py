"""The start page and the survey page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from common.errors import DataError, NotReadyError
from movies.models import Platform
from recommend.selectors import live_run
from recommend.services.surveys import submit_survey
from survey.forms import SurveyForm, entered, film_numbers, known_token
from survey.models import FEWEST_PICKS, MOST_PICKS, RETENTION
from survey.selectors import film_choice

LONGEST_SEARCH = 100


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """What OTTwin does, and the way to the survey."""
    not_ready = ""
    try:
        live_run()
    except NotReadyError as error:
        not_ready = str(error)
    context = {"not_ready": not_ready, "retention_days": RETENTION.days}
    return render(request, "survey/start.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True)
def survey(request: HttpRequest) -> HttpResponse:
    """The form; its answers; or, for the button "find", the form again with the films found."""
    try:
        live_run()
        platforms = list(Platform.objects.offered())
        if request.method != "POST":
            return _page(request, SurveyForm(platforms=platforms), QueryDict())
        if "find" in request.POST:
            form = SurveyForm(initial=entered(request.POST), platforms=platforms)
            return _page(request, form, request.POST)
        return _submitted(request, SurveyForm(request.POST, platforms=platforms))
    except NotReadyError as error:
        return render(request, "survey/not_ready.html", {"not_ready": str(error)}, status=503)


def _submitted(request: HttpRequest, form: SurveyForm) -> HttpResponse:
    if form.is_valid():
        try:
            respondent = submit_survey(survey=form.survey(), token=form.cleaned_data["token"])
        except DataError as error:
            form.add_error(None, _("The answers could not be used: %(reason)s") % {"reason": error})
        else:
            return redirect("result", user_id=respondent.user_id)
    return _page(request, form, request.POST, status=400)


def _page(
    request: HttpRequest, form: SurveyForm, data: QueryDict, *, status: int = 200
) -> HttpResponse:
    """The page with what was entered in `data`, searched for and picked."""
    search = data.get("search", "").replace("\x00", "").strip()[:LONGEST_SEARCH]
    picks = film_numbers(data.getlist("liked"))
    context = {
        "form": form,
        "token": known_token(data),
        "problems": form.problems() if form.is_bound else [],
        "films": film_choice(search=search, picks=picks[:MOST_PICKS]),
        "picks": set(picks),
        "search": search,
        "searched": "find" in data,
        "fewest_films": FEWEST_PICKS,
        "retention_days": RETENTION.days,
    }
    return render(request, "survey/survey.html", context, status=status)
