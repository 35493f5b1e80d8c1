"""How the API knows a member."""

from __future__ import annotations

from rest_framework.authentication import SessionAuthentication

MEMBER_AUTHENTICATION = [SessionAuthentication]
