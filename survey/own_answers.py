"""What people say about themselves before they have agreed to its being stored.

It stays in their own browser, in a signed cookie that ends with the session and is sent to the
survey's pages only; the server keeps nothing of it. An edge: it knows requests and responses.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse

COOKIE = "ottwin_survey"
PATH = "/survey/"
SALT = "survey.own_answers"


@dataclass(frozen=True)
class OwnAnswers:
    """Of the draft that was last worked on in this browser; answers as they were entered."""

    draft_id: UUID | None = None
    answers: Mapping[str, str] = field(default_factory=dict)

    def of(self, draft_id: UUID) -> Mapping[str, str]:
        """The answers given with that draft; none with another's link."""
        return self.answers if draft_id == self.draft_id else {}


def read(request: HttpRequest) -> OwnAnswers:
    """What this browser holds; nothing if it was changed or is of another version."""
    text = request.get_signed_cookie(COOKIE, default="", salt=SALT)
    try:
        stored = json.loads(text or "{}")
        return OwnAnswers(UUID(stored["draft"]), dict(stored["answers"]))
    except (ValueError, KeyError, TypeError, AttributeError):
        return OwnAnswers()


def write(response: HttpResponse, draft_id: UUID, answers: Mapping[str, str]) -> None:
    """Give the browser the answers to keep, in place of what it holds."""
    text = json.dumps({"draft": str(draft_id), "answers": dict(answers)})
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
