"""Browser sessions, with whose they are: so that leaving deletes them without reading them all."""

from __future__ import annotations

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.utils.translation import gettext_lazy as _


class LoginSession(AbstractBaseSession):
    """A session in the database; its key is in the cookie of a browser."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        null=True,
        on_delete=models.CASCADE,
        related_name="login_sessions",
        # A session that is saved while its user leaves must not fail; its next request is refused.
        db_constraint=False,
        help_text=_("Who is logged in; deleting the user deletes the session"),
    )

    objects: BaseSessionManager[LoginSession] = BaseSessionManager()

    class Meta(AbstractBaseSession.Meta):
        verbose_name = _("session")
        verbose_name_plural = _("sessions")

    def __str__(self) -> str:
        """Without the key, which is a secret."""
        return f"{self.expire_date:%Y-%m-%d %H:%M}"

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        from survey.members.sessions import SessionStore

        return SessionStore
