"""What the time of the year suggests: words for visitors, for every day exactly once."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import Deferrable, F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from movies.models.platforms import localized

MOST_WORDS = 12
LONGEST_WORD = 20


class SeasonQuerySet(models.QuerySet["SeasonKeywords"]):
    def of_day(self, day: date) -> SeasonKeywords | None:
        return self.filter(from_day__lte=day, to_day__gte=day).first()


class SeasonKeywords(models.Model):
    """A season or holiday with words that films of that time have, both days included.

    Rows follow each other without overlaps and without gaps: the exclusion constraint and a
    trigger check this when a transaction commits, so that a boundary of two rows can be moved.
    """

    name_ko = models.CharField(
        verbose_name=_("Korean name"),
        max_length=30,
        help_text=_("The title of the films, in Korean"),
    )
    name_en = models.CharField(
        verbose_name=_("English name"), max_length=30, help_text=_("The title, in English")
    )
    words = ArrayField(
        models.CharField(max_length=LONGEST_WORD),
        verbose_name=_("words"),
        help_text=_("Words that texts of such films have, separated by commas; at most 12"),
    )
    from_day = models.DateField(verbose_name=_("from day"), help_text=_("The first day"))
    to_day = models.DateField(verbose_name=_("to day"), help_text=_("The last day"))

    objects = SeasonQuerySet.as_manager()

    class Meta:
        verbose_name = _("season")
        verbose_name_plural = _("seasons")
        ordering = ["from_day"]
        constraints = [
            models.CheckConstraint(
                condition=Q(from_day__lte=F("to_day")),
                name="season_from_before_to",
                violation_error_message=_("The last day is before the first one."),
            ),
            models.CheckConstraint(
                condition=Q(words__len__range=(1, MOST_WORDS)),
                name="season_words_limited",
                violation_error_message=_("A season has 1 to 12 words."),
            ),
            ExclusionConstraint(
                name="season_no_overlap",
                expressions=[
                    (
                        Func("from_day", "to_day", Value("[]"), function="daterange"),
                        RangeOperators.OVERLAPS,
                    )
                ],
                deferrable=Deferrable.DEFERRED,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.from_day} – {self.to_day}"

    @property
    def name(self) -> str:
        """In the reader's language."""
        return localized(self.name_ko, self.name_en)
