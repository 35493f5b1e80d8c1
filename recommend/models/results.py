"""The films recommended to each respondent, and their reactions."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from movies.models import Movie
from recommend.models.ratings import RatingSource
from survey.models import Respondent


class RecommendedMovie(models.Model):
    """A film recommended to a respondent, as it was shown."""

    user = models.ForeignKey(
        Respondent,
        verbose_name=_("respondent"),
        on_delete=models.CASCADE,
        related_name="recommended_movies",
        db_index=False,
    )
    movie = models.ForeignKey(
        Movie, verbose_name=_("movie"), on_delete=models.CASCADE, related_name="recommended_to"
    )
    rank = models.PositiveSmallIntegerField(verbose_name=_("rank"))
    score = models.FloatField(verbose_name=_("score"))
    predicted_rating = models.FloatField(verbose_name=_("predicted rating"), null=True, blank=True)
    rating_source = models.CharField(
        verbose_name=_("source of the rating"), max_length=10, choices=RatingSource
    )
    because = ArrayField(
        models.IntegerField(),
        verbose_name=_("because of"),
        default=list,
        blank=True,
        help_text=_("The picks that count most for it, the first one most"),
    )

    class Meta:
        verbose_name = _("recommended movie")
        verbose_name_plural = _("recommended movies")
        ordering = ["user", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["user", "rank"], name="recommendedmovie_rank_once"),
            models.UniqueConstraint(fields=["user", "movie"], name="recommendedmovie_movie_once"),
            models.CheckConstraint(condition=Q(rank__gte=1), name="recommendedmovie_rank"),
            models.CheckConstraint(
                condition=Q(predicted_rating__isnull=True) | Q(predicted_rating__range=(0.5, 5.0)),
                name="recommendedmovie_rating_in_range",
            ),
            models.CheckConstraint(
                condition=Q(rating_source__in=RatingSource.values),
                name="recommendedmovie_rating_source_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.rank}: {self.movie_id}"


class Reaction(models.Model):
    """A respondent's reaction to a recommended film, which is then not recommended again."""

    class Kind(models.TextChoices):
        SEEN = "seen", _("Seen")
        NOT_INTERESTED = "not_interested", _("Not interested")

    user = models.ForeignKey(
        Respondent,
        verbose_name=_("respondent"),
        on_delete=models.CASCADE,
        related_name="reactions",
        db_index=False,
    )
    movie = models.ForeignKey(
        Movie, verbose_name=_("movie"), on_delete=models.CASCADE, related_name="reactions"
    )
    kind = models.CharField(verbose_name=_("kind"), max_length=14, choices=Kind)
    created_at = models.DateTimeField(verbose_name=_("reacted at"), auto_now_add=True)
    from_account = models.BooleanField(
        verbose_name=_("from the account"),
        default=False,
        db_default=False,
        help_text=_("Said in the account of the member who keeps the result, not on its page"),
    )

    class Meta:
        verbose_name = _("reaction")
        verbose_name_plural = _("reactions")
        ordering = ["user", "created_at"]
        constraints = [
            models.UniqueConstraint(fields=["user", "movie"], name="reaction_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["seen", "not_interested"]), name="reaction_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.movie_id} {self.kind}"
