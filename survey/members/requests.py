"""The member who sends a request."""

from __future__ import annotations

from typing import Any

from survey.models import Member


def member_of(request: Any) -> Member | None:
    """The member who is logged in; None for visitors, and for staff who are no members."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    return Member.objects.filter(user=user).first()
