"""The session engine (`SESSION_ENGINE`): Django's in the database, in a table that names the user.

As Django's documentation describes it ("Extending database-backed session engines").
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession


class SessionStore(DatabaseStore):
    @classmethod
    def get_model_class(cls) -> type[AbstractBaseSession]:
        from survey.models import LoginSession

        return LoginSession

    def create_model_instance(self, data: Mapping[str, Any]) -> AbstractBaseSession:
        session: Any = super().create_model_instance(dict(data))
        session.user_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        return session  # type: ignore[no-any-return]
