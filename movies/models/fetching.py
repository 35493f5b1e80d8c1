"""What was fetched from TMDB, what is still to be fetched, and how each attempt went."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from movies.models.catalogue import Movie


class Provider(models.Model):
    """One of TMDB's watch providers for Korea. `Platform.tmdb_provider_ids` names its platform.

    Several may belong to one platform: `tier` tells plans apart (Netflix with ads is a provider of
    its own).
    """

    class Tier(models.TextChoices):
        STANDARD = "", _("Standard")
        ADS = "ads", _("With ads")

    provider_id = models.PositiveIntegerField(verbose_name=_("provider number"), primary_key=True)
    name = models.CharField(verbose_name=_("name"), max_length=100)
    tier = models.CharField(
        verbose_name=_("tier"),
        help_text=_("Which plans include its films"),
        max_length=3,
        choices=Tier,
        default=Tier.STANDARD,
        blank=True,
    )
    is_listed = models.BooleanField(
        verbose_name=_("is listed"), default=False, help_text=_("In TMDB's newest list for Korea")
    )
    is_ignored = models.BooleanField(
        verbose_name=_("is ignored"),
        default=False,
        help_text=_("Staff have seen it; it is none of our platforms"),
    )
    first_seen_at = models.DateTimeField(verbose_name=_("first seen at"), default=timezone.now)
    listed_at = models.DateTimeField(
        verbose_name=_("listed at"),
        null=True,
        blank=True,
        help_text=_("The last time it was in the list"),
    )

    class Meta:
        verbose_name = _("TMDB provider")
        verbose_name_plural = _("TMDB providers")
        ordering = ["provider_id"]
        constraints = [
            models.CheckConstraint(condition=Q(tier__in=["", "ads"]), name="provider_tier_known"),
            models.CheckConstraint(
                condition=Q(is_listed=False) | Q(listed_at__isnull=False),
                name="provider_listed_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.provider_id})"


class Offer(models.Model):
    """A provider offers a film in Korea, as TMDB last said. Only this table keeps rent and buy."""

    class Kind(models.TextChoices):
        FLATRATE = "flatrate", _("Subscription")
        FREE = "free", _("Free")
        ADS = "ads", _("Free with ads")
        RENT = "rent", _("Rent")
        BUY = "buy", _("Buy")

    INCLUDED = (Kind.FLATRATE, Kind.FREE, Kind.ADS)

    movie = models.ForeignKey(
        Movie,
        verbose_name=_("movie"),
        on_delete=models.CASCADE,
        related_name="offers",
        db_index=False,
    )
    provider = models.ForeignKey(
        Provider, verbose_name=_("provider"), on_delete=models.CASCADE, related_name="offers"
    )
    kind = models.CharField(verbose_name=_("kind"), max_length=8, choices=Kind)

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        constraints = [
            models.UniqueConstraint(fields=["movie", "provider", "kind"], name="offer_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["flatrate", "free", "ads", "rent", "buy"]),
                name="offer_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.movie_id}: {self.provider_id} {self.kind}"


class MovieDetails(models.Model):
    """What TMDB says of a film itself. Deleted when older than TMDB's terms allow."""

    movie = models.OneToOneField(
        Movie,
        verbose_name=_("movie"),
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="details",
    )
    title_ko = models.CharField(verbose_name=_("Korean title"), max_length=300, blank=True)
    original_title = models.CharField(verbose_name=_("original title"), max_length=300, blank=True)
    original_language = models.CharField(
        verbose_name=_("original language"), max_length=10, blank=True
    )
    overview = models.TextField(verbose_name=_("overview"), blank=True)
    poster_path = models.CharField(verbose_name=_("poster"), max_length=100, blank=True)
    runtime = models.PositiveSmallIntegerField(
        verbose_name=_("runtime"), null=True, blank=True, help_text=_("Minutes")
    )
    release_date = models.DateField(verbose_name=_("release date"), null=True, blank=True)
    collection_id = models.PositiveIntegerField(
        verbose_name=_("collection number"),
        null=True,
        blank=True,
        help_text=_("TMDB's number of the series"),
    )
    collection = models.CharField(
        verbose_name=_("collection"), max_length=300, default="", db_default="", blank=True
    )
    fetched_at = models.DateTimeField(verbose_name=_("fetched at"))

    class Meta:
        verbose_name = _("details from TMDB")
        verbose_name_plural = _("details from TMDB")
        indexes = [models.Index(fields=["fetched_at"], name="details_oldest")]

    def __str__(self) -> str:
        return f"{self.movie_id} {self.original_title}"


class FetchJob(models.Model):
    """A film to fetch. The queue is this table, not the broker, so it survives Redis.

    A worker takes a lease on the film that it fetches; a lease that runs out, because the worker
    was killed, is free again. A job ends with a final answer or after too many failures.
    """

    movie = models.OneToOneField(
        Movie,
        verbose_name=_("movie"),
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="fetch_job",
    )
    position = models.PositiveIntegerField(
        verbose_name=_("position"), help_text=_("The lower, the earlier")
    )
    tries = models.PositiveSmallIntegerField(verbose_name=_("tries"), default=0)
    claimed_by = models.CharField(verbose_name=_("claimed by"), max_length=100, blank=True)
    not_before = models.DateTimeField(
        verbose_name=_("not before"),
        default=timezone.now,
        help_text=_("End of the lease, or of the pause after a failure"),
    )
    queued_at = models.DateTimeField(verbose_name=_("queued at"), default=timezone.now)

    class Meta:
        verbose_name = _("film to fetch")
        verbose_name_plural = _("films to fetch")
        indexes = [models.Index(fields=["position"], name="fetchjob_position")]

    def __str__(self) -> str:
        return str(self.movie_id)


class FetchOutcome(models.TextChoices):
    OK = "ok", _("Answered")
    NO_DATA = "no_data", _("Known to TMDB, but nothing about where it can be watched")
    NOT_FOUND = "not_found", _("TMDB has no such film")
    NO_MATCH = "no_match", _("No TMDB id found")
    DOUBTFUL = "doubtful", _("Doubtful match, for staff to decide")
    RATE_LIMITED = "rate_limited", _("Too many requests (429)")
    SERVER_ERROR = "server_error", _("Error of TMDB's server")
    TIMEOUT = "timeout", _("No answer in time")
    NETWORK = "network", _("No connection")
    BAD_ANSWER = "bad_answer", _("Answer that cannot be read")
    REFUSED = "refused", _("Refused by TMDB")
    INVALID_KEY = "invalid_key", _("Wrong API key (401)")


class FetchAttempt(models.Model):
    """How one try to fetch a film went. Every try leaves a row; old rows are purged."""

    Outcome = FetchOutcome
    FINAL = (Outcome.OK, Outcome.NO_DATA, Outcome.NOT_FOUND, Outcome.NO_MATCH, Outcome.DOUBTFUL)

    movie = models.ForeignKey(
        Movie, verbose_name=_("movie"), on_delete=models.CASCADE, related_name="fetch_attempts"
    )
    outcome = models.CharField(verbose_name=_("outcome"), max_length=12, choices=FetchOutcome)
    detail = models.CharField(verbose_name=_("detail"), max_length=300, blank=True)
    worker = models.CharField(verbose_name=_("worker"), max_length=100, blank=True)
    tried_at = models.DateTimeField(verbose_name=_("tried at"), default=timezone.now)

    class Meta:
        verbose_name = _("fetch attempt")
        verbose_name_plural = _("fetch attempts")
        indexes = [
            models.Index(fields=["-tried_at", "outcome"], name="fetchattempt_newest"),
            models.Index(fields=["outcome", "-tried_at"], name="fetchattempt_by_outcome"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=FetchOutcome.values), name="fetchattempt_outcome_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.movie_id}: {self.outcome}"


class FetchFailure(models.Model):
    """A film that has failed since TMDB last gave a final answer about it.

    It stands behind all other films in the queue. Each run that gives it up doubles its pause.
    """

    movie = models.OneToOneField(
        Movie,
        verbose_name=_("movie"),
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="fetch_failure",
    )
    outcome = models.CharField(verbose_name=_("outcome"), max_length=12, choices=FetchOutcome)
    given_up = models.PositiveSmallIntegerField(
        verbose_name=_("times given up"), default=0, help_text=_("Runs that gave it up")
    )
    failed_at = models.DateTimeField(verbose_name=_("failed at"), default=timezone.now)
    not_before = models.DateTimeField(
        verbose_name=_("not before"),
        default=timezone.now,
        help_text=_("End of the pause after the run that gave it up"),
    )

    class Meta:
        verbose_name = _("film that cannot be fetched")
        verbose_name_plural = _("films that cannot be fetched")
        indexes = [models.Index(fields=["-failed_at"], name="fetchfailure_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=FetchOutcome.values), name="fetchfailure_outcome_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.movie_id}: {self.outcome}"


class IdSuggestion(models.Model):
    """A TMDB film that may or may not be ours. Nothing is taken over until staff decide."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        ACCEPTED = "accepted", _("The same film")
        REJECTED = "rejected", _("Another film")

    movie = models.ForeignKey(
        Movie, verbose_name=_("movie"), on_delete=models.CASCADE, related_name="id_suggestions"
    )
    tmdb_id = models.PositiveIntegerField(verbose_name=_("TMDB number"))
    title = models.CharField(verbose_name=_("title"), max_length=300)
    year = models.PositiveSmallIntegerField(verbose_name=_("year"), null=True, blank=True)
    reason = models.CharField(verbose_name=_("reason"), max_length=200)
    state = models.CharField(
        verbose_name=_("state"), max_length=8, choices=State, default=State.OPEN
    )
    suggested_at = models.DateTimeField(verbose_name=_("suggested at"), default=timezone.now)
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
        verbose_name = _("doubtful match")
        verbose_name_plural = _("doubtful matches")
        indexes = [models.Index(fields=["state", "id"], name="idsuggestion_by_state")]
        constraints = [
            models.UniqueConstraint(fields=["movie", "tmdb_id"], name="idsuggestion_once"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "accepted", "rejected"]),
                name="idsuggestion_state_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.movie_id} = TMDB {self.tmdb_id}?"


class NoticeKey(models.TextChoices):
    CONTRADICTED = "contradicted", _("Sources that newer ones contradict in many films")
    CLOSURES = "closures", _("Products on sale that may close")
    FROZEN_PRICES = "frozen_prices", _("Prices whose freeze ends within 60 days, or has ended")
    INVALID_KEY = "invalid_key", _("TMDB refuses the API key")
    LIVING_DATA = "living_data", _("Living data of Seoul that are more than 60 days old")
    LISTINGS = "listings", _("Lists of platforms that were not taken over")
    OLD_PRICES = "old_prices", _("Prices that nobody has checked for 90 days")
    OLD_PROMOTIONS = "old_promotions", _("Promotions that have ended but are still stored")
    ONE_PRODUCT = "one_product", _("One product is in almost every answer of a week")
    ONE_WINNER = "one_winner", _("One platform comes first in almost every answer of a week")
    RETRAIN = "retrain", _("The scheduled retraining published nothing")
    SEASONS = "seasons", _("Seasons of the AI picks that end soon, or have ended")
    UNKNOWN_PROVIDERS = "unknown_providers", _("TMDB providers that belong to no platform yet")
    VANISHED_PROVIDERS = "vanished_providers", _("Providers that TMDB no longer lists")
    WINNERS_MOVED = "winners_moved", _("A load of facts gave most simulated people another OTT")
    WORKFLOW = "workflow", _("The monthly workflow stopped")


class Notice(models.Model):
    """Something that needs the attention of staff or the operator; deleted once it is settled."""

    Key = NoticeKey

    key = models.CharField(
        verbose_name=_("what it is about"), max_length=20, choices=NoticeKey, primary_key=True
    )
    detail = models.TextField(verbose_name=_("detail"), blank=True)
    since = models.DateTimeField(verbose_name=_("since"), default=timezone.now)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            models.CheckConstraint(condition=Q(key__in=NoticeKey.values), name="notice_key_known")
        ]

    def __str__(self) -> str:
        return str(self.get_key_display())
