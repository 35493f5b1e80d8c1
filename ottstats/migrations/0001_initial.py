import django.contrib.postgres.functions
import django.db.models.deletion
from django.db import migrations, models

# Keeps `PlatformTally` equal to the rows of `PlatformRecommendation`, whatever writes them.
CREATE_TALLY_TRIGGER = """
CREATE FUNCTION ottstats_count_recommendation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP IN ('DELETE', 'UPDATE') THEN
        UPDATE ottstats_platformtally SET recommended_count = recommended_count - 1
        WHERE platform_id = OLD.platform_id;
    END IF;
    IF TG_OP IN ('INSERT', 'UPDATE') THEN
        INSERT INTO ottstats_platformtally (platform_id, recommended_count)
        VALUES (NEW.platform_id, 1)
        ON CONFLICT (platform_id)
        DO UPDATE SET recommended_count = ottstats_platformtally.recommended_count + 1;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ottstats_count_recommendation
AFTER INSERT OR DELETE OR UPDATE OF platform_id ON ottstats_platformrecommendation
FOR EACH ROW EXECUTE FUNCTION ottstats_count_recommendation();
"""
DROP_TALLY_TRIGGER = """
DROP TRIGGER ottstats_count_recommendation ON ottstats_platformrecommendation;
DROP FUNCTION ottstats_count_recommendation();
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('movies', '0001_initial'),
        ('survey', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='UsageStatistic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=100)),
                ('year', models.PositiveSmallIntegerField()),
                ('dimension', models.CharField(choices=[('gender', 'Gender'), ('age', 'Age')], max_length=10)),
                ('group', models.CharField(help_text='female, male; or ages such as 20-29 and 70+', max_length=20)),
                ('platform', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='usage_statistics', to='movies.platform')),
                ('percent', models.FloatField(help_text='Percent of the group, 0 to 100')),
                ('sample_size', models.PositiveIntegerField(help_text='People asked in the group')),
                ('shipped', models.JSONField(editable=False, help_text='The row as the project shipped it', null=True)),
            ],
            options={
                'verbose_name': 'usage statistic',
                'verbose_name_plural': 'usage statistics',
                'ordering': ['-year', 'source', 'dimension', 'group', 'platform'],
                'constraints': [
                    models.UniqueConstraint(fields=('source', 'year', 'dimension', 'group', 'platform'), name='usagestatistic_once'),
                    models.CheckConstraint(condition=models.Q(('percent__range', (0, 100))), name='usagestatistic_percent_in_range'),
                    models.CheckConstraint(condition=models.Q(('dimension__in', ['gender', 'age'])), name='usagestatistic_dimension_known'),
                ],
            },
        ),
        migrations.CreateModel(
            name='PlatformRecommendation',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='platform_recommendation', serialize=False, to='survey.respondent')),
                ('platform', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recommendations', to='movies.platform')),
                ('score', models.FloatField()),
                ('parts', models.JSONField(help_text='All platforms with the factors of their scores')),
                ('share_id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, help_text='In the link for others, which shows nothing personal', unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name': 'platform recommendation',
                'verbose_name_plural': 'platform recommendations',
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('score__gte', 0)), name='platformrecommendation_score'),
                ],
            },
        ),
        migrations.CreateModel(
            name='PlatformTally',
            fields=[
                ('platform', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='tally', serialize=False, to='movies.platform')),
                ('recommended_count', models.PositiveIntegerField(default=0)),
            ],
            options={
                'verbose_name': 'platform tally',
                'verbose_name_plural': 'platform tallies',
                'ordering': ['-recommended_count', 'platform'],
            },
        ),
        migrations.RunSQL(CREATE_TALLY_TRIGGER, DROP_TALLY_TRIGGER),
    ]
