"""The codes of authenticator apps, for tests and pictures of the second step."""

from __future__ import annotations

import base64
import time

from django_otp.oath import TOTP


def code_by(secret: bytes, ahead: int = 0) -> str:
    """What the app shows now, or so many steps of 30 seconds later."""
    totp = TOTP(secret)
    totp.time = time.time() + 30 * ahead
    return f"{totp.token():06d}"


def code_of_key(key: str, ahead: int = 0) -> str:
    """The same, of an app that was given the key by hand, as the page shows it."""
    bare = key.replace(" ", "")
    return code_by(base64.b32decode(bare + "=" * (-len(bare) % 8)), ahead)
