"""The table of the model lab's work, and the monthly retraining in the schedule.

Staff change the schedule in admin, "Periodic tasks", as that of the other tasks.
"""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

NAME = "Retrain the model monthly"
TASK = "recommend.tasks.retrain"


def add_schedule(apps, schema_editor):
    """The night of the first day of each month, Seoul time, after what runs every night."""
    crontab, _ = apps.get_model("django_celery_beat", "CrontabSchedule").objects.get_or_create(
        minute="0",
        hour="5",
        day_of_week="*",
        day_of_month="1",
        month_of_year="*",
        timezone="Asia/Seoul",
    )
    apps.get_model("django_celery_beat", "PeriodicTask").objects.get_or_create(
        name=NAME, defaults={"task": TASK, "crontab": crontab}
    )


class Migration(migrations.Migration):
    dependencies = [
        ("recommend", "0006_answers_and_variety"),
        ("common", "0002_schedules"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LabJob",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("train", "Train"),
                            ("tune", "Tune"),
                            ("shadow", "Shadow evaluation"),
                            ("retrain", "Retrain"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Waiting"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                        ],
                        default="queued",
                        max_length=10,
                    ),
                ),
                ("parameters", models.JSONField(blank=True, default=dict)),
                (
                    "progress",
                    models.CharField(blank=True, help_text="What is being done", max_length=200),
                ),
                ("result", models.JSONField(blank=True, default=dict)),
                ("error", models.TextField(blank=True, help_text="Why it failed")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                (
                    "told_at",
                    models.DateTimeField(
                        blank=True, help_text="When it last said anything", null=True
                    ),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "against",
                    models.ForeignKey(
                        blank=True,
                        help_text="The run that it was judged against",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="jobs_against",
                        to="recommend.modelrun",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        blank=True,
                        help_text="The run that came of it, or that was judged",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="jobs",
                        to="recommend.modelrun",
                    ),
                ),
                (
                    "started_by",
                    models.ForeignKey(
                        blank=True,
                        help_text="Nobody: the schedule or a command",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "lab job",
                "verbose_name_plural": "lab jobs",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["queued", "running"])),
                        fields=["id"],
                        name="labjob_open",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["train", "tune", "shadow", "retrain"])),
                        name="labjob_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_at__isnull", True),
                                ("started_at__isnull", True),
                                ("state", "queued"),
                            ),
                            models.Q(
                                ("ended_at__isnull", True),
                                ("started_at__isnull", False),
                                ("state", "running"),
                            ),
                            models.Q(
                                ("ended_at__isnull", False), ("state__in", ["done", "failed"])
                            ),
                            _connector="OR",
                        ),
                        name="labjob_state_and_times",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "failed"), models.Q(("error", ""), _negated=True)),
                            models.Q(models.Q(("state", "failed"), _negated=True), ("error", "")),
                            _connector="OR",
                        ),
                        name="labjob_failed_says_why",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "running")),
                        fields=("state",),
                        name="labjob_one_running",
                    ),
                ],
            },
        ),
        migrations.RunPython(add_schedule, migrations.RunPython.noop),
    ]
