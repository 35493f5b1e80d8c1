"""What a site learns from the people who use it: their ratings, and their rows in a model run.

Respondents are not copied: training reads their answers where they are, if they agreed.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from pgvector.django import VectorField

from movies.models import Movie
from recommend.models.runs import ModelRun
from recommend.scoring.weights import FACTORS
from survey.models import Respondent


class HomePerson(models.Model):
    """Somebody at home whose ratings came in a file."""

    name = models.CharField(
        verbose_name=_("name"), max_length=64, unique=True, help_text=_("As the file calls them")
    )
    loaded_at = models.DateTimeField(verbose_name=_("loaded at"), auto_now=True)

    class Meta:
        verbose_name = _("person at home")
        verbose_name_plural = _("people at home")

    def __str__(self) -> str:
        return self.name


class HomeRating(models.Model):
    """What a person at home gave a film."""

    person = models.ForeignKey(
        HomePerson,
        verbose_name=_("person at home"),
        on_delete=models.CASCADE,
        related_name="ratings",
        db_index=False,
    )
    movie = models.ForeignKey(
        Movie, verbose_name=_("movie"), on_delete=models.CASCADE, related_name="home_ratings"
    )
    rating = models.FloatField(verbose_name=_("rating"), help_text=_("Half stars, 0.5 to 5"))
    rated_at = models.DateField(verbose_name=_("rated on"), null=True, blank=True)

    class Meta:
        verbose_name = _("rating at home")
        verbose_name_plural = _("ratings at home")
        constraints = [
            models.UniqueConstraint(fields=["person", "movie"], name="homerating_once"),
            models.CheckConstraint(
                condition=Q(rating__range=(0.5, 5.0)), name="homerating_in_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.movie_id} {self.rating}"


class HomeTaste(models.Model):
    """A neighbour from home in one run: a taste and the films behind it, without a name.

    `HomeMember` says whose row it is, and a trigger deletes the row together with that line.
    """

    run = models.ForeignKey(
        ModelRun,
        verbose_name=_("model run"),
        on_delete=models.CASCADE,
        related_name="home_tastes",
        db_index=False,
    )
    row = models.PositiveIntegerField(verbose_name=_("row"))
    taste = VectorField(verbose_name=_("taste"), dimensions=FACTORS)
    liked = ArrayField(
        models.IntegerField(),
        verbose_name=_("liked films"),
        help_text=_("Ids of the films they like"),
    )

    class Meta:
        verbose_name = _("taste at home")
        verbose_name_plural = _("tastes at home")
        constraints = [models.UniqueConstraint(fields=["run", "row"], name="hometaste_once")]

    def __str__(self) -> str:
        return f"run {self.run_id}, row {self.row}"


class HomeMember(models.Model):
    """Whose row a `HomeTaste` is: a respondent's or that of a person of a file.

    It goes with the person, or with the consent, and takes the row along.
    """

    run = models.ForeignKey(
        ModelRun,
        verbose_name=_("model run"),
        on_delete=models.CASCADE,
        related_name="home_members",
        db_index=False,
    )
    row = models.PositiveIntegerField(verbose_name=_("row"))
    respondent = models.ForeignKey(
        Respondent,
        verbose_name=_("respondent"),
        null=True,
        on_delete=models.CASCADE,
        related_name="home_members",
    )
    person = models.ForeignKey(
        HomePerson,
        verbose_name=_("person at home"),
        null=True,
        on_delete=models.CASCADE,
        related_name="home_members",
    )

    class Meta:
        verbose_name = _("member of a run")
        verbose_name_plural = _("members of a run")
        constraints = [
            models.UniqueConstraint(fields=["run", "row"], name="homemember_once"),
            models.CheckConstraint(
                condition=Q(respondent__isnull=True) ^ Q(person__isnull=True),
                name="homemember_is_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"run {self.run_id}, row {self.row}"
