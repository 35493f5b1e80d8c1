"""Tokens: what each opens, how it ends, and forgeries of every kind."""

from __future__ import annotations

import base64
import json
import time
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken

from survey.members.leaving import leave
from survey.members.passwords import change
from survey.members.tokens import purge_over
from survey.models import Member
from survey.tasks import purge_expired_respondents
from tests.survey.members.accounts import (
    EMAIL,
    PASSWORD,
    WRONG,
    ask,
    bearer,
    claims,
    code_of,
    joined,
    pair,
    signed,
    with_device,
)

pytestmark = pytest.mark.django_db
REFUSAL = "This token is not valid, or not any more. Please log in again."


@pytest.fixture(autouse=True)
def minji(db: None) -> Member:
    return joined()


def me(client: Client, access: str) -> Any:
    return client.get("/api/me/", headers=bearer(access))


def renew(client: Client, refresh: Any) -> Any:
    return ask(client, "/api/token/refresh/", {"refresh": refresh})


def assert_refused(answer: Any) -> None:
    assert (answer.status_code, answer.json()) == (401, {"detail": REFUSAL})
    assert answer["WWW-Authenticate"].startswith("Bearer")


# --- as it should be ---


def test_an_access_token_opens_the_account_for_ten_minutes_and_a_refresh_token_for_a_week(
    client: Client,
) -> None:
    found = pair(client)
    assert me(client, found["access"]).json()["email"] == EMAIL
    access, refresh = claims(found["access"]), claims(found["refresh"])
    assert (access["exp"] - access["iat"], refresh["exp"] - refresh["iat"]) == (600, 7 * 86_400)
    assert (access["token_type"], access["iss"]) == ("access", "ottwin")
    assert "sessionid" not in client.cookies


def test_a_refresh_token_gives_a_new_pair_once(client: Client) -> None:
    first = pair(client)
    answer = renew(client, first["refresh"])
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert answer.json()["refresh"] != first["refresh"]
    assert me(client, answer.json()["access"]).status_code == 200
    assert_refused(renew(client, first["refresh"]))
    assert renew(client, answer.json()["refresh"]).status_code == 200


def test_a_revoked_token_gives_nothing(client: Client) -> None:
    refresh = pair(client)["refresh"]
    assert ask(client, "/api/token/revoke/", {"refresh": refresh}).status_code == 204
    assert_refused(renew(client, refresh))
    assert_refused(ask(client, "/api/token/revoke/", {"refresh": refresh}))


def test_staff_get_tokens_but_have_nothing_of_members(client: Client) -> None:
    User.objects.create_user("boss", email="boss@site.kr", password=PASSWORD, is_staff=True)
    found = pair(client, "boss@site.kr")
    answer = me(client, found["access"])
    assert answer.status_code == 403
    assert "belongs to staff" in answer.json()["detail"]
    assert renew(client, found["refresh"]).status_code == 200


def test_with_a_second_factor_the_password_alone_gives_no_token(
    client: Client, minji: Member
) -> None:
    device = with_device(minji.user)
    body = {"email": EMAIL, "password": PASSWORD}
    answer = ask(client, "/api/token/", body)
    assert answer.status_code == 401
    assert "second factor" in answer.json()["detail"]
    wrong = ask(client, "/api/token/", {**body, "password": WRONG})
    assert wrong.json()["detail"] == "The e-mail or the password is not right."
    code = code_of(device)
    assert ask(client, "/api/token/", {**body, "code": code}).status_code == 200
    assert ask(client, "/api/token/", {**body, "code": code}).status_code == 401
    assert OutstandingToken.objects.count() == 1


# --- how tokens end ---


def test_a_changed_password_ends_every_token(client: Client, minji: Member) -> None:
    found = pair(client)
    change(user=minji.user, old=PASSWORD, new=WRONG)
    assert_refused(me(client, found["access"]))
    assert_refused(renew(client, found["refresh"]))
    assert me(client, pair(client, password=WRONG)["access"]).status_code == 200


def test_tokens_of_an_inactive_user_end(client: Client) -> None:
    found = pair(client)
    User.objects.update(is_active=False)
    assert_refused(me(client, found["access"]))
    assert_refused(renew(client, found["refresh"]))


def test_tokens_of_whoever_left_end_and_so_does_a_new_account_under_the_address(
    client: Client, minji: Member
) -> None:
    found = pair(client)
    leave(member=minji)
    assert_refused(me(client, found["access"]))
    assert_refused(renew(client, found["refresh"]))
    joined()
    assert_refused(me(client, found["access"]))


def test_a_token_that_leaving_deleted_cannot_be_renewed_by_its_signature(client: Client) -> None:
    refresh = pair(client)["refresh"]
    OutstandingToken.objects.all().delete()
    assert_refused(renew(client, refresh))


def test_expired_tokens_are_refused(client: Client) -> None:
    found = pair(client)
    past = {"exp": int(time.time()) - 1}
    assert_refused(me(client, signed(claims(found["access"]) | past)))
    assert_refused(renew(client, signed(claims(found["refresh"]) | past)))


def test_over_and_orphaned_tokens_are_deleted_nightly(client: Client) -> None:
    kept, over, orphan = pair(client), pair(client), pair(client)
    tokens = OutstandingToken.objects
    tokens.filter(jti=claims(over["refresh"])["jti"]).update(expires_at=timezone.now())
    tokens.filter(jti=claims(orphan["refresh"])["jti"]).update(user=None)
    renew(client, kept["refresh"])
    assert purge_over() == 2
    assert (tokens.count(), BlacklistedToken.objects.count()) == (2, 1)
    tokens.update(expires_at=timezone.now() - timedelta(days=1))
    purge_expired_respondents()
    assert not tokens.exists()


# --- forgeries ---


def test_one_kind_is_not_taken_for_the_other(client: Client) -> None:
    found = pair(client)
    assert_refused(me(client, found["refresh"]))
    assert_refused(renew(client, found["access"]))
    assert_refused(ask(client, "/api/token/revoke/", {"refresh": found["access"]}))


@pytest.mark.parametrize("algorithm", ["none", "HS384", "HS512"])
def test_no_other_algorithm_is_taken(client: Client, algorithm: str) -> None:
    found = pair(client)
    assert_refused(me(client, signed(claims(found["access"]), algorithm=algorithm)))
    assert_refused(renew(client, signed(claims(found["refresh"]), algorithm=algorithm)))


@pytest.mark.parametrize("key", ["another key of thirty-two characters or more", "secret_key"])
def test_no_other_key_is_taken_not_even_that_of_the_site(
    client: Client, key: str, settings: Any
) -> None:
    key = settings.SECRET_KEY if key == "secret_key" else key
    found = pair(client)
    assert_refused(me(client, signed(claims(found["access"]), key)))
    assert_refused(renew(client, signed(claims(found["refresh"]), key)))


@pytest.mark.parametrize("claim", ["user_id", "exp", "jti", "token_type", "iss", "hash_password"])
def test_a_changed_claim_breaks_the_signature(client: Client, claim: str) -> None:
    head, _body, signature = pair(client)["access"].split(".")
    said = claims(pair(client)["access"]) | {claim: "1"}
    body = base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")
    assert_refused(me(client, f"{head}.{body}.{signature}"))


@pytest.mark.parametrize("claim", ["user_id", "exp", "jti", "token_type", "iss", "hash_password"])
def test_a_token_without_a_claim_is_refused(client: Client, claim: str) -> None:
    found = pair(client)
    for kind, use in (("access", me), ("refresh", renew)):
        said = claims(found[kind])
        del said[claim]
        assert_refused(use(client, signed(said)))


def nested(depth: int) -> str:
    """A header of nothing but brackets."""
    return base64.urlsafe_b64encode(b"[" * depth + b"]" * depth).decode().rstrip("=") + ".e30.e30"


@pytest.mark.parametrize(
    "token",
    ["", ".", "..", "a.b.c", "null", "é.é.é", "a" * 5000, nested(20), nested(700), nested(1400),
     "eyJhbGciOiJIUzI1NiJ9.e30.e30", "' OR 1=1 --"],
)  # fmt: skip
def test_what_is_no_token_is_refused(client: Client, token: str) -> None:
    assert client.get("/api/me/", headers=bearer(token)).status_code == 401
    assert renew(client, token).status_code in (400, 401)


@pytest.mark.parametrize(
    "body",
    [{}, {"refresh": None}, {"refresh": 1}, {"refresh": ["a.b.c"]}, {"refresh": {"a": 1}},
     {"refresh": "a\x00b"}, ["a"], "x"],
)  # fmt: skip
def test_a_body_of_another_shape_is_refused_with_400(client: Client, body: Any) -> None:
    for path in ("/api/token/refresh/", "/api/token/revoke/", "/api/token/"):
        assert ask(client, path, body).status_code == 400


@pytest.mark.parametrize("header", ["Bearer", "Bearer a b", "Basic YTpi", "Token x", "bearer x"])
def test_another_header_is_no_log_in(client: Client, header: str) -> None:
    assert client.get("/api/me/", headers={"authorization": header}).status_code == 401


def test_a_token_is_only_read_from_the_header(client: Client) -> None:
    access = pair(client)["access"]
    assert client.get(f"/api/me/?access={access}").status_code in (400, 401)
    client.cookies["access"] = access
    assert client.get("/api/me/").status_code == 401


def test_pages_take_no_token(client: Client) -> None:
    answer = client.get("/password/", headers=bearer(pair(client)["access"]))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/login/")


def test_a_bad_token_is_refused_even_beside_a_session(client: Client, minji: Member) -> None:
    client.force_login(minji.user)
    assert_refused(me(client, "a.b.c"))


def test_renewing_is_limited_by_network(client: Client, settings: Any) -> None:
    settings.REQUEST_LIMITS = settings.REQUEST_LIMITS | {"tokens": (2, 3600)}
    assert [renew(client, "a.b.c").status_code for _ in range(3)] == [401, 401, 429]


def test_the_refusal_is_in_one_language_and_says_when_to_come_back(
    client: Client, settings: Any
) -> None:
    settings.REQUEST_LIMITS |= {"login_account": (1, 900)}
    body = {"email": EMAIL, "password": WRONG}
    for _ in range(2):
        answer = ask(client, "/api/token/", body, headers={"accept-language": "ko"})
    assert answer.status_code == 429
    assert 890 <= int(answer["Retry-After"]) <= 900
    assert answer.json() == {"detail": "로그인 시도가 너무 많아요. 15분 뒤에 다시 시도해 주세요."}


def test_guessing_codes_is_limited_by_account(client: Client, minji: Member, settings: Any) -> None:
    settings.REQUEST_LIMITS = settings.REQUEST_LIMITS | {"second_factor": (3, 900)}
    device = with_device(minji.user)
    body = {"email": EMAIL, "password": PASSWORD, "code": "000000"}
    assert [ask(client, "/api/token/", body).status_code for _ in range(4)] == [401] * 3 + [429]
    assert ask(client, "/api/token/", body | {"code": code_of(device)}).status_code == 429


def test_endpoints_that_are_public_know_no_users_and_take_no_bad_token_amiss(
    client: Client, world: str
) -> None:
    for path in ("/api/movies/", "/api/platforms/", "/api/", "/api/health/"):
        assert client.get(path, headers=bearer("a.b.c")).status_code == 200


def test_pages_of_named_sites_may_send_tokens(client: Client, settings: Any) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["https://films.example"]
    answer = client.options(
        "/api/me/",
        headers={
            "origin": "https://films.example",
            "access-control-request-method": "GET",
            "access-control-request-headers": "authorization",
        },
    )
    assert "authorization" in answer["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in answer
