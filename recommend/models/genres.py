"""What the words of films say about genres, as a model run learned it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recommend.models.runs import ModelRun

# Only the model itself needs them.
GENRE_ARRAYS = (
    "vocabulary",
    "class_counts",
    "token_counts",
    "film_ids",
    "film_starts",
    "film_columns",
    "film_counts",
)


class GenreModel(models.Model):
    """The genre model of a run: counts as arrays and a vocabulary, never a pickle.

    Written once, then never changed: training it again puts a new row in its place, so that a
    process may keep what it has read by the row's number.
    """

    run = models.OneToOneField(
        ModelRun,
        verbose_name=_("model run"),
        on_delete=models.CASCADE,
        related_name="genre_model",
    )
    genres = ArrayField(models.CharField(max_length=30), verbose_name=_("genres"))
    alpha = models.FloatField(verbose_name=_("smoothing (alpha)"))
    vocabulary = models.TextField(
        verbose_name=_("vocabulary"), help_text=_("One word a line, by the column of its counts")
    )
    class_counts = models.BinaryField(
        verbose_name=_("films of each genre"), help_text=_("c float64, little-endian")
    )
    token_counts = models.BinaryField(
        verbose_name=_("words of each genre"),
        help_text=_("c x t float64, little-endian, in C order"),
    )
    film_ids = models.BinaryField(
        verbose_name=_("films"), help_text=_("f int32, little-endian, ascending")
    )
    film_starts = models.BinaryField(
        verbose_name=_("where the words of a film begin"),
        help_text=_("f + 1 int32, little-endian"),
    )
    film_columns = models.BinaryField(
        verbose_name=_("words of films"), help_text=_("Columns of words, int32, little-endian")
    )
    film_counts = models.BinaryField(
        verbose_name=_("how often films have these words"), help_text=_("int32, little-endian")
    )
    digest = models.CharField(
        verbose_name=_("SHA-256 of the model"),
        max_length=64,
        help_text=_("Checked when it is read"),
    )
    learned_from = models.PositiveIntegerField(
        verbose_name=_("films learned from"), help_text=_("Films with a genre and a text")
    )
    seed = models.PositiveIntegerField(
        verbose_name=_("seed"), help_text=_("Of the films that it was measured on")
    )
    metrics = models.JSONField(verbose_name=_("metrics"), default=dict)
    created_at = models.DateTimeField(verbose_name=_("trained at"), default=timezone.now)

    class Meta:
        verbose_name = _("genre model")
        verbose_name_plural = _("genre models")
        constraints = [
            models.CheckConstraint(condition=Q(alpha__gt=0), name="genremodel_alpha_positive"),
            models.CheckConstraint(
                condition=Q(learned_from__gt=0, genres__len__gt=0), name="genremodel_has_learned"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
