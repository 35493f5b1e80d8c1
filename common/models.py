"""The ledger of loads: what was loaded, from where and when; and counts of requests."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

SAMPLE = "sample"  # id space and name of the bundled sample


class DataLoadQuerySet(models.QuerySet["DataLoad"]):
    def latest_of(self, kind: str) -> DataLoad | None:
        """The newest load of a kind; for `movielens` it is the data set in use."""
        return self.filter(kind=kind).order_by("-pk").first()


class DataLoad(models.Model):
    """One complete load, written in the load's own transaction."""

    class Kind(models.TextChoices):
        MOVIELENS = "movielens", _("MovieLens data set")
        REFERENCE = "reference", _("Reference data")
        MOVIE_DETAILS = "movie_details", _("Movie details")
        AVAILABILITY = "availability", _("Availability")
        USAGE_STATISTICS = "usage_statistics", _("Usage statistics")
        PREDICTIONS = "predictions", _("Predicted ratings")
        HOME_RATINGS = "home_ratings", _("Ratings of people at home")
        FILM_TEXTS = "film_texts", _("Film texts")
        LIVING_DATA = "living_data", _("Living data of Seoul")

    kind = models.CharField(verbose_name=_("kind"), max_length=20, choices=Kind)
    name = models.CharField(
        verbose_name=_("name"), max_length=200, help_text=_("Name of the file, folder or data set")
    )
    digest = models.CharField(
        verbose_name=_("SHA-256"), max_length=64, help_text=_("SHA-256 of what was read")
    )
    id_space = models.CharField(
        verbose_name=_("numbering of films"),
        max_length=20,
        blank=True,
        help_text=_("Which numbering the movie ids belong to (MovieLens data sets only)"),
    )
    counts = models.JSONField(
        verbose_name=_("counts"), default=dict, help_text=_("Rows by what was written or skipped")
    )
    seconds = models.FloatField(verbose_name=_("seconds"))
    loaded_at = models.DateTimeField(verbose_name=_("loaded at"), auto_now_add=True)

    objects = DataLoadQuerySet.as_manager()

    class Meta:
        verbose_name = _("data load")
        verbose_name_plural = _("data loads")
        indexes = [models.Index(fields=["kind", "-id"], name="dataload_newest_of_kind")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    kind__in=[
                        "movielens",
                        "reference",
                        "movie_details",
                        "availability",
                        "usage_statistics",
                        "predictions",
                        "home_ratings",
                        "film_texts",
                        "living_data",
                    ]
                ),
                name="dataload_kind_known",
            ),
            models.CheckConstraint(condition=models.Q(seconds__gte=0), name="dataload_seconds"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.name}"

    @property
    def is_sample(self) -> bool:
        return self.id_space == SAMPLE


class RequestCount(models.Model):
    """How often something was asked for in a period, where there is no Redis that counts it.

    `key` is a keyed hash of who asked for what; nothing else is stored of a person.
    """

    key = models.CharField(verbose_name=_("key"), max_length=64, primary_key=True)
    count = models.PositiveIntegerField(verbose_name=_("count"))
    ends_at = models.DateTimeField(verbose_name=_("ends at"))

    class Meta:
        verbose_name = _("request count")
        verbose_name_plural = _("request counts")
        indexes = [models.Index(fields=["ends_at"], name="requestcount_ends_at")]

    def __str__(self) -> str:
        return f"{self.key[:8]}…: {self.count}"
