"""The living data of Seoul: how much each district, gender and age uses seven services.

Filled by `load_living_data` as a whole; nobody edits single rows.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from movies.models import Gender
from movies.models.platforms import localized
from ottstats.living.figures import AGES, BANDS, LARGEST, SERVICES


class District(models.Model):
    """One of the 25 districts of Seoul; shipped with the project."""

    code = models.CharField(
        verbose_name=_("code"),
        help_text=_("Five digits, by Statistics Korea"),
        max_length=5,
        primary_key=True,
    )
    name = models.CharField(verbose_name=_("English name"), max_length=40, unique=True)
    name_ko = models.CharField(verbose_name=_("Korean name"), max_length=20, unique=True)
    outline = models.TextField(
        verbose_name=_("outline"), help_text=_("Path of the map, as SVG draws it")
    )

    class Meta:
        verbose_name = _("district")
        verbose_name_plural = _("districts")
        ordering = ["name_ko"]

    def __str__(self) -> str:
        return localized(self.name_ko, self.name)


class LivingUse(models.Model):
    """The use of seven services: z-scores of Netflix and YouTube, a use index of the others."""

    game = models.FloatField(verbose_name=_("games"), help_text=_("Use index"))
    finance = models.FloatField(verbose_name=_("finance"), help_text=_("Use index"))
    delivery = models.FloatField(verbose_name=_("delivery"), help_text=_("Use index"))
    shopping = models.FloatField(verbose_name=_("shopping"), help_text=_("Use index"))
    video = models.FloatField(verbose_name=_("video"), help_text=_("Use index"))
    netflix = models.FloatField(verbose_name=_("Netflix"), help_text=_("z-score"))
    youtube = models.FloatField(verbose_name=_("YouTube"), help_text=_("z-score"))

    class Meta:
        abstract = True

    @staticmethod
    def rules(name: str, ages: tuple[int, ...]) -> list[models.CheckConstraint]:
        """What holds for rows of gender and age, as constraints whose names begin with `name`."""
        ranges = {f"{service}__range": (-LARGEST, LARGEST) for service in SERVICES}
        return [
            models.CheckConstraint(condition=Q(**ranges), name=f"{name}_use_in_range"),
            models.CheckConstraint(condition=Q(gender__in=Gender.values), name=f"{name}_gender"),
            models.CheckConstraint(condition=Q(age__in=ages), name=f"{name}_age"),
        ]


class LivingCell(LivingUse):
    """The use of one district, gender and age decade in one month."""

    district = models.ForeignKey(
        District, verbose_name=_("district"), on_delete=models.CASCADE, related_name="cells"
    )
    gender = models.CharField(verbose_name=_("gender"), max_length=10, choices=Gender)
    age = models.PositiveSmallIntegerField(
        verbose_name=_("age"), help_text=_("First year of the decade, 20 to 70")
    )
    month = models.DateField(verbose_name=_("month"), help_text=_("Its first day"))
    population = models.FloatField(verbose_name=_("population"))
    dongs = models.PositiveSmallIntegerField(
        verbose_name=_("dongs"), help_text=_("Neighbourhoods that were added up")
    )

    class Meta:
        verbose_name = _("cell of the living data")
        verbose_name_plural = _("cells of the living data")
        ordering = ["month", "district", "gender", "age"]
        constraints = [
            *LivingUse.rules("livingcell", AGES),
            models.UniqueConstraint(
                fields=["district", "gender", "age", "month"], name="livingcell_once"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="livingcell_month_begins"),
            models.CheckConstraint(
                condition=Q(population__range=(0, 10_000_000)), name="livingcell_population"
            ),
            models.CheckConstraint(condition=Q(dongs__gte=1), name="livingcell_dongs"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.district_id} {self.gender} {self.age}"


class LivingDong(LivingUse):
    """The use of one dong, gender and five-year band, the mean over the months."""

    district = models.ForeignKey(
        District, verbose_name=_("district"), on_delete=models.CASCADE, related_name="dongs"
    )
    number = models.PositiveSmallIntegerField(
        verbose_name=_("number"), help_text=_("Of the dong in its district")
    )
    gender = models.CharField(verbose_name=_("gender"), max_length=10, choices=Gender)
    age = models.PositiveSmallIntegerField(
        verbose_name=_("age"), help_text=_("First of five years, 20 to 75")
    )

    class Meta:
        verbose_name = _("dong of the living data")
        verbose_name_plural = _("dongs of the living data")
        ordering = ["district", "number", "gender", "age"]
        constraints = [
            *LivingUse.rules("livingdong", BANDS),
            models.UniqueConstraint(
                fields=["district", "number", "gender", "age"], name="livingdong_once"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="livingdong_number"),
        ]

    def __str__(self) -> str:
        return f"{self.district_id} {self.number} {self.gender} {self.age}"


class DistrictPopulation(models.Model):
    """People of one district, gender and five-year band, the mean over the months."""

    district = models.ForeignKey(
        District, verbose_name=_("district"), on_delete=models.CASCADE, related_name="populations"
    )
    gender = models.CharField(verbose_name=_("gender"), max_length=10, choices=Gender)
    age = models.PositiveSmallIntegerField(
        verbose_name=_("age"), help_text=_("First of five years, 20 to 75")
    )
    population = models.FloatField(verbose_name=_("population"))
    single_households = models.FloatField(
        verbose_name=_("people who live alone"), help_text=_("At most the population")
    )

    class Meta:
        verbose_name = _("population of a district")
        verbose_name_plural = _("populations of districts")
        ordering = ["district", "gender", "age"]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "gender", "age"], name="districtpopulation_once"
            ),
            models.CheckConstraint(
                condition=Q(gender__in=Gender.values), name="districtpopulation_gender"
            ),
            models.CheckConstraint(condition=Q(age__in=BANDS), name="districtpopulation_age"),
            models.CheckConstraint(
                condition=Q(population__range=(0, 10_000_000)),
                name="districtpopulation_population",
            ),
            models.CheckConstraint(
                condition=Q(single_households__gte=0) & Q(single_households__lte=F("population")),
                name="districtpopulation_alone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.district_id} {self.gender} {self.age}"
