"""Limits how often a network may do something, without storing its address."""

from __future__ import annotations

import logging
from ipaddress import IPv6Address, ip_address

from django.utils.crypto import salted_hmac
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

logger = logging.getLogger(__name__)


class NetworkThrottle(SimpleRateThrottle):
    """Counts in the cache, under a keyed hash of the address, for the period of the rate.

    A subclass sets a `scope`; the settings have its rate.
    """

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Allow every request while the cache is down: an outage must not lose answers."""
        try:
            return super().allow_request(request, view)
        except (RedisError, OSError) as error:
            logger.warning("No limit on %s: the cache does not answer: %s", self.scope, error)
            return True

    def get_cache_key(self, request: Request, view: APIView) -> str:
        return self.cache_format % {"scope": self.scope, "ident": self.hashed(request)}

    def hashed(self, request: Request, *more: object) -> str:
        """A keyed hash of the sender's network and of `more`."""
        text = " ".join(map(str, [self._network(request), *more]))
        return salted_hmac("common.web.throttling", text, algorithm="sha256").hexdigest()

    def _network(self, request: Request) -> str:
        """The address; for IPv6 the /64 network, within which a household can change addresses."""
        text = self.get_ident(request) or ""
        try:
            address = ip_address(text)
        except ValueError:
            return text
        if isinstance(address, IPv6Address):
            return str(address.ipv4_mapped or int(address) >> 64)
        return text
