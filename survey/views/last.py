"""Step 4: the last questions, and consent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse

from common.errors import DataError
from ottstats.selectors.residence import districts_asked
from survey import own_answers, steps
from survey.forms import AboutYouForm, ConsentForm, FilmsField, LastForm
from survey.models import RETENTION, Draft
from survey.own_answers import SurveyCookie
from survey.steps import FILMS, LAST
from survey.views.sending import back_to_films, consent_form, send


def last(request: HttpRequest, draft: Draft) -> HttpResponse:
    own = own_answers.of_draft(request, draft)
    if request.method != "POST":
        return _last_page(
            request, draft, LastForm(initial=dict(own.answers)), consent_form(request, draft)
        )
    form, consent = LastForm(request.POST), ConsentForm(request.POST)
    valid = form.is_valid()
    if aside := steps.aside(request, LAST):
        response = steps.to(draft, aside)
        answers = {**_about_you(own), **form.given()}
        own = own.with_answers(answers).with_learning("learning_consent" in request.POST)
        own_answers.write(response, own)
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
    answers = {
        **_about_you(own),
        **form.cleaned_data,
        **consent.cleaned_data,
    }
    try:
        disliked = sorted(set(draft.disliked) - set(liked))
        return send(request, draft, liked, answers, disliked=disliked, shown=draft.offered)
    except DataError as error:
        return back_to_films(request, draft, error)


def _about_you(own: SurveyCookie) -> dict[str, Any]:
    return AboutYouForm(own.answers, districts=districts_asked()).valid_answers()


def _last_page(
    request: HttpRequest,
    draft: Draft,
    form: LastForm,
    consent: ConsentForm,
    problems: Sequence[Any] = (),
) -> HttpResponse:
    context = {"form": form, "consent": consent, "retention_days": RETENTION.days}
    return steps.page(request, draft, LAST, "survey/last.html", context, problems)
