"""How often one network may do something, without keeping who it is."""

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
    """Counts in the cache, under a keyed hash of the address, for the time of the rate alone.

    A subclass has a `scope`, the settings its rate.
    """

    def allow_request(self, request: Request, view: APIView) -> bool:
        """While the cache is away everything is let through: nothing must be lost to it."""
        try:
            return super().allow_request(request, view)
        except (RedisError, OSError) as error:
            logger.warning("No limit on %s, the cache does not answer: %s", self.scope, error)
            return True

    def get_cache_key(self, request: Request, view: APIView) -> str:
        return self.cache_format % {"scope": self.scope, "ident": self.hashed(request)}

    def hashed(self, request: Request, *more: object) -> str:
        """Who sends the request, and what more belongs to the key."""
        text = " ".join(map(str, [self._network(request), *more]))
        return salted_hmac("common.throttling", text, algorithm="sha256").hexdigest()

    def _network(self, request: Request) -> str:
        """The address; of IPv6 the network, in which one household can change its address."""
        text = self.get_ident(request) or ""
        try:
            address = ip_address(text)
        except ValueError:
            return text
        if isinstance(address, IPv6Address):
            return str(address.ipv4_mapped or int(address) >> 64)
        return text
