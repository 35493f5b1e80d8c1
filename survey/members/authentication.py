"""Who an e-mail and a password belong to (`AUTHENTICATION_BACKENDS`).

Every try computes exactly one hash of a password: known or unknown, inactive, without a password.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AbstractBaseUser, User
from django.http import HttpRequest

from survey.members.names import LONGEST_EMAIL, folded
from survey.models import Member


def whom(given: str) -> User | None:
    """The one account that a name means wherever somebody logs in; its tries are counted together.

    1. A user name as it is stored, of anybody.
    2. An address: the member's, else that of the one member of staff who has it. Addresses are
       compared folded: PostgreSQL's UPPER takes more letters for the same, such as `ı` for `i`.
    3. A user name of staff in other letters: it logs nobody in, but is counted.
    """
    name = folded(given)
    if "\x00" in name or not 0 < len(name) <= LONGEST_EMAIL:
        return None
    users = User.objects.filter(username__in={given, name}).select_related("member")
    named = {user.username: user for user in users}
    if given in named:
        return named[given]
    if name in named and hasattr(named[name], "member"):
        return named[name]
    staff = list(User.objects.filter(is_staff=True).order_by("pk"))  # few
    found = [user for user in staff if folded(user.email) == name]
    if len(found) == 1:
        return found[0]
    return next((user for user in staff if folded(user.username) == name), None)


def user_of(email: str) -> User | None:
    """Whom this address means, if it is theirs: as `whom`, without names of staff."""
    user, name = whom(email), folded(email)
    if user is None:
        return None
    if user.username == name and Member.objects.filter(pk=user.pk).exists():
        return user
    return user if user.is_staff and folded(user.email) == name else None


class EmailBackend(ModelBackend):
    """Django's, by `email`; the page of admin gives a `username`, as ever, or an address."""

    def get_user(self, user_id: int) -> User | None:
        """With their membership, which nearly every page asks for."""
        user = User.objects.select_related("member").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None

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
        if user is None and email is None:
            user = _of_this_name(given)
        if user is None:
            User().set_password(password)  # as long as a look at a password that is stored
            return None
        is_right = user.check_password(password)
        return user if is_right and self.user_can_authenticate(user) else None


def _of_this_name(given: str) -> User | None:
    user = whom(given)
    return user if user is not None and user.username == given else None
