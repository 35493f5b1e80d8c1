"""The answers of a respondent, stored with consent."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from movies.models import Gender, Movie, Platform
from survey.models.answers import (
    CONSENT_VERSION,
    LARGEST_BUDGET,
    MAXIMUM_AGE,
    MINIMUM_AGE,
    Education,
    Income,
    OttFrequency,
    Region,
    WishAnswers,
    wish_constraints,
)
from survey.models.members import Member


class RespondentQuerySet(models.QuerySet["Respondent"]):
    def expired(self) -> RespondentQuerySet:
        """Respondents whose retention period is over; never those of members who still come."""
        of_nobody_who_comes = Q(member=None) | Q(member__in=Member.objects.gone())
        return self.filter(of_nobody_who_comes, retain_until__lte=timezone.now())

    def of_reader(self, member: Member | None) -> RespondentQuerySet:
        """Those that no account keeps, or that of this member: a browser may be another's by now.
        None: the reader is no member."""
        return self.filter(Q(member=None) | Q(member=member) if member else Q(member=None))

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
    region = models.CharField(
        verbose_name=_("region"),
        max_length=10,
        choices=Region,
        blank=True,
        default="",
        db_default="",
        help_text=_("Where they live"),
    )
    district = models.CharField(
        verbose_name=_("district"),
        max_length=20,
        blank=True,
        default="",
        db_default="",
        help_text=_("Of Seoul, by its Korean name"),
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
    member = models.ForeignKey(
        Member,
        verbose_name=_("member"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="results",
        help_text=_("Whose account keeps the result"),
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
        help_text=_("Agreed to be counted in statistics, by gender, age and district"),
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
                condition=Q(region__in=["", *Region.values]), name="respondent_region_known"
            ),
            models.CheckConstraint(
                condition=Q(district="") | Q(region=Region.SEOUL),
                name="respondent_district_in_seoul",
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
