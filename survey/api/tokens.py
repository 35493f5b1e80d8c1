"""Tokens: log in with a program, renew, log out."""

from __future__ import annotations

from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.decorators import api_view, throttle_classes
from rest_framework.request import Request
from rest_framework.response import Response

from common.web.guards.counts import CountUnavailableError
from common.web.guards.networks import network_of
from common.web.input import refuse_query
from common.web.schema import ErrorOutput
from common.web.throttling import NetworkThrottle
from survey.api import access, serializers
from survey.limits import account_key, begin_anew
from survey.members import second_factor, tokens

NO_STORE = {"Cache-Control": "no-store"}
REFUSED = OpenApiResponse(ErrorOutput, "The token is not valid, or was used already")


class TokenThrottle(NetworkThrottle):
    scope = "tokens"


@extend_schema(
    request=serializers.LoginInput,
    responses={
        200: serializers.PairOutput,
        401: OpenApiResponse(ErrorOutput, "E-mail, password or code is not right"),
    },
)
@api_view(["POST"])
def token(request: Request) -> Response:
    """Log in, as a member or as staff; with a second factor the body needs a `code` too."""
    refuse_query(request)
    given = serializers.LoginInput(data=request.data)
    given.is_valid(raise_exception=True)
    email, password = given.validated_data["email"], given.validated_data["password"]
    who = account_key(email)
    network = network_of(request._request)
    access.count_try(("member_login", network), ("login_account", who))
    user = authenticate(request._request, email=email, password=password)
    if not isinstance(user, User):
        raise _wrong()
    _begin_anew("login_account", who)
    if second_factor.is_on(user):
        _check_code(user, given.validated_data.get("code"))
    try:
        pair = tokens.new_pair(user=user)
    except tokens.TokenRefusedError as error:
        raise _wrong() from error
    return Response(serializers.PairOutput(pair).data, headers=NO_STORE)


def _wrong() -> access.NotLoggedIn:
    return access.NotLoggedIn(_("The e-mail or the password is not right."))


def _check_code(user: User, code: str | None) -> None:
    if code is None:
        raise access.NotLoggedIn(_("This account has a second factor: send a “code” too."))
    access.count_try(("second_factor", str(user.pk)))
    if not second_factor.passes(user=user, code=code):
        raise access.NotLoggedIn(_("This code is not right, or has been used already."))
    _begin_anew("second_factor", str(user.pk))


def _begin_anew(name: str, who: str) -> None:
    try:
        begin_anew(name, who)
    except CountUnavailableError as error:
        raise access.Closed from error


@extend_schema(
    request=serializers.RefreshInput, responses={200: serializers.PairOutput, 401: REFUSED}
)
@api_view(["POST"])
@throttle_classes([TokenThrottle])
def refresh(request: Request) -> Response:
    """A new pair for a refresh token, which is used up. Of many at once exactly one succeeds."""
    try:
        pair = tokens.rotate(refresh=_given(request))
    except tokens.TokenRefusedError as error:
        raise access.NotLoggedIn(access.refused_text()) from error
    return Response(serializers.PairOutput(pair).data, headers=NO_STORE)


@extend_schema(request=serializers.RefreshInput, responses={204: None, 401: REFUSED})
@api_view(["POST"])
@throttle_classes([TokenThrottle])
def revoke(request: Request) -> Response:
    """Log out: the refresh token cannot be used any more; access tokens end within 10 minutes."""
    try:
        tokens.revoke(refresh=_given(request))
    except tokens.TokenRefusedError as error:
        raise access.NotLoggedIn(access.refused_text()) from error
    return Response(status=204)


def _given(request: Request) -> str:
    refuse_query(request)
    given = serializers.RefreshInput(data=request.data)
    given.is_valid(raise_exception=True)
    return str(given.validated_data["refresh"])
