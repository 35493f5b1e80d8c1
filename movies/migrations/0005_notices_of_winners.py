"""Two more notices: one platform wins almost every answer; a load of facts moved the winners."""

from django.db import migrations, models

KEYS = [
    ("invalid_key", "TMDB refuses the API key"),
    ("one_winner", "One platform comes first in almost every answer of a week"),
    ("old_prices", "Prices that nobody has checked for 60 days"),
    ("retrain", "The scheduled retraining published nothing"),
    ("unknown_providers", "TMDB providers that belong to no platform yet"),
    ("vanished_providers", "Providers that TMDB no longer lists"),
    ("winners_moved", "A load of facts gave most simulated people another OTT"),
]


class Migration(migrations.Migration):

    dependencies = [("movies", "0001_initial")]

    operations = [
        migrations.RemoveConstraint(model_name="notice", name="notice_key_known"),
        migrations.AlterField(
            model_name="notice",
            name="key",
            field=models.CharField(
                choices=KEYS, max_length=20, primary_key=True, serialize=False
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(("key__in", [key for key, _label in KEYS])),
                name="notice_key_known",
            ),
        ),
    ]
