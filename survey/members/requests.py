"""The member who sent a request."""

from __future__ import annotations

from django.http import HttpRequest

from survey.models import Member


def member_of(request: HttpRequest) -> Member | None:
    """None for visitors, and for staff who are no members."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    return Member.objects.filter(user=user).first()
