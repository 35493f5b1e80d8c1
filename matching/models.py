"""The stored taste twin: the MovieLens user most similar to a respondent."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from movies.models import MovieLensUser
from survey.models import Respondent


class Method(models.TextChoices):
    """How the similarity of two people is measured (docs/algorithms.md has the formulas)."""

    JACCARD = "jaccard", _("Jaccard similarity of the watched films")
    SIMHASH = "simhash", _("SimHash of the watched films")
    TASTE = "taste", _("Cosine similarity of the taste vectors")


class Relaxation(models.TextChoices):
    """How far the candidates were widened beyond the same gender and age band."""

    NONE = "none", _("same gender and age band")
    NEIGHBOURING_BAND = "neighbouring_band", _("same gender, a neighbouring age band")
    AGE_BAND = "age_band", _("same age band, any gender")
    GENDER = "gender", _("same gender, any age")
    EVERYONE = "everyone", _("everyone")


class Similarity(models.Model):
    """The twin of one respondent, as found when they answered."""

    user = models.OneToOneField(
        Respondent,
        verbose_name=_("respondent"),
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="similarity",
    )
    ml_user = models.ForeignKey(
        MovieLensUser,
        verbose_name=_("MovieLens user"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="similarities",
        help_text=_("Empty once another data set has taken the place of the twin's"),
    )
    overlapped_movies = ArrayField(
        models.IntegerField(), verbose_name=_("films in common"), default=list, blank=True
    )
    score = models.FloatField(verbose_name=_("score"))
    method = models.CharField(verbose_name=_("method"), max_length=10, choices=Method)
    relaxation = models.CharField(
        verbose_name=_("group it was searched in"), max_length=20, choices=Relaxation
    )
    run = models.PositiveIntegerField(
        verbose_name=_("model run"),
        help_text=_(
            "Number of the model run that was live (a plain number: runs belong to `recommend`)"
        ),
    )

    class Meta:
        verbose_name = _("similarity")
        verbose_name_plural = _("similarities")
        constraints = [
            models.CheckConstraint(
                condition=Q(score__range=(-1.0, 1.0)), name="similarity_score_in_range"
            ),
            models.CheckConstraint(
                condition=Q(method__in=Method.values), name="similarity_method_known"
            ),
            models.CheckConstraint(
                condition=Q(relaxation__in=Relaxation.values), name="similarity_relaxation_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} ~ {self.ml_user_id}"
