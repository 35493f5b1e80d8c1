"""Who an e-mail and a password belong to (`AUTHENTICATION_BACKENDS`).

Every try computes exactly one hash of a password: known or unknown, inactive, without a password.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AbstractBaseUser, User
from django.http import HttpRequest

from survey.members.names import LONGEST_EMAIL, folded


def user_of(email: str) -> User | None:
    """The member of this address, else the one member of staff who has it; None: nobody, or two."""
    name = folded(email)
    if "\x00" in name or not 0 < len(name) <= LONGEST_EMAIL:
        return None
    member = User.objects.filter(username=name, member__isnull=False).first()
    if member is not None:
        return member
    staff = list(User.objects.filter(email__iexact=name, is_staff=True)[:2])
    return staff[0] if len(staff) == 1 else None


class EmailBackend(ModelBackend):
    """Django's, by `email`; the page of admin gives a `username`, as ever, or an address."""

    def authenticate(  # type: ignore[override]
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        email: str | None = None,
        **kwargs: Any,
    ) -> AbstractBaseUser | None:
        given = email if email is not None else username
        if given is None or password is None:
            return None
        user = user_of(given)
        if email is None and "\x00" not in given:
            user = User.objects.filter(username=given).first() or user
        if user is None:
            User().set_password(password)  # as long as a look at a password that is stored
            return None
        is_right = user.check_password(password)
        return user if is_right and self.user_can_authenticate(user) else None
