"""Who may see the audience: staff, and the members whom staff put into the group of advertisers."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User

ADVERTISERS = "advertiser"  # name of the group


def may_see_audience(user: AbstractBaseUser | AnonymousUser | None) -> bool:
    """Whether a user may see which cells use what; never strangers or closed accounts."""
    if not isinstance(user, User) or not user.is_active:
        return False
    return user.is_staff or user.groups.filter(name=ADVERTISERS).exists()
