"""P(like) has more coefficients than an intercept and a slope: those of before become the first."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def keep_the_curve(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    model: Any = apps.get_model("recommend", "ModelRun")
    for run in model.objects.only("pk", "calibration_intercept", "calibration_slope"):
        coefficients = [run.calibration_intercept, run.calibration_slope, 0, 0, 0, 0, 0]
        model.objects.filter(pk=run.pk).update(calibration={"coefficients": coefficients})


def keep_two_coefficients(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    model: Any = apps.get_model("recommend", "ModelRun")
    for run in model.objects.only("pk", "calibration"):
        intercept, slope = run.calibration["coefficients"][:2]
        model.objects.filter(pk=run.pk).update(
            calibration_intercept=intercept, calibration_slope=slope
        )


class Migration(migrations.Migration):
    dependencies = [("recommend", "0002_survey_in_steps")]

    operations = [
        migrations.AddField(
            "modelrun",
            "calibration",
            models.JSONField(
                default=dict,
                help_text="P(like) by rank and number of ratings, fitted on held-out users",
            ),
            preserve_default=False,
        ),
        migrations.AlterField("modelrun", "calibration_intercept", models.FloatField(default=0)),
        migrations.AlterField("modelrun", "calibration_slope", models.FloatField(default=0)),
        # The constraint of one live run is deferred; a table with open checks can not be altered.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", "SET CONSTRAINTS ALL IMMEDIATE"),
        migrations.RunPython(keep_the_curve, keep_two_coefficients),
        migrations.RemoveField("modelrun", "calibration_intercept"),
        migrations.RemoveField("modelrun", "calibration_slope"),
    ]
