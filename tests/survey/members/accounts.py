"""Members, their log-in and their requests, for the tests of accounts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import jwt
import pytest
from django.conf import settings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.models import User
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from survey.members.joining import join
from survey.members.profile import Profile
from survey.models import Member
from tests.codes import code_by

EMAIL, PASSWORD, WRONG = "minji@site.kr", "tide-lamp-orchard", "another-lamp-tide"


def joined(email: str = EMAIL, **said: Any) -> Member:
    """A member, as the service stores them."""
    learns = said.pop("learns", False)
    return join(email=email, password=PASSWORD, profile=Profile(**said), learns=learns)


def log_in(client: Client, email: str = EMAIL, password: str = PASSWORD, **more: Any) -> Any:
    return client.post("/login/", {"email": email, "password": password, **more})


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def ask(client: Client, path: str, body: Any, method: str = "post", **more: Any) -> Any:
    """A call of the API with a body, in English."""
    headers = {"accept-language": "en", **more.pop("headers", {})}
    send = getattr(client, method)
    return send(path, body, content_type="application/json", headers=headers, **more)


def pair(client: Client, email: str = EMAIL, password: str = PASSWORD) -> dict[str, str]:
    answer = ask(client, "/api/token/", {"email": email, "password": password})
    assert answer.status_code == 200, answer.content
    found: dict[str, str] = answer.json()
    return found


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}", "accept-language": "en"}


def claims(token: str) -> dict[str, Any]:
    """What a token says, unverified."""
    found: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return found


def signed(said: dict[str, Any], key: str = "", algorithm: str = "HS256") -> str:
    """A token of these claims under a key; by default that of the site."""
    key = key or str(settings.SIMPLE_JWT["SIGNING_KEY"])
    return jwt.encode(said, "" if algorithm == "none" else key, algorithm=algorithm)


def with_device(user: User) -> TOTPDevice:
    """A second factor that is switched on."""
    return TOTPDevice.objects.create(user=user, name="app", confirmed=True)


def code_of(device: TOTPDevice, ahead: int = 0) -> str:
    """What the app shows now, or so many steps of 30 seconds later."""
    return code_by(device.bin_key, ahead)


@contextmanager
def hashes(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Collects one entry for each hash of a password that is computed."""
    found: list[str] = []
    encode = MD5PasswordHasher.encode

    def counted(self: MD5PasswordHasher, password: str, salt: str) -> str:
        found.append(salt)
        return encode(self, password, salt)

    with monkeypatch.context() as patched:
        patched.setattr(MD5PasswordHasher, "encode", counted)
        yield found
