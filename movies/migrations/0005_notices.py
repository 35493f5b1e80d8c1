"""All notices: of lists, of contradicted sources, of winners."""

from django.db import migrations, models

KEYS = [
    ("contradicted", "Sources that newer ones contradict in many films"),
    ("closures", "Products on sale that may close"),
    ("frozen_prices", "Prices whose freeze ends within 60 days, or has ended"),
    ("invalid_key", "TMDB refuses the API key"),
    ("listings", "Lists of platforms that were not taken over"),
    ("old_prices", "Prices that nobody has checked for 90 days"),
    ("old_promotions", "Promotions that have ended but are still stored"),
    ("one_winner", "One platform comes first in almost every answer of a week"),
    ("retrain", "The scheduled retraining published nothing"),
    ("unknown_providers", "TMDB providers that belong to no platform yet"),
    ("vanished_providers", "Providers that TMDB no longer lists"),
    ("winners_moved", "A load of facts gave most simulated people another OTT"),
]


class Migration(migrations.Migration):

    dependencies = [("movies", "0004_listings")]

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
