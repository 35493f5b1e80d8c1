"""A second factor: codes of an app (TOTP, RFC 6238), and ten codes for when the app is lost.

For members and staff; optional. Devices and codes are rows of django-otp.
"""

from __future__ import annotations

import re
from base64 import b32encode
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from survey.members import tokens

RECOVERY_CODES = 10
LONGEST_CODE = 20
SET_UP = timedelta(minutes=15)  # from the password to the first code


def is_on(user: User) -> bool:
    """Whether they are asked for a code."""
    return bool(TOTPDevice.objects.filter(user=user, confirmed=True).exists())


def on_since(user: User) -> datetime | None:
    """When its device was set up; None: it is off."""
    found = TOTPDevice.objects.filter(user=user, confirmed=True).values_list(
        "created_at", flat=True
    )
    since: datetime | None = found.first()
    return since


def waiting(user: User) -> TOTPDevice | None:
    """The device that waits to be confirmed. Its secret is shown for as long as `SET_UP`: whoever
    finds the session later does not read it, and sets up another one only by the password."""
    since = timezone.now() - SET_UP
    found: TOTPDevice | None = TOTPDevice.objects.filter(
        user=user, confirmed=False, created_at__gt=since
    ).first()
    return found


@transaction.atomic
def begin(*, user: User) -> TOTPDevice:
    """The device that waits to be confirmed: the one that is there, else one with a new secret.

    Raises `User.DoesNotExist` for somebody who left.
    """
    if not _hold(user):
        raise User.DoesNotExist
    if (device := waiting(user)) is not None:
        return device
    TOTPDevice.objects.filter(user=user, confirmed=False).delete()
    return TOTPDevice.objects.create(user=user, name="app", confirmed=False)


def secret_of(device: TOTPDevice) -> str:
    """As apps take it where no picture can be read, in groups of four."""
    text = b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(text[begin : begin + 4] for begin in range(0, len(text), 4))


@transaction.atomic
def confirm(*, user: User, code: str, session: str | None = None) -> list[str] | None:
    """Switch it on if the app shows this code: the recovery codes, which no page shows again.

    Whoever got in with the password alone is out: all sessions end but the one with this key, and
    so do all tokens that renew. None for another code, or without a device that waits.
    """
    if not _hold(user):
        return None
    device = waiting(user)
    if device is None or is_on(user) or not device.verify_token(_digits(code)):
        return None
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    tokens.end_everywhere(user=user, but=session)
    StaticDevice.objects.filter(user=user).delete()
    spare = StaticDevice.objects.create(user=user, name="recovery")
    codes = [StaticToken.random_token() for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=spare, token=each) for each in codes)
    return codes


@transaction.atomic
def passes(*, user: User, code: str) -> bool:
    """Whether the code is right. Each counts once, also for many at once: the user is locked."""
    code = _digits(code)
    if not _hold(user):
        return False
    if not 0 < len(code) <= LONGEST_CODE or not code.isascii() or not code.isalnum():
        return False
    if re.fullmatch(r"[0-9]{6}", code):
        device = TOTPDevice.objects.filter(user=user, confirmed=True).first()
        return device is not None and bool(device.verify_token(code))
    spare = StaticDevice.objects.filter(user=user).first()
    return spare is not None and bool(spare.verify_token(code.lower()))


@transaction.atomic
def cancel(*, user: User) -> None:
    """Delete the device that waits; one that is switched on stays. Idempotent."""
    _hold(user)
    TOTPDevice.objects.filter(user=user, confirmed=False).delete()


@transaction.atomic
def switch_off(*, user: User) -> None:
    """Delete devices and recovery codes. Idempotent."""
    _hold(user)
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()


def _hold(user: User) -> bool:
    """Lock the user; whether they are still there."""
    return User.objects.select_for_update(no_key=True).filter(pk=user.pk).first() is not None


def _digits(code: str) -> str:
    """Without the blanks and dashes that apps and people put between."""
    return re.sub(r"[\s-]", "", code)
