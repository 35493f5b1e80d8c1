"""The context of the member's page: every variable that its templates read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from movies.models.pictures import vary_covers
from ottstats.models import PlatformRecommendation
from recommend.models import MemberEvent
from recommend.pages.me.forms import ProfileForm
from recommend.pages.me.month import MonthText, month_text
from recommend.results.members.own_results import kept_results, not_kept
from recommend.results.members.said import event_counts, events_of
from recommend.results.members.this_month import this_month
from recommend.results.stored import stored_result
from recommend.services.members.keeping import MOST_RESULTS
from survey import device
from survey.models import MOST_INTERESTS, Member

Kind = MemberEvent.Kind
FILMS_SHOWN = 6  # of each kind; all of them are on pages of their own
TITLES: dict[str, Promise] = {
    Kind.LIKE: _("Films you like"),
    Kind.SEEN: _("Films you have seen"),
    Kind.NOT_INTERESTED: _("Films that are not for you"),
    Kind.VIEW: _("Films you looked at"),
}


@dataclass(frozen=True)
class FilmGroup:
    """The newest films of one kind, and how many there are."""

    kind: str
    title: Promise
    number: int
    events: Sequence[MemberEvent]

    @property
    def has_more(self) -> bool:
        return self.number > len(self.events)


def page_context(
    request: HttpRequest, member: Member, form: ProfileForm | None = None
) -> dict[str, Any]:
    """`form`: the one that was sent and has faults."""
    results = list(kept_results(member))
    return {
        "member": member,
        "results": results,
        "most_results": MOST_RESULTS,
        "month": _month(results),
        "not_kept": not_kept(device.read(request).result),
        "form": form or ProfileForm.of_member(member),
        "problems": form.problems() if form else [],
        "most_interests": MOST_INTERESTS,
        "groups": _groups(member),
    }


def _month(results: Sequence[PlatformRecommendation]) -> MonthText | None:
    """What the newest result says today; None without a result."""
    stored = stored_result(results[0].user_id) if results else None
    return month_text(this_month(stored, timezone.localdate())) if stored else None


def _groups(member: Member) -> list[FilmGroup]:
    """Kinds with films; three kinds are there without any, too."""
    counts = event_counts(member)
    groups = []
    for kind, title in TITLES.items():
        events = list(events_of(member, kind)[:FILMS_SHOWN]) if kind in counts else []
        vary_covers(event.movie for event in events)
        if events or kind != Kind.VIEW:
            groups.append(FilmGroup(kind, title, counts.get(kind, 0), events))
    return groups
