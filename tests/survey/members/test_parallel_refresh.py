"""Two hundred programs renew one token at once; a code and a reset are used once as well."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken

from survey.members import second_factor
from tests.survey.members.accounts import ask, code_of, joined, pair, with_device

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 20


def all_at_once(number: int, attempt: Callable[[], object]) -> Counter[object]:
    """What each of so many attempts answers; twenty threads begin each round together."""
    start = Barrier(AT_ONCE)

    def one(_number: int) -> object:
        try:
            start.wait(timeout=60)
            return attempt()
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return Counter(threads.map(one, range(number)))


def test_of_two_hundred_refreshes_of_one_token_exactly_one_succeeds() -> None:
    joined()
    refresh = pair(Client())["refresh"]
    found = all_at_once(
        200, lambda: ask(Client(), "/api/token/refresh/", {"refresh": refresh}).status_code
    )
    assert found == {200: 1, 401: 199}
    assert (OutstandingToken.objects.count(), BlacklistedToken.objects.count()) == (2, 1)


def test_of_forty_log_ins_with_one_code_exactly_one_succeeds() -> None:
    user = joined().user
    code = code_of(with_device(user))
    found = all_at_once(
        40, lambda: second_factor.passes(user=User.objects.get(pk=user.pk), code=code)
    )
    assert found == {True: 1, False: 39}
