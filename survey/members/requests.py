"""The member who sends a request."""

from __future__ import annotations

from typing import Any

from survey.members.visits import note_visit
from survey.models import Member

REMEMBERED = "_ottwin_member"


def member_of(request: Any) -> Member | None:
    """The member who is logged in; None for visitors, and for staff who are no members.

    `request` is Django's or that of Django REST framework, and remembers the answer. The first
    request of a day notes the visit.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    if not hasattr(request, REMEMBERED):
        member: Member | None = getattr(user, "member", None)
        if member is not None:
            note_visit(member=member)
        setattr(request, REMEMBERED, member)
    found: Member | None = getattr(request, REMEMBERED)
    return found
