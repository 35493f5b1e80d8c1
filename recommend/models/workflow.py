"""The monthly workflow and its steps, as staff see them; a Celery chain does the steps."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recommend.models.lab import LabJob

MOST_TRIALS = 1_000


class WorkflowQuerySet(models.QuerySet["Workflow"]):
    def newest(self) -> Workflow | None:
        return self.order_by("-pk").first()


class Workflow(models.Model):
    """One pass through all steps, from fresh films to fresh results of members.

    At most one is `running`: its steps are done, one after another, by whichever process takes the
    next one. `recommend.services.workflow` writes it.
    """

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    state = models.CharField(
        verbose_name=_("state"), max_length=10, choices=State, default=State.RUNNING
    )
    trials = models.PositiveSmallIntegerField(
        verbose_name=_("trials"),
        default=0,
        validators=[MaxValueValidator(MOST_TRIALS)],
        help_text=_("Sets of parameters to try before training; 0: the live run's own"),
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
    told_at = models.DateTimeField(
        verbose_name=_("last sign of life"),
        default=timezone.now,
        help_text=_("When it last said anything"),
    )
    ended_at = models.DateTimeField(verbose_name=_("ended at"), null=True, blank=True)

    objects = WorkflowQuerySet.as_manager()

    class Meta:
        verbose_name = _("workflow")
        verbose_name_plural = _("workflows")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="running", ended_at__isnull=True)
                | Q(state__in=["done", "failed"], ended_at__isnull=False),
                name="workflow_state_and_times",
            ),
            models.CheckConstraint(
                condition=Q(trials__lte=MOST_TRIALS), name="workflow_trials_in_range"
            ),
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="running"), name="workflow_one_running"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class StepName(models.TextChoices):
    """Every step, in the order in which they are done."""

    FETCH = "fetch", _("Read the platforms' lists")
    DETAILS = "details", _("Fetch films one by one")
    TEXTS = "texts", _("Load the film texts")
    TRAIN = "train", _("Train")
    JUDGE = "judge", _("Judge")
    PUBLISH = "publish", _("Publish")
    REFRESH = "refresh", _("Refresh members' results")


class WorkflowStep(models.Model):
    """One step of a workflow. `place` is its place in `StepName`, from 0."""

    Name = StepName

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        SKIPPED = "skipped", _("Skipped")

    ENDED = (State.DONE, State.SKIPPED)  # not done again

    workflow = models.ForeignKey(
        Workflow,
        verbose_name=_("workflow"),
        on_delete=models.CASCADE,
        related_name="steps",
        db_index=False,
    )
    name = models.CharField(verbose_name=_("step"), max_length=10, choices=StepName)
    place = models.PositiveSmallIntegerField(verbose_name=_("place"))
    state = models.CharField(
        verbose_name=_("state"), max_length=10, choices=State, default=State.WAITING
    )
    why = models.TextField(
        verbose_name=_("why"), blank=True, help_text=_("Why it failed or was skipped")
    )
    line = models.CharField(
        verbose_name=_("last line"),
        max_length=300,
        blank=True,
        help_text=_("What it does now"),
    )
    counts = models.JSONField(
        verbose_name=_("counts"), default=dict, blank=True, help_text=_("What came of it")
    )
    job = models.ForeignKey(
        LabJob,
        verbose_name=_("lab job"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("The job of the lab that does it"),
    )
    started_at = models.DateTimeField(verbose_name=_("started at"), null=True, blank=True)
    ended_at = models.DateTimeField(verbose_name=_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("step of a workflow")
        verbose_name_plural = _("steps of workflows")
        ordering = ["workflow", "place"]
        constraints = [
            models.UniqueConstraint(fields=["workflow", "place"], name="workflowstep_place_once"),
            models.UniqueConstraint(fields=["workflow", "name"], name="workflowstep_once"),
            models.CheckConstraint(
                condition=Q(name__in=StepName.values), name="workflowstep_name_known"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", started_at__isnull=True, ended_at__isnull=True)
                | Q(state="running", started_at__isnull=False, ended_at__isnull=True)
                | Q(state__in=["done", "failed"], started_at__isnull=False, ended_at__isnull=False)
                | Q(state="skipped", ended_at__isnull=False),
                name="workflowstep_state_and_times",
            ),
            models.CheckConstraint(
                condition=(Q(state__in=["failed", "skipped"]) & ~Q(why=""))
                | (~Q(state__in=["failed", "skipped"]) & Q(why="")),
                name="workflowstep_says_why",
            ),
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="running"), name="workflowstep_one_running"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.workflow} {self.name}"
