"""Ratings, observed and predicted, and the viewings that observed ones may come from."""

from __future__ import annotations

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Case, Q, Value, When
from django.utils.translation import gettext_lazy as _

from movies.models import Movie, MovieLensUser
from recommend.models.runs import ModelRun
from recommend.scoring.weights import LIKED_FROM


class RatingQuerySet(models.QuerySet["Rating"]):
    def observed(self) -> RatingQuerySet:
        return self.filter(run__isnull=True)

    def liked(self) -> RatingQuerySet:
        """Observed ratings of 4 stars or more."""
        return self.observed().filter(rating__gte=LIKED_FROM)


class Rating(models.Model):
    """Stars of a MovieLens user for a film: observed, or predicted by a run for an unseen film."""

    rating_id = models.UUIDField(
        verbose_name=_("rating id"), primary_key=True, db_default=RandomUUID(), editable=False
    )
    ml_user = models.ForeignKey(
        MovieLensUser,
        verbose_name=_("MovieLens user"),
        on_delete=models.CASCADE,
        related_name="ratings",
        db_index=False,
    )
    movie = models.ForeignKey(
        Movie, verbose_name=_("movie"), on_delete=models.CASCADE, related_name="ratings"
    )
    rating = models.FloatField(verbose_name=_("rating"))
    run = models.ForeignKey(
        ModelRun,
        verbose_name=_("model run"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="ratings",
        db_index=False,
    )
    rank = models.PositiveSmallIntegerField(verbose_name=_("rank"), null=True, blank=True)
    kind = models.GeneratedField(
        verbose_name=_("kind"),
        expression=Case(When(run__isnull=True, then=Value("observed")), default=Value("predicted")),
        output_field=models.CharField(
            max_length=9, choices=[("observed", _("observed")), ("predicted", _("predicted"))]
        ),
        db_persist=True,
    )

    objects = RatingQuerySet.as_manager()

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        indexes = [
            models.Index(
                fields=["run", "ml_user", "rank"],
                condition=Q(run__isnull=False),
                name="rating_predictions_of_user",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["ml_user", "movie", "run"],
                name="rating_once",
                nulls_distinct=False,
                include=["rating"],
            ),
            models.CheckConstraint(condition=Q(rating__range=(0.5, 5.0)), name="rating_in_range"),
            models.CheckConstraint(
                condition=(Q(run__isnull=True) & Q(rank__isnull=True))
                | (Q(run__isnull=False) & Q(rank__gte=1)),
                name="rating_rank_of_predictions",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ml_user_id}: {self.movie_id} = {self.rating}"


class Viewing(models.Model):
    """What a person watched of a film, if the data set in use is a watch log.

    Their observed rating is computed from it (`recommend.watchlog.signal`), again for new weights.
    """

    viewing_id = models.UUIDField(
        verbose_name=_("viewing id"), primary_key=True, db_default=RandomUUID(), editable=False
    )
    ml_user = models.ForeignKey(
        MovieLensUser,
        verbose_name=_("MovieLens user"),
        on_delete=models.CASCADE,
        related_name="viewings",
        db_index=False,
    )
    movie = models.ForeignKey(
        Movie, verbose_name=_("movie"), on_delete=models.CASCADE, related_name="viewings"
    )
    ratio = models.FloatField(
        verbose_name=_("part watched"), help_text=_("Watched share of the film, 0 to 1")
    )
    views = models.PositiveIntegerField(
        verbose_name=_("views"), help_text=_("Times that half of it or more was watched")
    )
    series_progress = models.FloatField(
        verbose_name=_("part of the series watched"),
        help_text=_("Watched share of the other films of its series, 0 to 1"),
    )
    last_watched_at = models.DateTimeField(verbose_name=_("last watched at"))

    class Meta:
        verbose_name = _("viewing")
        verbose_name_plural = _("viewings")
        constraints = [
            models.UniqueConstraint(fields=["ml_user", "movie"], name="viewing_once"),
            models.CheckConstraint(
                condition=Q(ratio__range=(0, 1)) & Q(series_progress__range=(0, 1)),
                name="viewing_shares_in_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ml_user_id}: {self.movie_id} {self.ratio:.0%}"


class RatingSource(models.TextChoices):
    """Where the stars shown beside a recommended film come from."""

    TWIN = "twin", _("your twin's own rating")
    PREDICTED = "predicted", _("predicted for your twin")
    AVERAGE = "average", _("average of everyone")
