"""What people pay for besides films: series, variety shows and live sport."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from movies.models.platforms import Platform, localized
from movies.models.products import FactCertainty

FIRST_YEAR, LAST_YEAR = 1900, 2100
SURE_ENOUGH = (FactCertainty.OFFICIAL, FactCertainty.ONE_SOURCE)


def shown_on(day: date, of: str = "") -> Q:
    """Attractions to be seen that day, hearsay (certainty C and D) left out.

    `of` is the way to them from another table, such as "attraction__".
    """
    begun = Q((f"{of}starts_on__isnull", True)) | Q((f"{of}starts_on__lte", day))
    lasting = Q((f"{of}ends_on__isnull", True)) | Q((f"{of}ends_on__gte", day))
    return begun & lasting & Q((f"{of}certainty__in", SURE_ENOUGH))


class AttractionQuerySet(models.QuerySet["Attraction"]):
    def offered(self, day: date) -> AttractionQuerySet:
        """What a person may ask for: to be seen that day, on a platform that is compared.

        Hearsay (certainty C and D), rights that have ended or not begun, and what is only
        elsewhere are left out.
        """
        compared = AttractionPlatform.objects.filter(
            attraction=OuterRef("pk"), platform__is_active=True
        )
        return self.filter(Exists(compared), shown_on(day))


class Attraction(models.Model):
    """A series, a variety show or a sports competition. Other programs rely on its slug."""

    class Kind(models.TextChoices):
        SERIES = "series", _("Series")
        VARIETY = "variety", _("Variety show")
        SPORT = "sport", _("Sport")

    slug = models.SlugField(
        verbose_name=_("slug"),
        help_text=_("Lower-case letters, digits and _; it never changes"),
        unique=True,
    )
    title = models.CharField(
        verbose_name=_("title"), help_text=_("The English title"), max_length=200
    )
    title_ko = models.CharField(
        verbose_name=_("Korean title"),
        help_text=_("The title in Korea"),
        max_length=200,
        blank=True,
    )
    kind = models.CharField(
        verbose_name=_("kind"), help_text=_("What people would ask for"), max_length=7, choices=Kind
    )
    category = models.CharField(
        verbose_name=_("category"),
        max_length=60,
        blank=True,
        help_text=_("Such as drama, or the kind of sport"),
    )
    year = models.PositiveSmallIntegerField(
        verbose_name=_("year"), null=True, blank=True, help_text=_("When it was first shown")
    )
    starts_on = models.DateField(
        verbose_name=_("starts on"),
        null=True,
        blank=True,
        help_text=_("First day of the right to show it; empty: not known"),
    )
    ends_on = models.DateField(
        verbose_name=_("ends on"),
        null=True,
        blank=True,
        help_text=_("Last day; empty: not known, still shown"),
    )
    elsewhere = models.CharField(
        verbose_name=_("elsewhere"),
        max_length=200,
        blank=True,
        help_text=_("Where else, of places that are not compared"),
    )
    source = models.CharField(
        verbose_name=_("source"), max_length=200, help_text=_("Where this was read")
    )
    source_url = models.URLField(
        verbose_name=_("address of the source"),
        help_text=_("A page where everybody can check it"),
        blank=True,
    )
    checked_on = models.DateField(
        verbose_name=_("checked on"), help_text=_("The day on which you looked it up")
    )
    certainty = models.CharField(
        verbose_name=_("certainty"),
        help_text=_("How sure the source makes it"),
        max_length=1,
        choices=FactCertainty,
        default=FactCertainty.ONE_SOURCE,
    )
    shipped = models.JSONField(
        verbose_name=_("row as shipped"),
        null=True,
        editable=False,
        help_text=_("The row as the project shipped it"),
    )

    objects = AttractionQuerySet.as_manager()

    class Meta:
        verbose_name = _("attraction")
        verbose_name_plural = _("attractions")
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["series", "variety", "sport"]), name="attraction_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="attraction_ends_not_before_start",
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                condition=Q(year__isnull=True) | Q(year__range=(FIRST_YEAR, LAST_YEAR)),
                name="attraction_year_in_range",
            ),
            models.CheckConstraint(
                condition=Q(certainty__in=["A", "B", "C", "D"]), name="attraction_certainty_known"
            ),
        ]

    def __str__(self) -> str:
        return localized(self.title_ko, self.title)

    def can_be_seen_on(self, day: date) -> bool:
        """Whether the right to show it holds that day and is not hearsay (`offered`)."""
        begun = self.starts_on is None or self.starts_on <= day
        ended = self.ends_on is not None and self.ends_on < day
        return begun and not ended and self.certainty in SURE_ENOUGH


class AttractionPlatform(models.Model):
    """A platform where an attraction can be seen, and the product that one needs there.

    Several rows of one platform are alternatives: one of the products is enough.
    """

    attraction = models.ForeignKey(
        Attraction,
        verbose_name=_("attraction"),
        help_text=_("What is shown there"),
        on_delete=models.CASCADE,
        related_name="places",
    )
    platform = models.ForeignKey(
        Platform,
        verbose_name=_("platform"),
        help_text=_("Where it can be watched"),
        on_delete=models.PROTECT,
        related_name="attractions",
    )
    product_slug = models.SlugField(
        verbose_name=_("product needed"),
        blank=True,
        default="",
        help_text=_("The product that one needs; empty: any that gives the platform"),
    )
    is_exclusive = models.BooleanField(
        verbose_name=_("only there"), default=False, help_text=_("To be seen nowhere else")
    )

    class Meta:
        verbose_name = _("platform of an attraction")
        verbose_name_plural = _("platforms of attractions")
        ordering = ["platform", "product_slug"]
        constraints = [
            models.UniqueConstraint(
                fields=["attraction", "platform", "product_slug"], name="attraction_place_once"
            ),
        ]

    def __str__(self) -> str:
        needed = f" ({self.product_slug})" if self.product_slug else ""
        return f"{self.attraction}: {self.platform}{needed}"
