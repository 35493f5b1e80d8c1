"""What a member said of films, and viewed. Reads only."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Count, QuerySet

from recommend.models import MemberEvent
from survey.models import Member


def events_of(member: Member, kind: str) -> QuerySet[MemberEvent]:
    """Those of one kind with their films, newest first."""
    events = MemberEvent.objects.filter(member=member, kind=kind).select_related("movie")
    return events.order_by("-created_at", "-pk")


def event_counts(member: Member) -> Mapping[str, int]:
    """How many there are of each kind; a kind without any is missing."""
    events = MemberEvent.objects.filter(member=member).order_by().values_list("kind")
    return dict(events.annotate(number=Count("pk")))
