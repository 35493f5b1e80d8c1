"""What this browser remembers of its person: the unfinished survey, and the last result.

A signed cookie for all pages, not readable by scripts. The start page shows what is in it, with a
button that deletes it. Both ids are secrets, so the cookie is as good as the links that the person
was given. An edge: it handles requests and responses.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from survey.members.requests import member_of
from survey.models import RETENTION, Draft, Respondent

COOKIE = "ottwin_mine"
SALT = "survey.device"


@dataclass(frozen=True)
class Remembered:
    """Ids of a draft and of a respondent, which may be gone by now."""

    draft: UUID | None = None
    result: UUID | None = None

    def open_draft(self) -> Draft | None:
        """The survey that can still be continued; one that was sent cannot."""
        if self.draft is None:
            return None
        return Draft.objects.open().filter(pk=self.draft, respondent=None).first()


def read(request: HttpRequest) -> Remembered:
    """Nothing if the cookie was altered or has another format."""
    text = request.get_signed_cookie(COOKIE, default="", salt=SALT)
    try:
        stored = json.loads(text or "{}")
        return Remembered(*(UUID(stored[name]) if stored[name] else None for name in ("d", "r")))
    except (ValueError, KeyError, TypeError, AttributeError):
        return Remembered()


def result_of_reader(request: HttpRequest) -> UUID | None:
    """The remembered result, unless it is gone or the account of somebody else keeps it."""
    remembered = read(request).result
    if remembered is None:
        return None
    result = Respondent.objects.filter(pk=remembered).of_reader(member_of(request))
    return result.values_list("pk", flat=True).first()


def remember_draft(request: HttpRequest, response: HttpResponse, draft: UUID) -> None:
    _write(response, replace(read(request), draft=draft))


def remember_result(request: HttpRequest, response: HttpResponse, result: UUID) -> None:
    """The survey that led to it is finished."""
    _write(response, Remembered(result=result))


def forget_draft(request: HttpRequest, response: HttpResponse) -> None:
    _write(response, replace(read(request), draft=None))


def forget_result(request: HttpRequest, response: HttpResponse, result: UUID) -> None:
    """Forget this result; another one stays."""
    remembered = read(request)
    if remembered.result == result:
        _write(response, replace(remembered, result=None))


def forget_account(request: HttpRequest, response: HttpResponse) -> bool:
    """Forget the result if an account keeps it: whoever logs in there finds it again. Whether it
    was forgotten."""
    remembered = read(request).result
    if remembered is None:
        return False
    if not Respondent.objects.filter(pk=remembered).exclude(member=None).exists():
        return False
    forget_result(request, response, remembered)
    return True


def forget(response: HttpResponse) -> None:
    response.delete_cookie(COOKIE, samesite="Lax")


def _write(response: HttpResponse, remembered: Remembered) -> None:
    if remembered == Remembered():
        forget(response)
        return
    ids = {"d": remembered.draft, "r": remembered.result}
    response.set_signed_cookie(
        COOKIE,
        json.dumps({name: str(one) if one else "" for name, one in ids.items()}),
        salt=SALT,
        max_age=int(RETENTION.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
