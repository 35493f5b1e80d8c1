"""The id under which a program sent the answers, so that it cannot send others under it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("survey", "0004_learning_consent")]

    operations = [
        migrations.AddField(
            model_name="respondent",
            name="submission_id",
            field=models.CharField(
                blank=True,
                editable=False,
                help_text="Digest of the id under which a program sent the answers, and no others",
                max_length=64,
                null=True,
                unique=True,
            ),
        ),
    ]
