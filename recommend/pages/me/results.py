"""What a member does with results: keep one, delete one, let their likes count in it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.errors import DataError
from recommend.pages.me.access import counted, members_only, refused
from recommend.pages.missing import result_missing
from recommend.services.members.keeping import keep_result
from recommend.services.members.likes import leave_likes_out, use_likes
from recommend.services.submission import delete_result
from survey import device
from survey.limits import EVENTS
from survey.models import Member, Respondent

RESULTS = "results"


@require_POST
@members_only
def keep(request: HttpRequest, member: Member, user_id: UUID) -> HttpResponse:
    """Keep the result of this link; `back` on the page of the result leads back to it."""
    respondent = Respondent.objects.filter(pk=user_id).first()
    if respondent is None:
        return result_missing(request)
    try:
        keep_result(member=member, respondent=respondent)
    except Respondent.DoesNotExist:
        return result_missing(request)
    except DataError as error:
        return refused(request, str(error))
    messages.success(request, _("Your account keeps this result from now on."))
    return redirect("result", user_id=user_id) if "back" in request.POST else _to_results()


@require_POST
@members_only
def delete(request: HttpRequest, member: Member, user_id: UUID) -> HttpResponse:
    """Delete a kept result with everything stored about its respondent."""
    respondent = Respondent.objects.filter(pk=user_id, member=member).first()
    if respondent is None:
        return result_missing(request)
    delete_result(respondent=respondent)
    messages.success(request, _("The result has been deleted."))
    response = _to_results()
    device.forget_result(request, response, user_id)
    return response


@require_POST
@counted(EVENTS)
@members_only
def likes(request: HttpRequest, member: Member, user_id: UUID) -> HttpResponse:
    """The buttons of a result: `use` the member's likes in it, or `leave` them out."""
    change = {"use": use_likes, "leave": leave_likes_out}.get(request.POST.get("likes", ""))
    if change is None:
        return refused(request, _("Please press one of the buttons."))
    respondent = Respondent.objects.filter(pk=user_id, member=member).first()
    if respondent is None:
        return result_missing(request)
    try:
        changed = change(member=member, respondent=respondent)
    except Respondent.DoesNotExist:
        return result_missing(request)
    except DataError as error:
        return refused(request, str(error))
    if change is use_likes:
        text = _("What you like, have seen and do not want now counts in this result.")
    else:
        text = _("Your likes no longer count in this result.")
    if changed is not None:
        text += " " + _("Your platform has changed: %(platform)s.") % {"platform": changed}
    messages.success(request, text)
    return _to_results()


def _to_results() -> HttpResponse:
    return redirect(f"{reverse('me')}#{RESULTS}")
