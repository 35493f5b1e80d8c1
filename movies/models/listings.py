"""TMDB's whole list of a platform's films, while it is gathered and after it was taken over.

Gathering may be killed at any time and goes on where it was. Nothing but these tables is written
until the list is whole.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from movies.models.platforms import Platform


class Listing(models.Model):
    """One reading of a platform's list, and what came of it. The newest applied one counts."""

    class State(models.TextChoices):
        GATHERING = "gathering", _("Being read")
        APPLIED = "applied", _("Taken over")
        REFUSED = "refused", _("Not taken over")
        DROPPED = "dropped", _("Dropped")

    class Reason(models.TextChoices):
        NONE = "", "-"
        SHRUNK = "shrunk", _("It has less than half of the films of the last list")
        EMPTY = "empty", _("It has no films")
        CHANGED = "changed", _("It changed each time while it was read")
        INCOMPLETE = "incomplete", _("TMDB does not show all of it")
        CONTRADICTED = "contradicted", _("It contradicts what TMDB says of single films")
        OLD = "old", _("Reading it was interrupted for too long")
        REPLACED = "replaced", _("The platform got other providers meanwhile")

    platform = models.ForeignKey(
        Platform,
        verbose_name=_("platform"),
        on_delete=models.CASCADE,
        related_name="listings",
        db_index=False,
    )
    provider_ids = ArrayField(
        models.PositiveIntegerField(),
        verbose_name=_("provider numbers"),
        help_text=_("Asked for at TMDB"),
    )
    state = models.CharField(
        verbose_name=_("state"), max_length=9, choices=State, default=State.GATHERING
    )
    reason = models.CharField(
        verbose_name=_("reason"), max_length=12, choices=Reason, default=Reason.NONE, blank=True
    )
    detail = models.CharField(verbose_name=_("detail"), max_length=300, blank=True)
    expected = models.PositiveIntegerField(
        verbose_name=_("films expected"),
        null=True,
        blank=True,
        help_text=_("Films, as TMDB counts them"),
    )
    restarts = models.PositiveSmallIntegerField(
        verbose_name=_("restarts"),
        default=0,
        help_text=_("How often it changed while it was read, and was begun again"),
    )
    films = models.PositiveIntegerField(
        verbose_name=_("films"), default=0, help_text=_("Films in the list")
    )
    entered = models.PositiveIntegerField(
        verbose_name=_("films entered"), default=0, help_text=_("New to the catalogue")
    )
    arrived = models.PositiveIntegerField(
        verbose_name=_("films arrived"), default=0, help_text=_("Not in the last list")
    )
    left = models.PositiveIntegerField(
        verbose_name=_("films that left"), default=0, help_text=_("In the last list, not in this")
    )
    doubtful = models.PositiveIntegerField(
        verbose_name=_("doubtful films"),
        default=0,
        help_text=_("Perhaps a film of ours: staff decide"),
    )
    started_at = models.DateTimeField(verbose_name=_("started at"), default=timezone.now)
    ended_at = models.DateTimeField(verbose_name=_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("list of a platform")
        verbose_name_plural = _("lists of platforms")
        indexes = [
            models.Index(fields=["platform", "state", "-started_at"], name="listing_newest"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["platform"], condition=Q(state="gathering"), name="listing_one_gathering"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["gathering", "applied", "refused", "dropped"]),
                name="listing_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state="gathering") | Q(ended_at__isnull=False), name="listing_ended_at"
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(reason=""), name="listing_refused_for_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.platform_id} {timezone.localdate(self.started_at).isoformat()}"


class ListingPart(models.Model):
    """A span of release dates of a list, short enough for the pages that TMDB shows.

    Open ends are empty; the part that is open at both ends is the whole list, with films of no
    known date. `total` is empty until its first page was read.
    """

    listing = models.ForeignKey(
        Listing,
        verbose_name=_("list of a platform"),
        on_delete=models.CASCADE,
        related_name="parts",
        db_index=False,
    )
    first_day = models.DateField(verbose_name=_("first release day"), null=True)
    last_day = models.DateField(verbose_name=_("last release day"), null=True)
    total = models.PositiveIntegerField(verbose_name=_("total"), null=True)
    pages = models.PositiveIntegerField(verbose_name=_("pages"), null=True)
    done = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name=_("pages read"), default=list
    )

    class Meta:
        verbose_name = _("part of a list")
        verbose_name_plural = _("parts of lists")
        constraints = [
            models.UniqueConstraint(
                fields=["listing", "first_day", "last_day"],
                nulls_distinct=False,
                name="listingpart_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.listing_id}: {self.first_day or ''}..{self.last_day or ''}"


class StagedFilm(models.Model):
    """A film of a list that is not taken over yet; then its row is deleted."""

    listing = models.ForeignKey(
        Listing,
        verbose_name=_("list of a platform"),
        on_delete=models.CASCADE,
        related_name="listed",
        db_index=False,
    )
    tmdb_id = models.PositiveIntegerField(verbose_name=_("TMDB number"))
    title = models.CharField(verbose_name=_("title"), max_length=300)
    title_ko = models.CharField(verbose_name=_("Korean title"), max_length=300, blank=True)
    original_title = models.CharField(verbose_name=_("original title"), max_length=300, blank=True)
    original_language = models.CharField(
        verbose_name=_("original language"), max_length=10, blank=True
    )
    release_date = models.DateField(verbose_name=_("release date"), null=True)
    genres = ArrayField(models.CharField(max_length=30), verbose_name=_("genres"), default=list)
    overview = models.TextField(verbose_name=_("overview"), blank=True)
    poster_path = models.CharField(verbose_name=_("poster"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("film of a list")
        verbose_name_plural = _("films of lists")
        constraints = [
            models.UniqueConstraint(fields=["listing", "tmdb_id"], name="stagedfilm_once"),
        ]

    def __str__(self) -> str:
        return f"{self.title} (TMDB {self.tmdb_id})"
