"""An unfinished survey."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from survey.models.answers import LARGEST_BUDGET, STEPS, WishAnswers, wish_constraints
from survey.models.respondents import Respondent


class DraftQuerySet(models.QuerySet["Draft"]):
    def open(self) -> DraftQuerySet:
        """Drafts that can still be resumed."""
        return self.filter(expires_at__gt=timezone.now())

    def expired(self) -> DraftQuerySet:
        return self.filter(expires_at__lte=timezone.now())


class Draft(WishAnswers):
    """The first two steps of an unsent survey. `draft_id` is the secret in its link.

    Answers about the person (steps 3 and 4) are never here: until there is consent to store them,
    they stay in the person's browser.
    """

    draft_id = models.UUIDField(
        verbose_name=_("secret id"), primary_key=True, default=uuid.uuid4, editable=False
    )
    liked = ArrayField(
        models.IntegerField(), verbose_name=_("liked films"), default=list, blank=True
    )
    disliked = ArrayField(
        models.IntegerField(),
        verbose_name=_("films not for them"),
        default=list,
        db_default=[],
        blank=True,
        help_text=_("Films that are not for the person"),
    )
    shown = ArrayField(
        models.IntegerField(),
        verbose_name=_("films shown"),
        default=list,
        blank=True,
        help_text=_("Films that were offered: the next ones are others"),
    )
    also_shown = ArrayField(
        models.IntegerField(),
        verbose_name=_("films shown once more"),
        default=list,
        db_default=[],
        blank=True,
        help_text=_("Films that were offered and may be offered again"),
    )
    subscribed = ArrayField(
        models.SlugField(), verbose_name=_("subscribed platforms"), default=list, blank=True
    )
    monthly_budget = models.PositiveIntegerField(
        verbose_name=_("monthly budget"), null=True, blank=True, help_text=_("Won a month")
    )
    step = models.PositiveSmallIntegerField(
        verbose_name=_("step"), default=1, help_text=_("The furthest that was reached")
    )
    respondent = models.ForeignKey(
        Respondent,
        verbose_name=_("respondent"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="drafts",
        help_text=_("Who sent it; deleting the result deletes the draft"),
    )
    created_at = models.DateTimeField(verbose_name=_("created at"), auto_now_add=True)
    expires_at = models.DateTimeField(verbose_name=_("expires at"))

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        indexes = [models.Index(fields=["expires_at"], name="draft_expires_at")]
        constraints = [
            models.CheckConstraint(condition=Q(step__range=(1, STEPS)), name="draft_step_in_range"),
            models.CheckConstraint(
                condition=Q(monthly_budget__isnull=True)
                | Q(monthly_budget__range=(0, LARGEST_BUDGET)),
                name="draft_budget_in_range",
            ),
            *wish_constraints("draft"),
        ]

    def __str__(self) -> str:
        """Without the id, which is a secret."""
        return f"{self.created_at:%Y-%m-%d %H:%M}"

    @property
    def offered(self) -> list[int]:
        """The films of every screen, each once."""
        return list(dict.fromkeys([*self.shown, *self.also_shown]))
