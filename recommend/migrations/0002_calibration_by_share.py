from django.db import migrations, models

# Calibrations by rank (seven coefficients) cannot be read any more; that of MovieLens 1M takes
# their place until the next training.
BY_SHARE = """
UPDATE recommend_modelrun SET calibration = '{
    "coefficients": [-19.436941, -2.23573, 3.716443, -0.10772, 0.245041, -0.14448],
    "resampled": [], "spread": 0.2}'
WHERE jsonb_array_length(calibration -> 'coefficients') = 7
"""


class Migration(migrations.Migration):
    dependencies = [("recommend", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="modelrun",
            name="calibration",
            field=models.JSONField(
                help_text="P(like) by share and number of ratings, fitted on held-out users"
            ),
        ),
        migrations.RunSQL(BY_SHARE, migrations.RunSQL.noop),
    ]
