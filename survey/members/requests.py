"""The member who sends a request."""

from __future__ import annotations

from typing import Any

from survey.members.visits import note_visit
from survey.models import Member


def member_of(request: Any) -> Member | None:
    """The member who is logged in; None for visitors, and for staff who are no members.

    `request` is Django's or that of Django REST framework. The first request of a day notes the
    visit.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    member = Member.objects.filter(user=user).first()
    if member is not None:
        note_visit(member=member)
    return member
