"""The survey shows what most people like: how many do, in place of what no choice uses any more."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("recommend", "0008_log_ratings")]

    operations = [
        migrations.AddField(
            "surveyfilm",
            "likes",
            models.PositiveIntegerField(
                null=True, help_text="MovieLens users who like it; empty for a run from before"
            ),
        ),
        migrations.RemoveField("surveyfilm", "cluster"),
        migrations.RemoveField("surveyfilm", "divisiveness"),
    ]
