"""An unfinished survey (`Draft`), and the answers of a respondent, stored with consent."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from movies.models import MOST_STREAMS, Gender, Movie, Platform, Product

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
CONSENT_VERSION = "2026-11-30.2"


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


class RespondentQuerySet(models.QuerySet["Respondent"]):
    def expired(self) -> RespondentQuerySet:
        """Respondents whose retention period is over."""
        return self.filter(retain_until__lte=timezone.now())

    def to_learn_from(self) -> RespondentQuerySet:
        """Respondents who agreed to that, and whose answers may still be kept."""
        return self.filter(learning_consent=True, retain_until__gt=timezone.now())


class Respondent(WishAnswers):
    """A person who answered the survey. `user_id` is the secret in the link to their result."""

    user_id = models.UUIDField(
        verbose_name=_("secret id"), primary_key=True, default=uuid.uuid4, editable=False
    )
    number = models.BigIntegerField(
        verbose_name=_("number"),
        unique=True,
        editable=False,
        db_default=models.Func(
            models.Value("survey_respondent_number_seq"),
            function="nextval",
            output_field=models.BigIntegerField(),
        ),
        help_text=_("By which staff know the respondent, whose id is a secret"),
    )
    gender = models.CharField(verbose_name=_("gender"), max_length=6, choices=Gender, blank=True)
    age = models.PositiveSmallIntegerField(verbose_name=_("age"), null=True, blank=True)
    education = models.CharField(
        verbose_name=_("education"), max_length=20, choices=Education, blank=True
    )
    income = models.CharField(verbose_name=_("income"), max_length=10, choices=Income, blank=True)
    ott_frequency = models.CharField(
        verbose_name=_("how often they watch"), max_length=20, choices=OttFrequency, blank=True
    )
    preferred_movies = models.ManyToManyField(
        Movie, verbose_name=_("liked films"), related_name="preferred_by"
    )
    subscribed_platforms = models.ManyToManyField(
        Platform, verbose_name=_("subscribed platforms"), related_name="subscribers", blank=True
    )
    monthly_budget = models.PositiveIntegerField(
        verbose_name=_("monthly budget"), null=True, blank=True, help_text=_("Won a month")
    )
    submission = models.CharField(
        verbose_name=_("form sent"),
        max_length=64,
        unique=True,
        editable=False,
        help_text=_("Digest of the form's token and answers: the same form twice is one person"),
    )
    submission_id = models.CharField(
        verbose_name=_("id of the program"),
        max_length=64,
        unique=True,
        null=True,
        blank=True,
        editable=False,
        help_text=_("Digest of the id under which a program sent the answers, and no others"),
    )
    consent_version = models.CharField(
        verbose_name=_("version of the consent"), max_length=20, default=CONSENT_VERSION
    )
    consented_at = models.DateTimeField(verbose_name=_("consented at"), default=timezone.now)
    statistics_consent = models.BooleanField(
        verbose_name=_("consent to statistics"),
        default=False,
        db_default=False,
        help_text=_("Agreed to be counted, by gender and age, on the statistics page"),
    )
    learning_consent = models.BooleanField(
        verbose_name=_("consent to learning"),
        default=False,
        db_default=False,
        help_text=_("Agreed that OTTwin learns from their answers"),
    )
    shown = ArrayField(
        models.IntegerField(),
        verbose_name=_("films shown"),
        default=list,
        db_default=[],
        blank=True,
        help_text=_("Films that were offered; kept only with consent to learning"),
    )
    retain_until = models.DateTimeField(verbose_name=_("kept until"))
    created_at = models.DateTimeField(verbose_name=_("answered at"), auto_now_add=True)

    objects = RespondentQuerySet.as_manager()

    class Meta:
        verbose_name = _("respondent")
        verbose_name_plural = _("respondents")
        indexes = [
            models.Index(fields=["retain_until"], name="respondent_retain_until"),
            models.Index(fields=["-created_at"], name="respondent_newest_first"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(gender__in=["", *Gender.values]), name="respondent_gender_known"
            ),
            models.CheckConstraint(
                condition=Q(age__isnull=True) | Q(age__range=(MINIMUM_AGE, MAXIMUM_AGE)),
                name="respondent_age_in_range",
            ),
            models.CheckConstraint(
                condition=Q(education__in=["", *Education.values]),
                name="respondent_education_known",
            ),
            models.CheckConstraint(
                condition=Q(income__in=["", *Income.values]), name="respondent_income_known"
            ),
            models.CheckConstraint(
                condition=Q(ott_frequency__in=["", *OttFrequency.values]),
                name="respondent_ott_frequency_known",
            ),
            models.CheckConstraint(
                condition=Q(monthly_budget__isnull=True)
                | Q(monthly_budget__range=(0, LARGEST_BUDGET)),
                name="respondent_budget_in_range",
            ),
            models.CheckConstraint(
                condition=Q(retain_until__gt=F("consented_at")),
                name="respondent_retained_after_consent",
            ),
            models.CheckConstraint(
                condition=Q(learning_consent=True) | Q(shown__len=0),
                name="respondent_shown_with_consent",
            ),
            *wish_constraints("respondent"),
        ]

    def __str__(self) -> str:
        """Without the id: staff read it."""
        return f"#{self.number}"


class DraftQuerySet(models.QuerySet["Draft"]):
    def open(self) -> DraftQuerySet:
        """Drafts that can still be resumed."""
        return self.filter(expires_at__gt=timezone.now())

    def expired(self) -> DraftQuerySet:
        return self.filter(expires_at__lte=timezone.now())


class Draft(WishAnswers):
    """The first two steps of an unsent survey. `draft_id` is the secret in its link.

    Answers about the person (steps 3 and 4) are never here: until there is consent to store them,
    they stay in the person's browser.
    """

    draft_id = models.UUIDField(
        verbose_name=_("secret id"), primary_key=True, default=uuid.uuid4, editable=False
    )
    liked = ArrayField(
        models.IntegerField(), verbose_name=_("liked films"), default=list, blank=True
    )
    disliked = ArrayField(
        models.IntegerField(),
        verbose_name=_("films not for them"),
        default=list,
        db_default=[],
        blank=True,
        help_text=_("Films that are not for the person"),
    )
    shown = ArrayField(
        models.IntegerField(),
        verbose_name=_("films shown"),
        default=list,
        blank=True,
        help_text=_("Films that were offered: the next ones are others"),
    )
    also_shown = ArrayField(
        models.IntegerField(),
        verbose_name=_("films shown once more"),
        default=list,
        db_default=[],
        blank=True,
        help_text=_("Films that were offered and may be offered again"),
    )
    subscribed = ArrayField(
        models.SlugField(), verbose_name=_("subscribed platforms"), default=list, blank=True
    )
    monthly_budget = models.PositiveIntegerField(
        verbose_name=_("monthly budget"), null=True, blank=True, help_text=_("Won a month")
    )
    step = models.PositiveSmallIntegerField(
        verbose_name=_("step"), default=1, help_text=_("The furthest that was reached")
    )
    respondent = models.ForeignKey(
        Respondent,
        verbose_name=_("respondent"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="drafts",
        help_text=_("Who sent it; deleting the result deletes the draft"),
    )
    created_at = models.DateTimeField(verbose_name=_("created at"), auto_now_add=True)
    expires_at = models.DateTimeField(verbose_name=_("expires at"))

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        indexes = [models.Index(fields=["expires_at"], name="draft_expires_at")]
        constraints = [
            models.CheckConstraint(condition=Q(step__range=(1, STEPS)), name="draft_step_in_range"),
            models.CheckConstraint(
                condition=Q(monthly_budget__isnull=True)
                | Q(monthly_budget__range=(0, LARGEST_BUDGET)),
                name="draft_budget_in_range",
            ),
            *wish_constraints("draft"),
        ]

    def __str__(self) -> str:
        """Without the id, which is a secret."""
        return f"{self.created_at:%Y-%m-%d %H:%M}"

    @property
    def offered(self) -> list[int]:
        """The films of every screen, each once."""
        return list(dict.fromkeys([*self.shown, *self.also_shown]))
