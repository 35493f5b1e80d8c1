"""The consents of a survey, and sending it: from step 4, or from step 1 at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from common.errors import DataError
from recommend.results.recommendation import NoFilmLeftError
from recommend.services.submission import Survey, submit_survey
from survey import device, limits, own_answers, steps
from survey.forms import ConsentForm, known_token
from survey.models import AnsweredWishes, Draft, Respondent
from survey.own_answers import SurveyCookie
from survey.steps import FILMS


def consent_form(request: HttpRequest, draft: Draft | None) -> ConsentForm:
    """Nothing is ticked; only learning is if the person agreed to it in the result of this draft.

    A box that they left empty since then stays empty.
    """
    own = own_answers.of_draft(request, draft) if draft else SurveyCookie()
    if own.sent is None or own.declined:
        return ConsentForm()
    agreed = Respondent.objects.filter(pk=own.sent, learning_consent=True)
    return ConsentForm(initial={"learning_consent": agreed.exists()})


def send(
    request: HttpRequest,
    draft: Draft | None,
    liked: Sequence[int],
    answers: Mapping[str, Any],
    *,
    disliked: Sequence[int],
    shown: Collection[int],
) -> HttpResponse:
    """Store the answers and redirect to the result. Idempotent for the same form.

    Raises `DataError` for answers that cannot be used.
    """
    survey = Survey(
        liked=liked,
        gender=answers.get("gender", ""),
        age=answers.get("age"),
        education=answers.get("education", ""),
        income=answers.get("income", ""),
        ott_frequency=answers.get("ott_frequency", ""),
        region=answers.get("region", ""),
        district=answers.get("district", ""),
        subscribed=tuple(draft.subscribed) if draft else (),
        monthly_budget=draft.monthly_budget if draft else None,
        statistics_consent=answers["statistics_consent"],
        learning_consent=answers["learning_consent"],
        shown=shown,
        wishes=draft.wishes if draft else AnsweredWishes(),
        disliked=disliked,
    )
    own = own_answers.of_draft(request, draft) if draft else SurveyCookie()
    token = own.token if draft else known_token(request.POST)
    if own.sent is None and (refusal := limits.refuse_to_store(request)):
        return refusal
    respondent = submit_survey(survey=survey, token=token, draft=draft, replaces=own.sent)
    response = redirect("result", user_id=respondent.user_id)
    device.remember_result(request, response, respondent.pk)
    if draft is not None:
        own_answers.write(response, own.with_sent(respondent.pk))
    return response


def why_not_used(error: DataError) -> str:
    """The message about answers that cannot be used."""
    if isinstance(error, NoFilmLeftError):
        return str(error)
    return _("The answers could not be used: %(reason)s") % {"reason": error}


def back_to_films(request: HttpRequest, draft: Draft, error: DataError) -> HttpResponse:
    messages.error(request, why_not_used(error))
    return steps.to(draft, FILMS)
