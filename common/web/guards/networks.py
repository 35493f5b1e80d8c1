"""From which network a request comes, as far as it can be trusted."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

LONGEST_ADDRESS = 60
Address = IPv4Address | IPv6Address


def network_of(request: HttpRequest) -> str:
    """The IPv4 address, or the IPv6 network of 64 bits, in which one household can change address.

    `X-Forwarded-For` counts only if the connection comes from one of `TRUSTED_PROXIES`, and only
    from the right up to the first address that is none of them: what stands before it was written
    by the client. A connection through a Unix socket comes from a proxy on this machine.
    """
    meta = request.META
    peer = _address(meta.get("REMOTE_ADDR", ""))
    if peer is not None and not _is_proxy(peer):
        return _network(peer)
    for text in reversed(meta.get("HTTP_X_FORWARDED_FOR", "").split(",")):
        given = _address(text)
        if given is None:
            break
        peer = given
        if not _is_proxy(given):
            break
    return "" if peer is None else _network(peer)


def _address(text: str) -> Address | None:
    """The address, without a port; an IPv4 address in IPv6 notation as IPv4."""
    text = text.strip()[:LONGEST_ADDRESS]
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _network(address: Address) -> str:
    if isinstance(address, IPv6Address):
        return str(ip_network((address, 64), strict=False))
    return str(address)


@lru_cache(maxsize=1024)
def _is_trusted(address: Address, proxies: tuple[str, ...]) -> bool:
    return any(address in ip_network(proxy, strict=False) for proxy in proxies)


def _is_proxy(address: Address) -> bool:
    return _is_trusted(address, tuple(settings.TRUSTED_PROXIES))
