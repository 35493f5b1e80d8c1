"""Names and help of the fields, for staff."""

import django.contrib.postgres.functions
import django.db.models.deletion
from django.db import migrations, models

from common.migrations import OnlyNames


class Migration(migrations.Migration):

    dependencies = [
        ('movies', '0008_names_of_fields'),
        ('ottstats', '0003_tally_at_commit'),
        ('survey', '0008_names_of_fields'),
    ]

    operations = [
      OnlyNames([
        migrations.AlterField(
            model_name='platformrecommendation',
            name='created_at',
            field=models.DateTimeField(auto_now_add=True, verbose_name='created at'),
        ),
        migrations.AlterField(
            model_name='platformrecommendation',
            name='parts',
            field=models.JSONField(help_text='All platforms with the factors of their scores', verbose_name='parts of the answer'),
        ),
        migrations.AlterField(
            model_name='platformrecommendation',
            name='platform',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recommendations', to='movies.platform', verbose_name='platform'),
        ),
        migrations.AlterField(
            model_name='platformrecommendation',
            name='score',
            field=models.FloatField(verbose_name='score'),
        ),
        migrations.AlterField(
            model_name='platformrecommendation',
            name='share_id',
            field=models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, help_text='In the link for others, which shows nothing personal', unique=True, verbose_name='secret of the shared page'),
        ),
        migrations.AlterField(
            model_name='platformrecommendation',
            name='user',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='platform_recommendation', serialize=False, to='survey.respondent', verbose_name='respondent'),
        ),
        migrations.AlterField(
            model_name='platformtally',
            name='platform',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='tally', serialize=False, to='movies.platform', verbose_name='platform'),
        ),
        migrations.AlterField(
            model_name='platformtally',
            name='recommended_count',
            field=models.PositiveIntegerField(default=0, verbose_name='number of recommendations'),
        ),
        migrations.AlterField(
            model_name='usagestatistic',
            name='dimension',
            field=models.CharField(choices=[('gender', 'Gender'), ('age', 'Age')], help_text='By gender or by age', max_length=10, verbose_name='grouped by'),
        ),
        migrations.AlterField(
            model_name='usagestatistic',
            name='group',
            field=models.CharField(help_text='female, male; or ages such as 20-29 and 70+', max_length=20, verbose_name='group'),
        ),
        migrations.AlterField(
            model_name='usagestatistic',
            name='percent',
            field=models.FloatField(help_text='Percent of the group, 0 to 100', verbose_name='percent'),
        ),
        migrations.AlterField(
            model_name='usagestatistic',
            name='platform',
            field=models.ForeignKey(help_text='Whose users were counted', on_delete=django.db.models.deletion.CASCADE, related_name='usage_statistics', to='movies.platform', verbose_name='platform'),
        ),
        migrations.AlterField(
            model_name='usagestatistic',
            name='sample_size',
            field=models.PositiveIntegerField(help_text='People asked in the group', verbose_name='sample size'),
        ),
        migrations.AlterField(
            model_name='usagestatistic',
            name='shipped',
            field=models.JSONField(editable=False, help_text='The row as the project shipped it', null=True, verbose_name='row as shipped'),
        ),
        migrations.AlterField(
            model_name='usagestatistic',
            name='source',
            field=models.CharField(help_text='Name and edition of the survey', max_length=100, verbose_name='source'),
        ),
        migrations.AlterField(
            model_name='usagestatistic',
            name='year',
            field=models.PositiveSmallIntegerField(help_text='Year of the survey', verbose_name='year'),
        ),
      ]),
    ]
