"""Reads environment variables as people paste them, or refuses them with one line that names them.

Blanks, line ends and quotes around a value are left out. A message never repeats a secret.
"""

from __future__ import annotations

import hmac
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

# What else is pasted along: a byte order mark, blanks without width, a blank that does not break.
INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060\u00a0"
QUOTES = (("'", "'"), ('"', '"'), ("“", "”"), ("‘", "’"))
HOST = re.compile(r"\*|\.?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\]")
# By scheme, where no port is given: plain, STARTTLS, TLS from the start.
MAIL_PORTS = {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}
MAIL_SECONDS = 10  # for each answer of the mail server
TO_THE_LOG = "consolemail://"  # no server: mails are printed, on a development machine
TRUE, FALSE = ("true", "1", "yes", "on"), ("false", "0", "no", "off", "")


class Environment:
    """The variables of the process, and of a file beside them that they take precedence over."""

    def __init__(self, file: Path) -> None:
        try:
            environ.Env.read_env(file, encoding="utf-8-sig")
        except UnicodeDecodeError:
            raise ImproperlyConfigured(
                f"{file.name} is not UTF-8 text; save it as UTF-8."
            ) from None

    def text(self, name: str, *, default: str = "") -> str:
        """The trimmed value; `default` if it is empty or not set."""
        value = os.environ.get(name, "").strip().strip(INVISIBLE).strip()
        for begin, end in QUOTES:
            if len(value) > 1 and value.startswith(begin) and value.endswith(end):
                value = value[1:-1].strip()
        if any(not letter.isprintable() for letter in value):
            raise ImproperlyConfigured(f"{name} holds a line end or another control character.")
        return value or default

    def optional(self, name: str, *, default: str) -> str:
        """As `text`, where "" switches something off and only a missing variable is the default."""
        return self.text(name) if name in os.environ else default

    def flag(self, name: str) -> bool:
        value = self.text(name).lower()
        if value not in (*TRUE, *FALSE):
            raise ImproperlyConfigured(f"{name} is {value!r}; use true or false.")
        return value in TRUE

    def whole(self, name: str, *, default: int, least: int, most: int) -> int:
        value = self.text(name, default=str(default))
        if not re.fullmatch(r"[0-9]{1,9}", value) or not least <= int(value) <= most:
            raise ImproperlyConfigured(
                f"{name} is {value!r}; expected a whole number from {least:,} to {most:,}."
            )
        return int(value)

    def key(self, name: str, *, expected: str) -> str:
        """A key of a service: letters, digits, ".", "_" and "-"."""
        value = re.sub(r"^(?:Bearer\s+|api_key=)", "", self.text(name), flags=re.IGNORECASE)
        if value and not re.fullmatch(r"[A-Za-z0-9._-]+", value):
            raise ImproperlyConfigured(
                f"{name} holds characters that no key has, as a placeholder would; {expected}"
            )
        return value

    def hosts(self, name: str, *, default: Sequence[str]) -> list[str]:
        """Names of hosts; of addresses that were pasted whole, their hosts."""
        given = [part for part in re.split(r"[,;\s]+", self.text(name)) if part]
        return [self._host(name, part) for part in given] or list(default)

    def _host(self, name: str, given: str) -> str:
        text = given.strip("'\"").lower()
        if re.fullmatch(r"[0-9a-f]*:[0-9a-f:]*:[0-9a-f:.]*", text):
            text = f"[{text}]"
        try:
            host = re.sub(r":[0-9]*$", "", urlsplit(text if "//" in text else f"//{text}").netloc)
            plain = host if host.isascii() else host.encode("idna").decode()
        except ValueError:
            plain = ""
        plain = plain.rstrip(".")
        if not HOST.fullmatch(plain):
            raise ImproperlyConfigured(
                f"{name} has {given!r}; expected names of hosts, such as ottwin.example,localhost."
            )
        return plain

    def email(self, name: str) -> str:
        value = self.text(name)
        if value and not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+", value):
            raise ImproperlyConfigured(
                f"{name} is {value!r}; expected an e-mail address, such as hello@ottwin.example."
            )
        return value

    def email_server(self, name: str, *, expected: str) -> dict[str, Any]:
        """Django's settings for the mail server of a URL; {} where none is set."""
        value = self.text(name)
        if not value:
            return {}
        is_server = _is_address(value, list(MAIL_PORTS)) and "?" not in value
        if value != TO_THE_LOG and not is_server:
            raise ImproperlyConfigured(f"{name} is no address of a mail server; {expected}")
        found: dict[str, Any] = environ.Env.email_url_config(value)
        port = found["EMAIL_PORT"] or MAIL_PORTS.get(urlsplit(value).scheme)
        given = {one: value for one, value in found.items() if value}
        return given | {"EMAIL_PORT": port, "EMAIL_TIMEOUT": MAIL_SECONDS}

    def secret(self, name: str, *, least: int, instead: bytes) -> str:
        """A secret of at least so many bytes; not set, one that is derived from another secret."""
        value = self.text(name)
        if not value:
            return hmac.new(instead, name.encode(), "sha256").hexdigest()
        if len(value.encode()) < least:
            raise ImproperlyConfigured(
                f"{name} is shorter than {least} bytes; use a long random value."
            )
        return value

    def origins(self, name: str) -> list[str]:
        """Scheme, host and port of sites, without a path; none by default."""
        given = [part.rstrip("/") for part in re.split(r"[,;\s]+", self.text(name)) if part]
        for part in given:
            if not (_is_address(part, ["https", "http"]) and re.fullmatch(r"\w+://[^/?#@]+", part)):
                raise ImproperlyConfigured(
                    f"{name} has {part!r}; expected origins, such as https://films.example."
                )
        return given

    def address(self, name: str, *, default: str, schemes: Sequence[str], expected: str) -> str:
        """A URL without a slash at its end; "" where the variable is set to nothing."""
        value = self.optional(name, default=default).rstrip("/")
        if value and not _is_address(value, schemes):
            raise ImproperlyConfigured(f"{name} is no address that can be used; {expected}")
        return value


def _is_address(text: str, schemes: Sequence[str]) -> bool:
    if not re.fullmatch(r"[!-~]+", text) or re.search(r"[;,\"'<>\\]", text):
        return False
    try:
        parts: SplitResult = urlsplit(text)
        return (
            parts.scheme in schemes
            and bool(parts.hostname or parts.scheme == "unix")
            and (parts.port is None or parts.port > 0)
        )
    except ValueError:
        return False
