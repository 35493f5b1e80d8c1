"""The counts that pages show on one day."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class DayCounts(models.Model):
    """What may be shown of the respondents who agreed to be counted: no number under ten, and
    nothing of a single person.

    Only today's row is read. A release that changes what `shown` looks like deletes all rows in a
    migration.
    """

    day = models.DateField(verbose_name=_("day"), primary_key=True)
    shown = models.JSONField(
        verbose_name=_("counts"), help_text=_("As the statistics and the audience show them")
    )

    class Meta:
        verbose_name = _("counts of a day")
        verbose_name_plural = _("counts of days")

    def __str__(self) -> str:
        return f"{self.day}"
