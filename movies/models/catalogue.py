"""Films, and the platforms that carry them."""

from __future__ import annotations

from urllib.parse import quote

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q, Value
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from movies.drawings.marks import Mark, mark_of
from movies.fields import JSONMerge, OnlyBooleans
from movies.fingerprints import FINGERPRINT_BITS
from movies.models.pictures import Picture, picture_of

LARGEST_MOVIE_ID = 2**31 - 1
# A film that only TMDB's lists have has this id plus its TMDB id; data sets have smaller ids.
FIRST_ENTERED_ID = 1_000_000_000


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


class MovieQuerySet(models.QuerySet["Movie"]):
    def best_known_first(self) -> MovieQuerySet:
        return self.order_by("-rating_count", "movie_id")

    def entered(self) -> MovieQuerySet:
        """The films that no data set has: TMDB's lists of the platforms brought them."""
        return self.filter(movie_id__gte=FIRST_ENTERED_ID)

    def of_data_set(self) -> MovieQuerySet:
        return self.filter(movie_id__lt=FIRST_ENTERED_ID)


class Movie(models.Model):
    """A film of the loaded data set or of TMDB's lists, and where it can be watched in Korea.

    `platforms_fetched`, `platforms_staff` and `platforms` map platform slugs: true means that a
    subscription includes the film, false that it does not, no key that this is unknown.
    `platforms_seen` maps them to the month (2026-07) of the statement that counts.
    `Availability` holds who said so and when; `movies.services.availability` keeps both in step.
    `movies.titles.series_of_films` writes `series`: what staff say, else TMDB, else the titles.
    """

    class IdSource(models.TextChoices):
        """Where the TMDB id comes from."""

        LOADED = "", _("Data set or details file")
        IMDB = "imdb", _("Found by IMDb id")
        SEARCH = "search", _("Found by title and year")
        STAFF = "staff", _("Confirmed by staff")
        LISTED = "listed", _("Entered from a list of TMDB")

    movie_id = models.IntegerField(verbose_name=_("film number"), primary_key=True)
    title = models.CharField(verbose_name=_("title"), max_length=300)
    title_ko = models.CharField(verbose_name=_("Korean title"), max_length=300, blank=True)
    year = models.PositiveSmallIntegerField(verbose_name=_("year"), null=True, blank=True)
    genres = ArrayField(
        models.CharField(max_length=30), verbose_name=_("genres"), default=list, blank=True
    )
    rating_avg = models.FloatField(verbose_name=_("average rating"), null=True, blank=True)
    rating_count = models.PositiveIntegerField(verbose_name=_("number of ratings"), default=0)
    imdb_id = models.PositiveIntegerField(verbose_name=_("IMDb number"), null=True, blank=True)
    tmdb_id = models.PositiveIntegerField(verbose_name=_("TMDB number"), null=True, blank=True)
    tmdb_id_source = models.CharField(
        verbose_name=_("source of the TMDB number"),
        max_length=6,
        choices=IdSource,
        default=IdSource.LOADED,
        db_default="",
        blank=True,
    )
    poster_path = models.CharField(verbose_name=_("poster"), max_length=100, blank=True)
    fingerprint_bit = models.PositiveSmallIntegerField(
        verbose_name=_("place in fingerprints"),
        null=True,
        blank=True,
        help_text=_("Place in the watched fingerprint; only the most-watched films have one"),
    )
    platforms_fetched = models.JSONField(
        verbose_name=_("platforms as fetched"), default=dict, blank=True
    )
    platforms_staff = models.JSONField(
        verbose_name=_("corrections of staff"), default=dict, blank=True
    )
    platforms = models.GeneratedField(
        verbose_name=_("platforms in effect"),
        expression=JSONMerge("platforms_fetched", "platforms_staff"),
        output_field=models.JSONField(),
        db_persist=True,
    )
    platforms_seen = models.JSONField(
        verbose_name=_("newest statements"),
        default=dict,
        db_default=Value({}, models.JSONField()),
        blank=True,
    )
    platforms_checked_at = models.DateTimeField(
        verbose_name=_("availability checked at"),
        null=True,
        blank=True,
        help_text=_("Newest statement of any source but our staff"),
    )
    in_conflict = models.BooleanField(
        verbose_name=_("sources disagree"),
        default=False,
        db_default=False,
        help_text=_("Two sources that looked at about the same time disagree"),
    )
    answered_at = models.DateTimeField(
        verbose_name=_("TMDB answered at"),
        null=True,
        blank=True,
        help_text=_("When TMDB last gave a final answer, good or bad"),
    )
    demand = models.PositiveIntegerField(
        verbose_name=_("demand"),
        default=0,
        db_default=0,
        help_text=_("Respondents who picked it or got it recommended, as last counted"),
    )
    series = models.CharField(
        verbose_name=_("series"),
        max_length=100,
        default="",
        db_default="",
        blank=True,
        help_text=_("Films of one series have the same; empty for a film of none"),
    )
    series_by_title = models.CharField(
        verbose_name=_("series by title"),
        max_length=100,
        default="",
        db_default="",
        blank=True,
        help_text=_("What the titles say"),
    )
    series_staff = models.CharField(
        _("series, as corrected"),
        max_length=100,
        default="",
        db_default="",
        blank=True,
        help_text=_("The same words for all films of a series; - for a film of none"),
    )

    objects = MovieQuerySet.as_manager()

    class Meta:
        verbose_name = _("movie")
        verbose_name_plural = _("movies")
        indexes = [
            models.Index(F("rating_count").desc(), F("movie_id"), name="movie_best_known_first"),
            GinIndex(fields=["platforms"], opclasses=["jsonb_path_ops"], name="movie_platforms"),
            models.Index(F("demand").desc(), condition=Q(demand__gt=0), name="movie_in_demand"),
            models.Index(
                F("rating_count").desc(),
                F("movie_id"),
                condition=Q(in_conflict=True),
                name="movie_in_conflict",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["fingerprint_bit"],
                name="movie_fingerprint_bit_unique",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=Q(fingerprint_bit__isnull=True) | Q(fingerprint_bit__lt=FINGERPRINT_BITS),
                name="movie_fingerprint_bit_in_range",
            ),
            models.CheckConstraint(
                condition=Q(rating_avg__isnull=True) | Q(rating_avg__range=(0.5, 5.0)),
                name="movie_rating_avg_in_range",
            ),
            models.CheckConstraint(
                condition=OnlyBooleans("platforms_fetched"), name="movie_platforms_fetched_boolean"
            ),
            models.CheckConstraint(
                condition=OnlyBooleans("platforms_staff"), name="movie_platforms_staff_boolean"
            ),
            models.CheckConstraint(
                condition=Q(tmdb_id_source__in=["", "imdb", "search", "staff", "listed"]),
                name="movie_tmdb_id_source_known",
            ),
            models.CheckConstraint(
                condition=Q(movie_id__lt=FIRST_ENTERED_ID) & ~Q(tmdb_id_source="listed")
                | Q(
                    movie_id=F("tmdb_id") + FIRST_ENTERED_ID,
                    tmdb_id__isnull=False,
                    tmdb_id_source="listed",
                ),
                name="movie_entered_by_its_tmdb_id",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.display_title} ({self.year})" if self.year else self.display_title

    @property
    def display_title(self) -> str:
        return localized(self.title_ko, self.title)

    # Which of its drawn covers a page shows; None: the one that its id decides (`vary_covers`).
    cover_variant: int | None = None

    @property
    def picture(self) -> Picture:
        return picture_of(self)
