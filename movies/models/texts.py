"""What films are about, in words."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from movies.models.catalogue import Movie

LONGEST_OVERVIEW = 10_000
LONGEST_KEYWORD = 100
LONGEST_SOURCE = 100


class FilmText(models.Model):
    """A film's description in one language, from a file that the operator may use.

    Unlike TMDB's details (`MovieDetails`), which are purged after 180 days, it stays.
    """

    class Language(models.TextChoices):
        KOREAN = "ko", _("Korean")
        ENGLISH = "en", _("English")

    movie = models.ForeignKey(
        Movie,
        verbose_name=_("movie"),
        on_delete=models.CASCADE,
        related_name="texts",
        db_index=False,
    )
    language = models.CharField(verbose_name=_("language"), max_length=2, choices=Language)
    overview = models.CharField(verbose_name=_("overview"), max_length=LONGEST_OVERVIEW, blank=True)
    keywords = ArrayField(
        models.CharField(max_length=LONGEST_KEYWORD),
        verbose_name=_("keywords"),
        default=list,
        db_default=[],
        blank=True,
    )
    source = models.CharField(verbose_name=_("source"), max_length=LONGEST_SOURCE)
    loaded_on = models.DateField(verbose_name=_("loaded on"))

    class Meta:
        verbose_name = _("film text")
        verbose_name_plural = _("film texts")
        constraints = [
            models.UniqueConstraint(fields=["movie", "language"], name="filmtext_once"),
            models.CheckConstraint(
                condition=Q(language__in=["ko", "en"]), name="filmtext_language_known"
            ),
            models.CheckConstraint(
                condition=~Q(overview="") | Q(keywords__len__gt=0), name="filmtext_says_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.movie_id} ({self.language})"
