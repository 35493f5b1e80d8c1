"""Simulated people, on whom staff preview a change before they save it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from movies.models import Gender
from recommend.models.runs import ModelRun


class Persona(models.Model):
    """A simulated person, never a respondent, with the answer that a run gave them.

    `parts` has the shape of `PlatformRecommendation.parts`. Only `recommend.services.personas`
    writes these rows, all of a run at once.
    """

    run = models.ForeignKey(
        ModelRun,
        verbose_name=_("model run"),
        on_delete=models.CASCADE,
        related_name="personas",
        db_index=False,
    )
    number = models.PositiveSmallIntegerField(verbose_name=_("number"))
    gender = models.CharField(verbose_name=_("gender"), max_length=6, choices=Gender, blank=True)
    age = models.PositiveSmallIntegerField(verbose_name=_("age"), null=True, blank=True)
    monthly_budget = models.PositiveIntegerField(
        verbose_name=_("monthly budget"), null=True, blank=True, help_text=_("Won a month")
    )
    subscribed = ArrayField(
        models.SlugField(),
        verbose_name=_("subscribed platforms"),
        default=list,
        blank=True,
        help_text=_("Platforms that they pay for"),
    )
    parts = models.JSONField(
        verbose_name=_("parts of the answer"),
        help_text=_("Their answer, as it is stored of a respondent's"),
    )
    made_at = models.DateTimeField(verbose_name=_("made at"), default=timezone.now)

    class Meta:
        verbose_name = _("persona")
        verbose_name_plural = _("personas")
        ordering = ["run", "number"]
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="persona_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="persona_number"),
            models.CheckConstraint(
                condition=Q(gender__in=["", *Gender.values]), name="persona_gender_known"
            ),
        ]

    def __str__(self) -> str:
        return f"run {self.run_id}, persona {self.number}"
