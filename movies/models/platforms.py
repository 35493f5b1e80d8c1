"""The streaming services: what they are called, where they are, and how often they have a film."""

from __future__ import annotations

from urllib.parse import quote

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from movies.drawings.marks import Mark, mark_of


def localized(korean: str, other: str) -> str:
    """The Korean name on Korean pages if there is one, else the other."""
    wants_korean = (translation.get_language() or "").startswith("ko")
    return korean if korean and wants_korean else other


class PlatformQuerySet(models.QuerySet["Platform"]):
    def offered(self) -> PlatformQuerySet:
        """The platforms that OTTwin compares and recommends."""
        return self.filter(is_active=True)

    def named(self) -> PlatformQuerySet:
        """Only what pages show: the counts by stratum take longer to read than all the rest."""
        links = ("homepage", "sign_up_page", "search_page")
        return self.only("slug", "name", "name_ko", "brand_colour", "is_active", *links)


class Platform(models.Model):
    """A streaming service. Other programs rely on its slug."""

    slug = models.SlugField(
        verbose_name=_("slug"),
        help_text=_("Lower-case letters, digits and _; it never changes"),
        primary_key=True,
    )
    name = models.CharField(
        verbose_name=_("name"),
        help_text=_("As the provider writes it in English"),
        max_length=60,
        unique=True,
    )
    name_ko = models.CharField(
        verbose_name=_("Korean name"),
        help_text=_("As people in Korea call it"),
        max_length=60,
        blank=True,
    )
    homepage = models.URLField(
        verbose_name=_("home page"), help_text=_("The first page of the service"), blank=True
    )
    brand_colour = models.CharField(
        verbose_name=_("brand colour"),
        max_length=7,
        blank=True,
        default="",
        db_default="",
        validators=[RegexValidator(r"^#[0-9A-F]{6}$", _("Please write it as #E50914."))],
        help_text=_("Ground of its mark, as #E50914; empty: grey"),
    )
    brand_source = models.CharField(
        verbose_name=_("source of the colour"),
        max_length=200,
        blank=True,
        default="",
        db_default="",
        help_text=_("Where the colour was read"),
    )
    sign_up_page = models.URLField(
        verbose_name=_("page to sign up"),
        blank=True,
        default="",
        db_default="",
        help_text=_("Where one signs up; empty: the homepage"),
    )
    search_page = models.CharField(
        verbose_name=_("search page"),
        max_length=200,
        blank=True,
        default="",
        db_default="",
        validators=[RegexValidator(r"^https://\S+\{title\}\S*$", _("Please write {title} in it."))],
        help_text=_("Its search, with {title} where the title goes; empty: the homepage"),
    )
    links_source = models.CharField(
        verbose_name=_("source of the addresses"),
        max_length=200,
        blank=True,
        default="",
        db_default="",
        help_text=_("Where these two addresses were read, and when"),
    )
    tmdb_provider_ids = ArrayField(
        models.PositiveIntegerField(),
        verbose_name=_("TMDB provider numbers"),
        help_text=_("Numbers of TMDB providers, with commas"),
        default=list,
        blank=True,
    )
    is_active = models.BooleanField(
        verbose_name=_("is active"), default=True, help_text=_("Compared and recommended")
    )
    films_known = models.PositiveIntegerField(
        verbose_name=_("films known"),
        default=0,
        editable=False,
        help_text=_("Films whose availability here is known"),
    )
    films_carried = models.PositiveIntegerField(
        verbose_name=_("films carried"),
        default=0,
        editable=False,
        help_text=_("Films that it is known to carry"),
    )
    surveyed_known = models.PositiveIntegerField(
        verbose_name=_("films surveyed"),
        default=0,
        editable=False,
        help_text=_("Known films, only from sources that also report absence"),
    )
    surveyed_carried = models.PositiveIntegerField(
        verbose_name=_("films surveyed and carried"),
        default=0,
        editable=False,
        help_text=_("Those of them that it carries"),
    )
    surveyed_strata = models.JSONField(
        verbose_name=_("surveyed by decade and genre"),
        default=dict,
        editable=False,
        help_text=_("The same two numbers by decade and by genre"),
    )
    surveyed_on = models.DateField(
        verbose_name=_("surveyed since"),
        null=True,
        editable=False,
        help_text=_("The day since which 50 films were looked at"),
    )
    published_known = models.PositiveIntegerField(
        verbose_name=_("films of the published share"),
        default=0,
        help_text=_("Films that somebody looked at and published as a share"),
    )
    published_carried = models.PositiveIntegerField(
        verbose_name=_("published films carried"),
        default=0,
        help_text=_("Those of them that a subscription includes"),
    )
    published_decades = models.JSONField(
        verbose_name=_("published by decade"),
        default=dict,
        blank=True,
        help_text=_("The same two numbers by decade of the film"),
    )
    stationary_share = models.FloatField(
        verbose_name=_("long-run share"),
        null=True,
        blank=True,
        help_text=_("P(a film is here) once what was seen of it no longer says anything; 0 to 1"),
    )
    turnover = models.FloatField(
        verbose_name=_("turnover"),
        null=True,
        blank=True,
        help_text=_("How fast what was seen ages: a share of e^-turnover still holds after a year"),
    )
    shipped = models.JSONField(
        verbose_name=_("row as shipped"),
        null=True,
        editable=False,
        help_text=_("The row as the project shipped it"),
    )

    objects = PlatformQuerySet.as_manager()

    class Meta:
        verbose_name = _("platform")
        verbose_name_plural = _("platforms")
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(
                condition=Q(films_carried__lte=F("films_known"))
                & Q(surveyed_carried__lte=F("surveyed_known")),
                name="platform_carried_is_known",
            ),
            models.CheckConstraint(
                condition=Q(published_carried__lte=F("published_known")),
                name="platform_published_carried_is_known",
                violation_error_message=_("More films are included than were looked at."),
            ),
            models.CheckConstraint(
                condition=Q(stationary_share__isnull=True) | Q(stationary_share__range=(0, 1)),
                name="platform_stationary_share_in_range",
                violation_error_message=_("A share lies between 0 and 1."),
            ),
            models.CheckConstraint(
                condition=Q(turnover__isnull=True) | Q(turnover__range=(0, 20)),
                name="platform_turnover_in_range",
                violation_error_message=_("Turnover lies between 0 and 20 a year."),
            ),
        ]

    def __str__(self) -> str:
        return localized(self.name_ko, self.name)

    @property
    def sign_up_address(self) -> str:
        return self.sign_up_page or self.homepage

    def search_address(self, title: str) -> str:
        """Where one finds a title on it: its search, or its homepage."""
        if not self.search_page:
            return self.homepage
        return self.search_page.replace("{title}", quote(title))

    @property
    def mark(self) -> Mark:
        return mark_of(str(self), self.brand_colour)
