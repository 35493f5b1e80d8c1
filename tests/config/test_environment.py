"""Environment variables are read as people paste them, or one line names the wrong one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.environment import Environment

NAME = "OTTWIN_TESTED"
KEY = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def env(tmp_path: Path) -> Environment:
    return Environment(tmp_path / ".env")


def given(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(NAME, value)


def host(env: Environment) -> list[str]:
    return env.hosts(NAME, default=["localhost"])


def rate(env: Environment) -> int:
    return env.whole(NAME, default=40, least=1, most=1000)


def key(env: Environment) -> str:
    return env.key(NAME, expected="expected a key")


def redis(env: Environment) -> str:
    return env.address(NAME, default="", schemes=["redis", "rediss"], expected="expected redis://…")


def email(env: Environment) -> str:
    return env.email(NAME)


def origins(env: Environment) -> list[str]:
    return env.origins(NAME)


def mail(env: Environment) -> list[Any]:
    """Host, port and password of the server; [] for none."""
    found = env.email_server(NAME, expected="expected smtp+tls://HOST.")
    names = ("EMAIL_HOST", "EMAIL_PORT", "EMAIL_HOST_PASSWORD")
    return [found.get(name) for name in names] if found else []


def signing(env: Environment) -> str:
    return env.secret(NAME, least=32, instead=b"another secret")


@pytest.mark.parametrize(
    ("read", "value", "expected"),
    [
        (key, f"{KEY}\n", KEY), (key, f"  {KEY}\r\n", KEY), (key, f'"{KEY}"', KEY),
        (key, f"Bearer {KEY}.a.b", f"{KEY}.a.b"), (key, f"\ufeff{KEY}\u200b", KEY), (key, "", ""),
        (key, f"api_key={KEY}", KEY), (key, "   ", ""),
        (rate, "40\n", 40), (rate, " 7 ", 7), (rate, "", 40), (rate, "'12'", 12),
        (host, "https://ottwin.example/", ["ottwin.example"]),
        (host, "ottwin.example:8443, www.ottwin.example", ["ottwin.example", "www.ottwin.example"]),
        (host, "OTTwin.Example.", ["ottwin.example"]), (host, "http://[::1]:8000/", ["[::1]"]),
        (host, "::1 127.0.0.1", ["[::1]", "127.0.0.1"]),
        (host, "한국.example", ["xn--3e0b707e.example"]),
        (host, ".ottwin.example,*", [".ottwin.example", "*"]), (host, " , ", ["localhost"]),
        (host, "https://ottwin.example/survey/?a=1", ["ottwin.example"]),
        (redis, "redis://127.0.0.1:6379/0\n", "redis://127.0.0.1:6379/0"), (redis, " ", ""),
        (redis, "rediss://:p%40w@cache:6380/1", "rediss://:p%40w@cache:6380/1"),
        (origins, "https://a.example/, http://b.example:3000",
         ["https://a.example", "http://b.example:3000"]), (origins, "", []),
        (email, " hello@ottwin.example\n", "hello@ottwin.example"), (email, "", ""),
        (mail, "smtp+tls://me:p%40w@mail.example\n", ["mail.example", 587, "p@w"]), (mail, "", []),
        (mail, "smtp+ssl://mail.example", ["mail.example", 465, None]),
        (signing, f" {'k' * 32}\n", "k" * 32),
    ],
)  # fmt: skip
def test_what_is_pasted_along_is_left_out(
    read: Any, value: str, expected: Any, env: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(monkeypatch, value)
    assert read(env) == expected


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (mail, "mail.example"), (mail, "http://mail.example"),
        (mail, f"smtp://me:{KEY} x@a.example"),
        (mail, "smtp://a.example:0"), (mail, "smtp://a.example?x=1"), (signing, "k" * 31),
        (email, "hello"), (origins, "*"), (origins, "a.example"), (origins, "https://a.example/films"),
        (key, "여기에.키.를"), (key, "your key here"), (key, f"{KEY}\n{KEY}"), (key, "<api-key>"),
        (rate, "abc"), (rate, "0"), (rate, "-1"), (rate, "4.5"), (rate, "1e3"),
        (rate, "40 # a second"),
        (rate, "4０"), (rate, "1001"),
        (host, "https://"), (host, "ottwin!example"), (host, "ottwin..example"),
        (redis, "localhost:6379"), (redis, "http://127.0.0.1"), (redis, "redis://"),
        (redis, "redis://host:port/0"), (redis, "redis://:secret word@host"), (redis, "여기에"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_by_name_and_without_secrets(
    read: Any, value: str, env: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(monkeypatch, value)
    with pytest.raises(ImproperlyConfigured) as caught:
        read(env)
    told = str(caught.value)
    assert told.startswith(NAME)
    assert "\n" not in told
    assert KEY not in told
    assert "secret" not in told


@pytest.mark.parametrize(
    ("value", "expected"), [("true\n", True), ("YES", True), ("0", False), ("", False)]
)
def test_a_flag_is_true_or_false(
    value: str, expected: bool, env: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(monkeypatch, value)
    assert env.flag(NAME) is expected
    given(monkeypatch, "perhaps")
    with pytest.raises(ImproperlyConfigured, match=f"{NAME} is 'perhaps'"):
        env.flag(NAME)


def test_a_file_may_begin_with_a_mark_and_must_be_utf8(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / ".env"
    monkeypatch.delenv(NAME, raising=False)
    file.write_bytes(f"\ufeff{NAME}=ok\r\n# 설명\r\n".encode())
    assert Environment(file).text(NAME) == "ok"
    monkeypatch.delenv(NAME, raising=False)
    file.write_bytes(f"# 설명\n{NAME}=ok\n".encode("cp949"))
    with pytest.raises(ImproperlyConfigured, match="not UTF-8"):
        Environment(file)


def test_a_key_that_is_not_set_is_derived_and_differs_from_its_source(
    env: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(monkeypatch, "")
    found = signing(env)
    assert len(found) == 64
    assert found == signing(env)
    assert found != env.secret(NAME, least=32, instead=b"a third secret")
