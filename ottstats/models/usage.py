"""Published shares of people who use a platform."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from movies.models import Platform


class UsageStatisticQuerySet(models.QuerySet["UsageStatistic"]):
    def compared(self) -> UsageStatisticQuerySet:
        """The figures of the platforms that OTTwin compares."""
        return self.filter(platform__is_active=True)


class UsageStatistic(models.Model):
    """Share of a demographic group that uses a platform, as a public source published it."""

    class Dimension(models.TextChoices):
        GENDER = "gender", _("Gender")
        AGE = "age", _("Age")
        REGION = "region", _("Residence")

    source = models.CharField(
        verbose_name=_("source"), help_text=_("Name and edition of the survey"), max_length=100
    )
    year = models.PositiveSmallIntegerField(
        verbose_name=_("year"), help_text=_("Year of the survey")
    )
    dimension = models.CharField(
        verbose_name=_("grouped by"),
        help_text=_("By gender, age or region"),
        max_length=10,
        choices=Dimension,
    )
    group = models.CharField(
        verbose_name=_("group"),
        max_length=20,
        help_text=_("female, male; ages such as 20-29 and 70+; or regions such as seoul"),
    )
    platform = models.ForeignKey(
        Platform,
        verbose_name=_("platform"),
        help_text=_("Whose users were counted"),
        on_delete=models.CASCADE,
        related_name="usage_statistics",
    )
    percent = models.FloatField(
        verbose_name=_("percent"), help_text=_("Percent of the group, 0 to 100")
    )
    sample_size = models.PositiveIntegerField(
        verbose_name=_("sample size"), help_text=_("People asked in the group")
    )
    shipped = models.JSONField(
        verbose_name=_("row as shipped"),
        null=True,
        editable=False,
        help_text=_("The row as the project shipped it"),
    )

    objects = UsageStatisticQuerySet.as_manager()

    class Meta:
        verbose_name = _("usage statistic")
        verbose_name_plural = _("usage statistics")
        ordering = ["-year", "source", "dimension", "group", "platform"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "year", "dimension", "group", "platform"],
                name="usagestatistic_once",
            ),
            models.CheckConstraint(
                condition=Q(percent__range=(0, 100)), name="usagestatistic_percent_in_range"
            ),
            models.CheckConstraint(
                condition=Q(dimension__in=["gender", "age", "region"]),
                name="usagestatistic_dimension_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.year}: {self.group}, {self.platform_id}"
