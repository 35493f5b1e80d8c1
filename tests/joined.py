"""Members for tests, without the forms by which people join."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from survey.models import Member
from survey.models.members import MEMBERSHIP_VERSION


def joined(name: str = "kim", *, learns: bool = True) -> Member:
    """A new member; `learns`: with consent to learning."""
    now = timezone.now()
    return Member.objects.create(
        user=User.objects.create_user(f"{name}@example.org"),
        membership_version=MEMBERSHIP_VERSION,
        learning_version=MEMBERSHIP_VERSION if learns else "",
        learning_consented_at=now if learns else None,
    )


def browser_of(member: Member) -> Client:
    """A browser in which the member is logged in, that reads English."""
    client = Client()
    client.force_login(member.user)
    client.cookies["django_language"] = "en"
    return client
