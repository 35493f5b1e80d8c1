"""What people say about themselves before they consent to its storage.

It stays in their own browser, in a signed cookie that ends with the session and is sent only to the
survey's pages; the server keeps nothing of it. The cookie also has a random value that only this
browser knows (people may share the link of a draft, which must not lead to another person's
result), and the result that this browser has sent. If an account keeps that result, nothing of this
counts for anybody else who uses the browser. An edge: it handles requests and responses.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from survey.members.requests import member_of
from survey.models import Draft, Respondent

COOKIE = "ottwin_survey"
PATH = "/survey/"
SALT = "survey.own_answers"


@dataclass(frozen=True)
class SurveyCookie:
    """The answers to the draft last edited in this browser, as entered.

    `sent` is the respondent that this browser made by sending the draft; `declined`, whether the
    consent to learning was left empty since then.
    """

    draft_id: UUID | None = None
    nonce: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    sent: UUID | None = None
    declined: bool = False

    def of(self, draft_id: UUID, nonce: str = "") -> SurveyCookie:
        """These answers if they belong to that draft; otherwise empty ones, with the nonce."""
        known = draft_id == self.draft_id and self.nonce
        return self if known else SurveyCookie(draft_id, nonce or secrets.token_urlsafe(16))

    @property
    def token(self) -> str:
        """A value unique to this draft in this browser."""
        assert self.draft_id is not None  # noqa: S101
        return f"{self.draft_id.hex}{self.nonce}"

    def with_answers(self, answers: Mapping[str, str]) -> SurveyCookie:
        return replace(self, answers=dict(answers))

    def with_learning(self, ticked: bool) -> SurveyCookie:
        return replace(self, declined=not ticked)

    def with_sent(self, respondent: UUID) -> SurveyCookie:
        return replace(self, sent=respondent, declined=False)


def read(request: HttpRequest) -> SurveyCookie:
    """The answers in this browser; empty if the cookie was altered or has another format, or if
    another person's account keeps the result that was sent."""
    own = _stored(request)
    if own.sent is None:
        return own
    keeper = Respondent.objects.filter(pk=own.sent).values_list("member", flat=True).first()
    if keeper is None:
        return own
    reader = member_of(request)
    return own if reader is not None and reader.pk == keeper else SurveyCookie()


def _stored(request: HttpRequest) -> SurveyCookie:
    text = request.get_signed_cookie(COOKIE, default="", salt=SALT)
    try:
        stored = json.loads(text or "{}")
        sent = UUID(stored["sent"]) if stored["sent"] else None
        return SurveyCookie(
            UUID(stored["draft"]),
            stored["nonce"],
            dict(stored["answers"]),
            sent,
            declined=bool(stored.get("declined")),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return SurveyCookie()


def of_draft(request: HttpRequest, draft: Draft) -> SurveyCookie:
    """The answers in this browser that belong to the draft."""
    return read(request).of(draft.pk)


def write(response: HttpResponse, own: SurveyCookie) -> None:
    """Store these answers in the browser, replacing earlier ones."""
    stored = {
        "draft": str(own.draft_id),
        "nonce": own.nonce,
        "answers": dict(own.answers),
        "sent": str(own.sent) if own.sent else "",
        "declined": own.declined,
    }
    response.set_signed_cookie(
        COOKIE,
        json.dumps(stored),
        salt=SALT,
        path=PATH,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def clear(response: HttpResponse) -> None:
    """Delete the answers from the browser."""
    response.delete_cookie(COOKIE, path=PATH, samesite="Lax")
