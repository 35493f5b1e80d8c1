"""The member that a request comes from. An edge: it handles requests."""

from __future__ import annotations

from django.http import HttpRequest

from survey.models import Member


def member_of(request: HttpRequest) -> Member | None:
    """The member who is logged in; None for visitors, and for staff without a membership."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    return Member.objects.filter(user=user).first()
