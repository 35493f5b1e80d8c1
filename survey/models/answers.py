"""What a person answers, and how it is stored; columns that drafts and respondents share."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from movies.models import MOST_STREAMS, Product

MINIMUM_AGE = 14
MAXIMUM_AGE = 120
FEWEST_PICKS = 3
MOST_PICKS = 1_000
LARGEST_BUDGET = 10_000_000  # won a month
MOST_MUST_HAVES = 20
MOST_OWNED = 20
# A random value, because another person's token and answers lead to that person's result.
SUBMISSION_TOKEN = re.compile(r"\A[A-Za-z0-9_-]{16,64}\Z")
RETENTION = timedelta(days=90)
DRAFT_LIFETIME = timedelta(days=7)
STEPS = 4
CONSENT_VERSION = "2026-11-30.3"


class Education(models.TextChoices):
    MIDDLE_SCHOOL = "middle_school", _("Middle school or less")
    HIGH_SCHOOL = "high_school", _("High school")
    COLLEGE = "college", _("College or university")
    GRADUATE = "graduate", _("Graduate school")


class Income(models.TextChoices):
    """Monthly household income."""

    UNDER_2M = "under_2m", _("Under 2 million won")
    FROM_2M = "2m_4m", _("2 to 4 million won")
    FROM_4M = "4m_6m", _("4 to 6 million won")
    FROM_6M = "6m_8m", _("6 to 8 million won")
    OVER_8M = "over_8m", _("8 million won or more")


class OttFrequency(models.TextChoices):
    DAILY = "daily", _("Every day")
    SEVERAL_A_WEEK = "several_a_week", _("Several times a week")
    WEEKLY = "weekly", _("About once a week")
    MONTHLY = "monthly", _("A few times a month")
    RARELY = "rarely", _("Less often")


class Region(models.TextChoices):
    """The seventeen provinces and cities of Korea (ISO 3166-2:KR)."""

    SEOUL = "seoul", _("Seoul")
    BUSAN = "busan", _("Busan")
    DAEGU = "daegu", _("Daegu")
    INCHEON = "incheon", _("Incheon")
    GWANGJU = "gwangju", _("Gwangju")
    DAEJEON = "daejeon", _("Daejeon")
    ULSAN = "ulsan", _("Ulsan")
    SEJONG = "sejong", _("Sejong")
    GYEONGGI = "gyeonggi", _("Gyeonggi")
    GANGWON = "gangwon", _("Gangwon")
    CHUNGBUK = "chungbuk", _("North Chungcheong")
    CHUNGNAM = "chungnam", _("South Chungcheong")
    JEONBUK = "jeonbuk", _("North Jeolla")
    JEONNAM = "jeonnam", _("South Jeolla")
    GYEONGBUK = "gyeongbuk", _("North Gyeongsang")
    GYEONGNAM = "gyeongnam", _("South Gyeongsang")
    JEJU = "jeju", _("Jeju")


@dataclass(frozen=True)
class AnsweredWishes:
    """What a person wishes of the products, as answered; by default nothing.

    `must_have` are slugs of attractions, `owned` slugs of products that cost the person nothing
    more. `min_streams` at a time and `min_resolution` in lines; None: any.
    """

    must_have: tuple[str, ...] = ()
    no_ads: bool = False
    min_streams: int | None = None
    min_resolution: int | None = None
    owned: tuple[str, ...] = ()


class WishAnswers(models.Model):
    """The columns of `AnsweredWishes`. Slugs, not keys: what they name may go off sale."""

    must_have = ArrayField(
        models.SlugField(),
        verbose_name=_("must-haves"),
        default=list,
        db_default=[],
        blank=True,
        help_text=_("Slugs of series, shows and sport that the answer has to offer"),
    )
    no_ads = models.BooleanField(
        verbose_name=_("no ads"),
        default=False,
        db_default=False,
        help_text=_("Only products without advertising"),
    )
    min_streams = models.PositiveSmallIntegerField(
        verbose_name=_("screens wanted"),
        null=True,
        blank=True,
        help_text=_("Screens at the same time, at least"),
    )
    min_resolution = models.PositiveSmallIntegerField(
        verbose_name=_("picture wanted"),
        null=True,
        blank=True,
        choices=Product.Resolution,
        help_text=_("At least"),
    )
    owned = ArrayField(
        models.SlugField(),
        verbose_name=_("owned products"),
        default=list,
        db_default=[],
        blank=True,
        help_text=_("Slugs of products that cost nothing more, such as with the phone plan"),
    )

    class Meta:
        abstract = True

    @property
    def wishes(self) -> AnsweredWishes:
        return AnsweredWishes(
            must_have=tuple(self.must_have),
            no_ads=self.no_ads,
            min_streams=self.min_streams,
            min_resolution=self.min_resolution,
            owned=tuple(self.owned),
        )


def wish_constraints(table: str) -> list[models.CheckConstraint]:
    """What holds for the columns of `WishAnswers` in this table."""
    return [
        models.CheckConstraint(
            condition=Q(min_streams__isnull=True) | Q(min_streams__range=(1, MOST_STREAMS)),
            name=f"{table}_min_streams_in_range",
        ),
        models.CheckConstraint(
            condition=Q(min_resolution__isnull=True)
            | Q(min_resolution__in=Product.Resolution.values),
            name=f"{table}_min_resolution_known",
        ),
        models.CheckConstraint(
            condition=Q(must_have__len__lte=MOST_MUST_HAVES), name=f"{table}_must_haves_limited"
        ),
        models.CheckConstraint(
            condition=Q(owned__len__lte=MOST_OWNED), name=f"{table}_owned_limited"
        ),
    ]
