"""What people say about themselves before they have agreed to its being stored.

It stays in their own browser, in a signed cookie that ends with the session and is sent to the
survey's pages only; the server keeps nothing of it. With it go a random value that only this
browser knows (the link of a draft may be passed on, and must not lead to another's result), and
the result that this browser has sent. An edge: it knows requests and responses.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse

COOKIE = "ottwin_survey"
PATH = "/survey/"
SALT = "survey.own_answers"


@dataclass(frozen=True)
class OwnAnswers:
    """Of the draft that was last worked on in this browser; answers as they were entered.

    `sent` is the respondent as whom this browser has sent the draft.
    """

    draft_id: UUID | None = None
    nonce: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    sent: UUID | None = None

    def of(self, draft_id: UUID, nonce: str = "") -> OwnAnswers:
        """These, if they were given with that draft; else new ones, with the nonce."""
        known = draft_id == self.draft_id and self.nonce
        return self if known else OwnAnswers(draft_id, nonce or secrets.token_urlsafe(16))

    @property
    def token(self) -> str:
        """The same for the same draft in the same browser, and nobody else's."""
        assert self.draft_id is not None  # noqa: S101
        return f"{self.draft_id.hex}{self.nonce}"

    def with_answers(self, answers: Mapping[str, str]) -> OwnAnswers:
        return replace(self, answers=dict(answers))

    def with_sent(self, respondent: UUID) -> OwnAnswers:
        return replace(self, sent=respondent)


def read(request: HttpRequest) -> OwnAnswers:
    """What this browser holds; nothing if it was changed or is of another version."""
    text = request.get_signed_cookie(COOKIE, default="", salt=SALT)
    try:
        stored = json.loads(text or "{}")
        sent = UUID(stored["sent"]) if stored["sent"] else None
        return OwnAnswers(UUID(stored["draft"]), stored["nonce"], dict(stored["answers"]), sent)
    except (ValueError, KeyError, TypeError, AttributeError):
        return OwnAnswers()


def write(response: HttpResponse, own: OwnAnswers) -> None:
    """Give the browser these to keep, in place of what it holds."""
    stored = {
        "draft": str(own.draft_id),
        "nonce": own.nonce,
        "answers": dict(own.answers),
        "sent": str(own.sent) if own.sent else "",
    }
    text = json.dumps(stored)
    response.set_signed_cookie(
        COOKIE,
        text,
        salt=SALT,
        path=PATH,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def clear(response: HttpResponse) -> None:
    """Make the browser forget them."""
    response.delete_cookie(COOKIE, path=PATH, samesite="Lax")
