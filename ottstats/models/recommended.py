"""The platform that each respondent was recommended, and how often each was recommended."""

from __future__ import annotations

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from movies.models import Platform
from survey.models import Respondent


class PlatformRecommendation(models.Model):
    """The platform that was recommended to one respondent, and every factor of all scores."""

    user = models.OneToOneField(
        Respondent,
        verbose_name=_("respondent"),
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="platform_recommendation",
    )
    platform = models.ForeignKey(
        Platform,
        verbose_name=_("platform"),
        on_delete=models.PROTECT,
        related_name="recommendations",
    )
    score = models.FloatField(verbose_name=_("score"))
    parts = models.JSONField(
        verbose_name=_("parts of the answer"),
        help_text=_("All platforms with the factors of their scores"),
    )
    share_id = models.UUIDField(
        verbose_name=_("secret of the shared page"),
        db_default=RandomUUID(),
        unique=True,
        editable=False,
        help_text=_("In the link for others, which shows nothing personal"),
    )
    created_at = models.DateTimeField(verbose_name=_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("platform recommendation")
        verbose_name_plural = _("platform recommendations")
        constraints = [
            models.CheckConstraint(condition=Q(score__gte=0), name="platformrecommendation_score")
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.platform_id}"

    @property
    def asked(self) -> int | None:
        """The most informative film to ask about, if there is one."""
        found: int | None = self.parts["what_if"]["ask"]
        return found

    @property
    def unknown(self) -> list[int]:
        """Films that the respondent was asked about and does not know."""
        return list(self.parts["unknown"])


class PlatformTally(models.Model):
    """How often a platform was recommended to the stored respondents.

    A trigger on `PlatformRecommendation` (migration 0003) brings it up to date when a transaction
    that inserts, changes or deletes rows commits, whatever code does it. Within the transaction the
    tally still has the former counts.
    """

    platform = models.OneToOneField(
        Platform,
        verbose_name=_("platform"),
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="tally",
    )
    recommended_count = models.PositiveIntegerField(
        verbose_name=_("number of recommendations"), default=0
    )

    class Meta:
        verbose_name = _("platform tally")
        verbose_name_plural = _("platform tallies")
        ordering = ["-recommended_count", "platform"]

    def __str__(self) -> str:
        return f"{self.platform_id}: {self.recommended_count}"
