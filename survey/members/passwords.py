"""Passwords: changed by whoever knows the old one, or by a link that is sent to the address."""

from __future__ import annotations

import logging
from smtplib import SMTPException

from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from django.utils.translation import gettext, override

from survey.members import second_factor
from survey.members.authentication import user_of

logger = logging.getLogger(__name__)

LONGEST_PASSWORD = 128  # characters; longer ones are never right, and are not hashed


class WrongPasswordError(Exception):
    """The present password was another one."""


@transaction.atomic
def change(*, user: User, old: str, new: str) -> User:
    """Store the new password: other sessions and all tokens end with the old one, and so does a
    second factor that waits to be confirmed.

    Raises `WrongPasswordError`, `ValidationError` with what the validators say, or
    `User.DoesNotExist` for somebody who left.
    """
    stored = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if not stored.check_password(old):
        raise WrongPasswordError
    validate_password(new, stored)
    stored.set_password(new)
    stored.save(update_fields=["password"])
    second_factor.cancel(user=stored)
    return stored


def holder_of(*, uid: str, token: str) -> User | None:
    """The user whom a mailed link belongs to; None: it was changed, used or is too old."""
    try:
        user = User.objects.filter(pk=int(urlsafe_base64_decode(uid)), is_active=True).first()
    except (ValueError, OverflowError):
        return None
    return user if default_token_generator.check_token(user, token) else None


@transaction.atomic
def reset(*, uid: str, token: str, new: str) -> bool:
    """Store a new password by a mailed link; whether the link still holds. Each link works once.

    Raises `ValidationError` with what the validators say.
    """
    user = holder_of(uid=uid, token=token)
    if user is None:
        return False
    stored = User.objects.select_for_update(no_key=True).filter(pk=user.pk).first()
    if stored is None or not default_token_generator.check_token(stored, token):
        return False
    validate_password(new, stored)
    stored.set_password(new)
    stored.save(update_fields=["password"])
    second_factor.cancel(user=stored)
    return True


def addressee(email: str) -> int | None:
    """The id of the user to whom a link to a new password goes; None: nobody gets one.

    Accounts without a password of their own were closed by staff, and stay so.
    """
    user = user_of(email)
    may = user is not None and user.is_active and user.has_usable_password()
    return user.pk if may and user is not None else None


def reset_mail(*, user_id: int, site: str, language: str) -> EmailMessage | None:
    """The mail with a link, to the stored address and no other; None: the user is gone.

    `site` is scheme and host. The link holds until the password changes, and for three days.
    """
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return None
    with override(language):
        link = "/".join(
            (
                f"{site}/password/reset",
                urlsafe_base64_encode(force_bytes(user.pk)),
                default_token_generator.make_token(user),
                "",
            )
        )
        text = render_to_string("members/reset_mail.txt", {"link": link})
        return EmailMessage(gettext("Your new OTTwin password"), text, None, [user.email])


def send(mail: EmailMessage, *, user_id: int) -> bool:
    """Whether the mail went out. Asks no database, so that any thread may call it.

    What goes wrong is logged without its text: servers repeat the address in it.
    """
    try:
        return bool(mail.send())
    except (SMTPException, OSError, ValueError) as error:  # ValueError: what is no address
        logger.error("The mail to user #%s failed (%s)", user_id, type(error).__name__)
        return False
