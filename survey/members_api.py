"""How members are known to the API."""

from __future__ import annotations

from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from survey.members.requests import member_of

MEMBER_AUTHENTICATION = [SessionAuthentication]


class IsMember(BasePermission):
    """Only members."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return member_of(request._request) is not None
