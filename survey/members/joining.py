"""Becoming a member."""

from __future__ import annotations

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from survey.members.names import LONGEST_EMAIL, can_join, folded
from survey.members.profile import Profile, checked, columns, learning_columns
from survey.models import MEMBERSHIP_VERSION, Member


class EmailTakenError(Exception):
    """There is an account with this address already."""


def join(*, email: str, password: str, profile: Profile, learns: bool) -> Member:
    """Store a user and a member; they have agreed to membership, which is not asked here.

    The user's name and e-mail are the folded address. Of two at once with one address the second
    meets the unique name. The password is hashed before the address is looked up, so that both
    answers take the same time. Raises `ValidationError` by field, and `EmailTakenError`.
    """
    name = folded(email)
    if found := faults(email=email, password=password, profile=profile):
        raise ValidationError(found)
    said = columns(checked(profile)) | learning_columns(learns)
    encoded = make_password(password)
    if _is_taken(name):
        raise EmailTakenError
    try:
        with transaction.atomic():
            user = User.objects.create(username=name, email=name, password=encoded)
            return Member.objects.create(user=user, membership_version=MEMBERSHIP_VERSION, **said)
    except IntegrityError as error:
        if User.objects.filter(username=name).exists():
            raise EmailTakenError from error
        raise


def faults(
    *, email: str | None, password: str | None, profile: Profile | None
) -> dict[str, list[str]]:
    """All that is wrong, by field, so that a form can say it at once; None: not looked at.

    Whether there is such an account already is not looked at.
    """
    found: dict[str, list[str]] = {}
    name = folded(email or "")
    if email is not None:
        try:
            _check_email(email, name)
        except ValidationError as error:
            found["email"] = error.messages
    if password is not None:
        try:
            validate_password(password, User(username=name, email=name))
        except ValidationError as error:
            found["password"] = error.messages
    if profile is not None:
        try:
            checked(profile)
        except ValidationError as error:
            found |= error.message_dict
    return found


def _check_email(email: str, name: str) -> None:
    if len(name) > LONGEST_EMAIL:
        text = _("The address can have at most %(most)s characters.")
        raise ValidationError(text % {"most": LONGEST_EMAIL})
    if not can_join(email):
        raise ValidationError(_("Please write the address in Latin letters, such as me@site.kr."))
    validate_email(name)


def _is_taken(name: str) -> bool:
    """Also by staff, whose names and addresses are as somebody typed them."""
    staff = User.objects.filter(is_staff=True)
    return (
        User.objects.filter(username=name).exists()
        or staff.filter(Q(username__iexact=name) | Q(email__iexact=name)).exists()
    )
