"""Films, and where they can be watched."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q, Value
from django.utils.translation import gettext_lazy as _

from movies.fields import JSONMerge, OnlyBooleans
from movies.fingerprints import FINGERPRINT_BITS
from movies.models.pictures import Picture, picture_of
from movies.models.platforms import localized

LARGEST_MOVIE_ID = 2**31 - 1
# A film that only TMDB's lists have has this id plus its TMDB id; data sets have smaller ids.
FIRST_ENTERED_ID = 1_000_000_000


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
