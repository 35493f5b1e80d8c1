from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("recommend", "0007_model_lab")]

    operations = [
        migrations.AddField(
            "moviefactors",
            "log_ratings",
            models.FloatField(null=True, help_text="ln(1 + number of people who have rated it)"),
        ),
    ]
