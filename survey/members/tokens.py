"""Tokens for programs: short ones to call the API with, and longer ones that renew them, once each.

The one place that knows SimpleJWT's tokens and tables (ADR 0038); `survey.api.access` knows its
reader of headers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken
from rest_framework_simplejwt.tokens import RefreshToken
from rest_framework_simplejwt.utils import get_md5_hash_password

from survey.members.sessions import SessionStore
from survey.models import LoginSession

# Ours have some 400 characters. Longer ones, and such as nest brackets, are not even decoded.
TOKEN = re.compile(r"[A-Za-z0-9_-]{1,200}\.[A-Za-z0-9_-]{1,1500}\.[A-Za-z0-9_-]{1,200}")


class TokenRefusedError(Exception):
    """Not of ours, expired, used already, revoked, or of somebody who may not log in any more."""


@dataclass(frozen=True)
class TokenPair:
    access: str
    refresh: str


@dataclass(frozen=True)
class IssuedToken:
    """When it was issued, and when it ends."""

    issued_at: datetime | None
    ends_at: datetime


@transaction.atomic
def new_pair(*, user: User) -> TokenPair:
    """Tokens for a user whose password, and code if they have a device, were right.

    Raises `TokenRefusedError` for one who has left meanwhile; leaving locks the user too.
    """
    if User.objects.select_for_update(no_key=True).filter(pk=user.pk).first() is None:
        raise TokenRefusedError
    return _pair(user)


def _pair(user: User) -> TokenPair:
    refresh = RefreshToken.for_user(user)
    return TokenPair(str(refresh.access_token), str(refresh))


@transaction.atomic
def rotate(*, refresh: str) -> TokenPair:
    """A new pair for a token that was never used. Raises `TokenRefusedError`.

    1. Signature, expiry and kind are checked.
    2. The row of the user is locked: of many at once, one goes on at a time. Leaving locks it too.
    3. The token must still be there, and not be blacklisted; then it is blacklisted.
    SimpleJWT's own `blacklist()` asks "get or create" and lets all go on that arrive at once.
    """
    token = _read(refresh)
    user = _holder(token)
    _use_up(token)
    return _pair(user)


@transaction.atomic
def revoke(*, refresh: str) -> None:
    """The token cannot be used any more. Raises `TokenRefusedError` as `rotate` does."""
    token = _read(refresh)
    _holder(token)
    _use_up(token)


def _read(text: str) -> RefreshToken:
    if not TOKEN.fullmatch(text):
        raise TokenRefusedError
    try:
        return RefreshToken(text)  # type: ignore[arg-type]
    except (TokenError, KeyError, RecursionError) as error:
        raise TokenRefusedError from error


def _holder(token: RefreshToken) -> User:
    users = User.objects.select_for_update(no_key=True)
    key = token.get(api_settings.USER_ID_CLAIM)
    user = users.filter(pk=key, is_active=True).first() if key else None
    if user is None or token.get(api_settings.REVOKE_TOKEN_CLAIM) != get_md5_hash_password(
        user.password
    ):
        raise TokenRefusedError
    return user


def _use_up(token: RefreshToken) -> None:
    row = OutstandingToken.objects.filter(jti=token[api_settings.JTI_CLAIM]).first()
    if row is None:
        raise TokenRefusedError
    _blacklisted, is_first = BlacklistedToken.objects.get_or_create(token=row)
    if not is_first:
        raise TokenRefusedError


def revoke_all(*, user: User) -> None:
    """No token of theirs can be renewed any more. Their foreign key would only forget whose they
    are when the user is deleted."""
    OutstandingToken.objects.filter(user=user).delete()


@transaction.atomic
def end_everywhere(*, user: User, but: str | None = None) -> None:
    """End all sessions of the user except the one with this key, and all tokens that renew."""
    LoginSession.objects.filter(user=user).exclude(pk=but or "").delete()
    revoke_all(user=user)


def issued_to(user: User) -> list[IssuedToken]:
    """The tokens that are kept: those that renew, oldest first."""
    rows = OutstandingToken.objects.filter(user=user).order_by("created_at", "pk")
    return [IssuedToken(*times) for times in rows.values_list("created_at", "expires_at")]


def purge_over() -> int:
    """Delete tokens and sessions that are over, or whose user is gone; return how many tokens."""
    store: type[SessionBase] = SessionStore
    store.clear_expired()
    over = OutstandingToken.objects.filter(Q(expires_at__lte=timezone.now()) | Q(user=None))
    keys = list(over.values_list("pk", flat=True))
    over.filter(pk__in=keys).delete()
    return len(keys)
