"""Members: people with a log-in, who keep their results and whose likes are remembered."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from movies.models import Gender
from survey.models.answers import MAXIMUM_AGE, MINIMUM_AGE, Region

MEMBER_RETENTION = timedelta(days=365)  # after the last visit
MEMBERSHIP_VERSION = "2026-11-30"
MOST_INTERESTS = 6
MOST_KEYWORDS = 3
LONGEST_KEYWORD = 20


class MemberQuerySet(models.QuerySet["Member"]):
    def gone(self) -> MemberQuerySet:
        """Members who have not come for a year. Staff's accounts stay: their work is in admin."""
        since = timezone.now() - MEMBER_RETENTION
        return self.filter(last_visit__lte=since, user__is_staff=False)


class Member(models.Model):
    """A person with a log-in: a user of Django whose name is the e-mail, case-folded."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="member",
    )
    gender = models.CharField(verbose_name=_("gender"), max_length=6, choices=Gender, blank=True)
    birth_year = models.PositiveSmallIntegerField(
        verbose_name=_("year of birth"), null=True, blank=True
    )
    region = models.CharField(verbose_name=_("region"), max_length=10, choices=Region, blank=True)
    interests = ArrayField(
        models.CharField(max_length=30),
        verbose_name=_("favourite genres"),
        default=list,
        db_default=[],
        blank=True,
    )
    keywords = ArrayField(
        models.CharField(max_length=LONGEST_KEYWORD),
        verbose_name=_("keywords"),
        default=list,
        db_default=[],
        blank=True,
    )
    membership_version = models.CharField(
        verbose_name=_("version of the consent to membership"), max_length=20
    )
    membership_consented_at = models.DateTimeField(
        verbose_name=_("consented to membership at"), default=timezone.now
    )
    learning_version = models.CharField(
        verbose_name=_("version of the consent to learning"), max_length=20, blank=True
    )
    learning_consented_at = models.DateTimeField(
        verbose_name=_("consented to learning at"), null=True, blank=True
    )
    last_visit = models.DateTimeField(verbose_name=_("last visit"), default=timezone.now)
    created_at = models.DateTimeField(verbose_name=_("joined at"), auto_now_add=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        indexes = [models.Index(fields=["last_visit"], name="member_last_visit")]
        constraints = [
            models.CheckConstraint(
                condition=Q(gender__in=["", *Gender.values]), name="member_gender_known"
            ),
            models.CheckConstraint(
                condition=Q(region__in=["", *Region.values]), name="member_region_known"
            ),
            models.CheckConstraint(
                condition=Q(birth_year__isnull=True) | Q(birth_year__range=(1900, 2100)),
                name="member_birth_year_in_range",
            ),
            models.CheckConstraint(
                condition=Q(interests__len__lte=MOST_INTERESTS), name="member_interests_limited"
            ),
            models.CheckConstraint(
                condition=Q(keywords__len__lte=MOST_KEYWORDS), name="member_keywords_limited"
            ),
            models.CheckConstraint(
                condition=Q(learning_version="", learning_consented_at__isnull=True)
                | ~Q(learning_version="") & Q(learning_consented_at__isnull=False),
                name="member_learning_consent_whole",
            ),
        ]

    def __str__(self) -> str:
        """Without the e-mail: staff read it in lists and logs."""
        return f"#{self.pk}"

    @property
    def age(self) -> int | None:
        """In full years at the end of this year, within the ages that the survey takes."""
        if self.birth_year is None:
            return None
        return min(max(timezone.localdate().year - self.birth_year, MINIMUM_AGE), MAXIMUM_AGE)

    @property
    def learns(self) -> bool:
        """Whether they agreed that views are counted and that OTTwin learns from them."""
        return self.learning_consented_at is not None
