"""The people of MovieLens, whom answers are learned from."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from pgvector.django import BitField

from movies.fields import age_band_case
from movies.fingerprints import FINGERPRINT_BITS, SIMHASH_BITS


class Gender(models.TextChoices):
    FEMALE = "female", _("Female")
    MALE = "male", _("Male")


class MovieLensUser(models.Model):
    """A person of the MovieLens data set, with fingerprints of what they watched.

    `watched` has the bit `Movie.fingerprint_bit` set for each film that they rated; `simhash` is
    the SimHash of all films that they rated (both: `movies.fingerprints`).
    """

    ml_user_id = models.IntegerField(verbose_name=_("number in MovieLens"), primary_key=True)
    gender = models.CharField(verbose_name=_("gender"), max_length=6, choices=Gender, blank=True)
    age = models.PositiveSmallIntegerField(
        verbose_name=_("age"),
        null=True,
        blank=True,
        help_text=_("Years, or the first year of the band (MovieLens 1M)"),
    )
    age_band = models.GeneratedField(
        verbose_name=_("age group"),
        expression=age_band_case("age"),
        output_field=models.PositiveSmallIntegerField(null=True),
        db_persist=True,
    )
    occupation = models.CharField(verbose_name=_("occupation"), max_length=60, blank=True)
    watched = BitField(verbose_name=_("watched films"), length=FINGERPRINT_BITS)
    simhash = BitField(verbose_name=_("short fingerprint"), length=SIMHASH_BITS)
    watched_count = models.PositiveIntegerField(
        verbose_name=_("number of watched films"), default=0
    )

    class Meta:
        verbose_name = _("MovieLens user")
        verbose_name_plural = _("MovieLens users")
        indexes = [models.Index(fields=["gender", "age_band"], name="mluser_gender_age_band")]
        constraints = [
            models.CheckConstraint(
                condition=Q(gender__in=["", *Gender.values]), name="mluser_gender_known"
            ),
            models.CheckConstraint(
                condition=Q(age__isnull=True) | Q(age__range=(1, 120)), name="mluser_age_in_range"
            ),
        ]

    def __str__(self) -> str:
        return f"MovieLens {self.ml_user_id}"
