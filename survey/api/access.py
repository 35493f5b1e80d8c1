"""Who calls the API: members (and staff) by a token or by the session of their browser.

    @api_view(["GET"])
    @for_members                 # 401 without log-in, 403 for staff who are no members
    def mine(request): member = access.member(request)

    @api_view(["GET"])
    @for_members_too             # for everybody; `member_of(request)` is None for visitors
    def shelves(request): …

Class-based views take `MembersOnly` or `MembersToo` as a mixin. All other operations know no users.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast

from django.utils.translation import gettext as _
from drf_spectacular.authentication import SessionScheme
from drf_spectacular.contrib.rest_framework_simplejwt import SimpleJWTScheme
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import (
    APIException,
    AuthenticationFailed,
    NotAuthenticated,
    PermissionDenied,
)
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.tokens import Token as AnyToken

from common.web.guards.counts import CountUnavailableError
from common.web.throttling import TooManyRequests, wait_of
from survey.limits import CLOSED_SECONDS, closed_text, locked_text
from survey.members.requests import member_of
from survey.members.tokens import TOKEN
from survey.models import Member

View = TypeVar("View", bound=Callable[..., Any])


class BearerToken(JWTAuthentication):
    """`Authorization: Bearer TOKEN`. Whatever is wrong with a token has one answer."""

    def authenticate(self, request: Request) -> tuple[Any, AnyToken] | None:
        try:
            return super().authenticate(request)
        except (AuthenticationFailed, RecursionError) as error:
            raise _refused() from error

    def get_validated_token(self, raw_token: bytes) -> AnyToken:
        if not TOKEN.fullmatch(raw_token.decode("latin-1")):
            raise _refused()
        return super().get_validated_token(raw_token)


class BearerScheme(SimpleJWTScheme):  # type: ignore[no-untyped-call]
    """How the description of the API calls it."""

    target_class = BearerToken  # type: ignore[assignment]
    name = "token"


class SessionWithCsrf(SessionAuthentication):
    """The session of a page of this site; what it changes needs the page's CSRF token."""

    def enforce_csrf(self, request: Any) -> None:
        try:
            super().enforce_csrf(request)
        except PermissionDenied as error:
            raise PermissionDenied(_("Send the CSRF token of a page of this site.")) from error


class SessionOfAPage(SessionScheme):  # type: ignore[no-untyped-call]
    """How the description of the API calls it."""

    target_class = SessionWithCsrf  # type: ignore[assignment]
    name = "session"


class IsMember(BasePermission):
    """Staff who are no members have a log-in, but nothing of their own here."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not request.user:
            raise NotAuthenticated(_("Please log in."))
        if member_of(request) is None:
            raise PermissionDenied(_("This account belongs to staff, not to a member."))
        return True


class MembersToo:
    """Mixin of a view: everybody may call it, and members are known."""

    authentication_classes: Sequence[type[BaseAuthentication]] = (BearerToken, SessionWithCsrf)


class MembersOnly(MembersToo):
    """Mixin of a view: only members may call it."""

    permission_classes = (IsMember,)


def for_members_too(view: View) -> View:
    """As `MembersToo`, of a function below `@api_view`."""
    cast("Any", view).authentication_classes = MembersToo.authentication_classes
    return view


def for_members(view: View) -> View:
    """As `MembersOnly`, of a function below `@api_view`."""
    cast("Any", view).permission_classes = MembersOnly.permission_classes
    return for_members_too(view)


def member(request: Request) -> Member:
    """Who calls an operation for members only."""
    found = member_of(request)
    if found is None:
        raise NotLoggedIn(_("Please log in."))
    return found


class NotLoggedIn(APIException):
    """401 also where no token is read, so that Django REST framework would answer 403."""

    status_code = 401
    auth_header = 'Bearer realm="api"'


class Closed(APIException):
    """Nothing can count tries of passwords, so none is taken."""

    status_code = 503
    wait = CLOSED_SECONDS


def refused_text() -> str:
    return _("This token is not valid, or not any more. Please log in again.")


def _refused() -> AuthenticationFailed:
    return AuthenticationFailed(refused_text())


def count_try(*limits: tuple[str, str]) -> None:
    """Count a try under each limit, given as (name, who). Raises `TooManyRequests` beyond one."""
    try:
        for name, who in limits:
            if seconds := wait_of(name, who):
                raise TooManyRequests(seconds, locked_text(seconds))
    except CountUnavailableError as error:
        raise Closed(closed_text()) from error
