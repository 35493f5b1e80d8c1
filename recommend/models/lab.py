"""Jobs of the model lab: training, tuning, judging. Pages queue them, a worker runs them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recommend.models.runs import UNREAD, ModelRun


class LabJobQuerySet(models.QuerySet["LabJob"]):
    def waiting(self) -> LabJobQuerySet:
        """Oldest first."""
        return self.filter(state=LabJob.State.QUEUED).order_by("pk")

    def open(self) -> LabJobQuerySet:
        return self.filter(state__in=[LabJob.State.QUEUED, LabJob.State.RUNNING])

    def judgements(self) -> LabJobQuerySet:
        """Jobs with a shadow evaluation in their result, newest first."""
        return self.filter(result__has_key="shadow").order_by("-pk")

    def with_runs(self) -> LabJobQuerySet:
        """With both runs, without the arrays that only ranking needs."""
        unread = [f"{name}__{array}" for name in ("run", "against") for array in UNREAD]
        return self.select_related("run", "against").defer(*unread)


class LabJob(models.Model):
    """One job of the lab, from the request until it is done or has failed.

    Jobs run one at a time: the worker holds an advisory lock of the database, which PostgreSQL
    releases however the worker ends. So the worker of a job that is `running` while the lock is
    free has died (`recommend.services.lab_jobs`).
    """

    class Kind(models.TextChoices):
        TRAIN = "train", _("Train")
        TUNE = "tune", _("Tune")
        SHADOW = "shadow", _("Shadow evaluation")
        RETRAIN = "retrain", _("Retrain")
        PERSONAS = "personas", _("Personas for previews")
        PROFILE = "profile", _("Profile of the data")
        GENRES = "genres", _("Genre model")

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    kind = models.CharField(verbose_name=_("kind"), max_length=10, choices=Kind)
    state = models.CharField(
        verbose_name=_("state"), max_length=10, choices=State, default=State.QUEUED
    )
    parameters = models.JSONField(verbose_name=_("parameters"), default=dict, blank=True)
    progress = models.CharField(
        verbose_name=_("progress"), max_length=200, blank=True, help_text=_("What is being done")
    )
    result = models.JSONField(verbose_name=_("result of the job"), default=dict, blank=True)
    error = models.TextField(
        verbose_name=_("why it failed"), blank=True, help_text=_("Why it failed")
    )
    run = models.ForeignKey(
        ModelRun,
        verbose_name=_("model run"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="jobs",
        help_text=_("The run that came of it, or that was judged"),
    )
    against = models.ForeignKey(
        ModelRun,
        verbose_name=_("judged against"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="jobs_against",
        help_text=_("The run that it was judged against"),
    )
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("started by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Nobody: the schedule or a command"),
    )
    created_at = models.DateTimeField(verbose_name=_("created at"), default=timezone.now)
    started_at = models.DateTimeField(verbose_name=_("started at"), null=True, blank=True)
    told_at = models.DateTimeField(
        verbose_name=_("last sign of life"),
        null=True,
        blank=True,
        help_text=_("When it last said anything"),
    )
    ended_at = models.DateTimeField(verbose_name=_("ended at"), null=True, blank=True)

    objects = LabJobQuerySet.as_manager()

    class Meta:
        verbose_name = _("lab job")
        verbose_name_plural = _("lab jobs")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["id"],
                condition=Q(state__in=["queued", "running"]),
                name="labjob_open",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        "train",
                        "tune",
                        "shadow",
                        "retrain",
                        "personas",
                        "profile",
                        "genres",
                    ]
                ),
                name="labjob_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(state="queued", started_at__isnull=True, ended_at__isnull=True)
                | Q(state="running", started_at__isnull=False, ended_at__isnull=True)
                | Q(state__in=["done", "failed"], ended_at__isnull=False),
                name="labjob_state_and_times",
            ),
            models.CheckConstraint(
                condition=(Q(state="failed") & ~Q(error="")) | (~Q(state="failed") & Q(error="")),
                name="labjob_failed_says_why",
            ),
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="running"), name="labjob_one_running"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.get_kind_display()}"
