"""The encoder of answers, and lists that are not all alike.

Runs from before it have no encoder: its weight is 0 for them, and their lists stay as they were.
"""

import pgvector.django
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("recommend", "0005_viewing")]

    operations = [
        migrations.AddField(
            "moviefactors",
            "encoder",
            pgvector.django.VectorField(
                dimensions=64, null=True, help_text="What it adds to the code of who picks it"
            ),
        ),
        migrations.AddField(
            "moviefactors",
            "decoder",
            pgvector.django.VectorField(
                dimensions=64,
                null=True,
                help_text="By which codes are turned into its score",
            ),
        ),
        migrations.AddField(
            "moviefactors",
            "bias",
            models.FloatField(null=True, help_text="Its score for an empty code"),
        ),
        migrations.AddField(
            "moviefactors",
            "from_content",
            models.BooleanField(
                default=False,
                help_text="Guessed from what the film is about: nobody has rated it",
            ),
        ),
        migrations.AddField(
            "modelrun",
            "answer_groups",
            models.BinaryField(
                null=True,
                help_text="Code of a gender and age band, 3 x 8 x 64 float64 in C order",
            ),
        ),
        *[
            operation
            for name, before, after, help_text in (
                (
                    "answers_weight",
                    models.FloatField(default=0.0),
                    1.0,
                    "Weight of what the encoder of answers says of a film",
                ),
                (
                    "novelty_weight",
                    models.FloatField(default=0.0),
                    0.4,
                    "How much less a film scores the more people have rated it",
                ),
                (
                    "diversity",
                    models.FloatField(default=0.0),
                    0.2,
                    "How much the films of a list differ, from 0 (only the best) to 1",
                ),
            )
            for operation in (
                migrations.AddField("modelrun", name, before),
                migrations.AlterField(
                    "modelrun", name, models.FloatField(default=after, help_text=help_text)
                ),
            )
        ],
        migrations.AddField(
            "modelrun", "series_limit", models.PositiveSmallIntegerField(default=50)
        ),
        migrations.AlterField(
            "modelrun",
            "series_limit",
            models.PositiveSmallIntegerField(
                default=2, help_text="Most films of one series in a list"
            ),
        ),
        migrations.RemoveConstraint("modelrun", "modelrun_weights_in_range"),
        migrations.AddConstraint(
            "modelrun",
            models.CheckConstraint(
                condition=Q(twin_weight__range=(0, 100))
                & Q(neighbour_weight__range=(0, 100))
                & Q(answers_weight__range=(0, 100))
                & Q(novelty_weight__range=(0, 100))
                & Q(neighbour_count__range=(1, 1000)),
                name="modelrun_weights_in_range",
                violation_error_message=(
                    "Weights are from 0 to 100, the number of neighbours from 1 to 1,000."
                ),
            ),
        ),
        migrations.AddConstraint(
            "modelrun",
            models.CheckConstraint(
                condition=Q(diversity__range=(0, 1)) & Q(series_limit__range=(1, 50)),
                name="modelrun_variety_in_range",
                violation_error_message=(
                    "Diversity is from 0 to 1, the most films of one series from 1 to 50."
                ),
            ),
        ),
    ]
