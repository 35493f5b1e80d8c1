"""Where a film can be watched: who said so, what changed, and what people report as wrong."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from movies.models.catalogue import Movie
from movies.models.platforms import Platform

STAFF = "staff"  # the source of our own corrections
TMDB = "tmdb"  # the source of what `fetch_availability` fetched
TMDB_LIST = "tmdb-discover"  # the source of what `sync_catalogue` read in a platform's whole list
FROM_TMDB = (TMDB, TMDB_LIST)
LONGEST_SOURCE = 60
LONGEST_NOTE = 300


class Availability(models.Model):
    """What one source last said of one film on one platform.

    Only `movies.services.availability.record_statements` writes it, and keeps the columns of
    `Movie` and the history in step.
    """

    movie = models.ForeignKey(
        Movie,
        verbose_name=_("movie"),
        on_delete=models.CASCADE,
        related_name="availability",
        db_index=False,
    )
    platform = models.ForeignKey(
        Platform,
        verbose_name=_("platform"),
        on_delete=models.CASCADE,
        related_name="availability",
        db_index=False,
    )
    source = models.CharField(verbose_name=_("source"), max_length=LONGEST_SOURCE)
    included = models.BooleanField(
        verbose_name=_("included"), help_text=_("A subscription includes the film")
    )
    checked_at = models.DateTimeField(verbose_name=_("checked at"))
    is_newest = models.BooleanField(
        verbose_name=_("is in effect"),
        default=True,
        help_text=_("The word that counts, of all sources but our staff"),
    )
    note = models.CharField(verbose_name=_("note"), max_length=LONGEST_NOTE, blank=True)
    stated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("stated by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = _("availability")
        verbose_name_plural = _("availability by source")
        indexes = [
            models.Index(fields=["platform", "source", "checked_at"], name="avail_by_source"),
            models.Index(
                fields=["platform", "checked_at"],
                condition=Q(is_newest=True),
                name="avail_newest",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_newest=False) | ~Q(source="staff"),
                name="availability_newest_is_not_staffs",
            ),
            models.UniqueConstraint(
                fields=["movie", "platform", "source"], name="availability_once_a_source"
            ),
            models.CheckConstraint(condition=~Q(source=""), name="availability_source_named"),
        ]

    def __str__(self) -> str:
        return f"{self.movie_id} {self.platform_id} ({self.source})"


class AvailabilityChange(models.Model):
    """One change of what a source says (`before`, `after`) and of the state that OTTwin uses.

    None is "unknown". `carried_before` and `carried_after` are the film's state over all sources,
    staff first.
    """

    class Effect(models.TextChoices):
        ARRIVAL = "arrival", _("Arrived")
        DEPARTURE = "departure", _("Left")
        KNOWN = "known", _("Became known")
        UNKNOWN = "unknown", _("Became unknown")
        NONE = "none", _("No effect")

    movie = models.ForeignKey(
        Movie,
        verbose_name=_("movie"),
        on_delete=models.CASCADE,
        related_name="availability_changes",
    )
    platform = models.ForeignKey(
        Platform,
        verbose_name=_("platform"),
        on_delete=models.CASCADE,
        related_name="availability_changes",
        db_index=False,
    )
    source = models.CharField(verbose_name=_("source"), max_length=LONGEST_SOURCE)
    before = models.BooleanField(verbose_name=_("source said before"), null=True)
    after = models.BooleanField(verbose_name=_("source says now"), null=True)
    carried_before = models.BooleanField(verbose_name=_("carried before"), null=True)
    carried_after = models.BooleanField(verbose_name=_("carried now"), null=True)
    effect = models.GeneratedField(
        verbose_name=_("effect"),
        expression=Case(
            When(carried_before=F("carried_after"), then=Value("none")),
            When(carried_before=False, carried_after=True, then=Value("arrival")),
            When(carried_before=True, carried_after=False, then=Value("departure")),
            When(carried_before__isnull=True, carried_after__isnull=False, then=Value("known")),
            When(carried_before__isnull=False, carried_after__isnull=True, then=Value("unknown")),
            default=Value("none"),
        ),
        output_field=models.CharField(max_length=9, choices=Effect),
        db_persist=True,
    )
    note = models.CharField(verbose_name=_("note"), max_length=LONGEST_NOTE, blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("changed by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    changed_at = models.DateTimeField(verbose_name=_("changed at"), default=timezone.now)

    class Meta:
        verbose_name = _("availability change")
        verbose_name_plural = _("availability changes")
        indexes = [
            models.Index(fields=["-changed_at", "-id"], name="availchange_newest"),
            models.Index(fields=["effect", "-changed_at", "-id"], name="availchange_by_effect"),
        ]

    def __str__(self) -> str:
        return f"{self.movie_id} {self.platform_id}: {self.before} -> {self.after} ({self.source})"


class AvailabilityReport(models.Model):
    """People reported a film on a platform as wrong; one open row per film and platform.

    Nothing about the people who report is kept.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        ACCEPTED = "accepted", _("Corrected")
        REJECTED = "rejected", _("Was right")

    movie = models.ForeignKey(
        Movie,
        verbose_name=_("movie"),
        on_delete=models.CASCADE,
        related_name="availability_reports",
    )
    platform = models.ForeignKey(
        Platform,
        verbose_name=_("platform"),
        on_delete=models.CASCADE,
        related_name="availability_reports",
    )
    shown = models.BooleanField(
        verbose_name=_("shown on the page"),
        null=True,
        help_text=_("What the page said; empty: unknown"),
    )
    times = models.PositiveIntegerField(verbose_name=_("times reported"), default=1)
    state = models.CharField(
        verbose_name=_("state"), max_length=8, choices=State, default=State.OPEN
    )
    first_at = models.DateTimeField(verbose_name=_("first reported at"), default=timezone.now)
    last_at = models.DateTimeField(verbose_name=_("last reported at"), default=timezone.now)
    decided_at = models.DateTimeField(verbose_name=_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = _("report of a wrong availability")
        verbose_name_plural = _("reports of wrong availability")
        indexes = [models.Index(fields=["state", "-times", "id"], name="report_most_told_first")]
        constraints = [
            models.UniqueConstraint(
                fields=["movie", "platform"], condition=Q(state="open"), name="report_open_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "accepted", "rejected"]), name="report_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state="open") | Q(decided_at__isnull=False), name="report_decided_at"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.movie_id} {self.platform_id} ({self.times})"
