"""A network is the address that a trusted proxy names, never one that the client makes up."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory

from common.web.guards.networks import network_of
from config.request_limits import request_limits, trusted_proxies


def network(peer: str, forwarded: str | None = None) -> str:
    headers = {} if forwarded is None else {"x-forwarded-for": forwarded}
    return network_of(RequestFactory().get("/", headers=headers, REMOTE_ADDR=peer))


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("203.0.113.7", None, "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),  # no proxy: forged
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "10.9.9.9, 198.51.100.1", "198.51.100.1"),  # the client wrote the first
        ("127.0.0.1", "198.51.100.1, 10.0.0.5", "198.51.100.1"),  # two proxies of ours
        ("127.0.0.1", "10.0.0.6, 10.0.0.5", "10.0.0.6"),  # somebody inside
        ("127.0.0.1", "198.51.100.1, unknown", "127.0.0.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.1:4711", "198.51.100.1"),
        ("", "198.51.100.1", "198.51.100.1"),  # through a Unix socket
        ("", None, ""),
        ("::ffff:203.0.113.7", None, "203.0.113.7"),
        ("2001:db8:1:2:3::4", None, "2001:db8:1:2::/64"),
        ("127.0.0.1", "[2001:db8:1:2::9]:443", "2001:db8:1:2::/64"),
        ("127.0.0.1", "fe80::1%eth0", "fe80::/64"),
        ("127.0.0.1", "9" * 10_000, "127.0.0.1"),
    ],
)
def test_the_network(settings: Any, peer: str, forwarded: str | None, expected: str) -> None:
    settings.TRUSTED_PROXIES = ["127.0.0.0/8", "10.0.0.0/29"]
    assert network(peer, forwarded) == expected


def test_without_a_trusted_proxy_no_header_counts(settings: Any) -> None:
    settings.TRUSTED_PROXIES = []
    assert network("127.0.0.1", "198.51.100.1") == "127.0.0.1"


@pytest.mark.parametrize(
    ("given", "is_public", "expected"),
    [
        ("", False, []),
        ("", True, ["127.0.0.0/8", "::1"]),
        ("none", True, []),
        (" 10.0.0.1 , fd00::/8,", True, ["10.0.0.1", "fd00::/8"]),
    ],
)
def test_the_proxies_of_the_environment(given: str, is_public: bool, expected: list[str]) -> None:
    assert trusted_proxies(given, is_public=is_public) == expected


@pytest.mark.parametrize("given", ["proxy.example", "10.0.0.1,10.0.0.300", "https://10.0.0.1", "1"])
def test_a_proxy_that_is_no_address_is_named(given: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"TRUSTED_PROXIES: .* is neither an address"):
        trusted_proxies(given, is_public=True)


def test_single_limits_can_be_changed() -> None:
    limits = request_limits(" search = 5/minute, surveys=off,")
    assert (limits["search"], limits["surveys"]) == ((5, 60), None)
    assert limits["results"] == (1000, 86_400)
    assert set(request_limits("off").values()) == {None}


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ("serach=5/minute", "'serach' is no limit"),
        ("search=5", "search is '5'"),
        ("search", "search is ''"),
        ("search=-1/minute", "search is '-1/minute'"),
        ("search=5/week", "search is '5/week'"),
        ("search=５/minute", "search is '５/minute'"),
    ],
)
def test_a_wrong_limit_is_named(changes: str, named: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=f"REQUEST_LIMITS: {named}"):
        request_limits(changes)
