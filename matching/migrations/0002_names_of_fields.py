"""Names and help of the fields, for staff."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from common.migrations import OnlyNames


class Migration(migrations.Migration):

    dependencies = [
        ('matching', '0001_initial'),
        ('movies', '0008_names_of_fields'),
        ('survey', '0008_names_of_fields'),
    ]

    operations = [
      OnlyNames([
        migrations.AlterField(
            model_name='similarity',
            name='method',
            field=models.CharField(choices=[('jaccard', 'Jaccard similarity of the watched films'), ('simhash', 'SimHash of the watched films'), ('taste', 'Cosine similarity of the taste vectors')], max_length=10, verbose_name='method'),
        ),
        migrations.AlterField(
            model_name='similarity',
            name='ml_user',
            field=models.ForeignKey(help_text="Empty once another data set has taken the place of the twin's", null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='similarities', to='movies.movielensuser', verbose_name='MovieLens user'),
        ),
        migrations.AlterField(
            model_name='similarity',
            name='overlapped_movies',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), blank=True, default=list, size=None, verbose_name='films in common'),
        ),
        migrations.AlterField(
            model_name='similarity',
            name='relaxation',
            field=models.CharField(choices=[('none', 'same gender and age band'), ('neighbouring_band', 'same gender, a neighbouring age band'), ('age_band', 'same age band, any gender'), ('gender', 'same gender, any age'), ('everyone', 'everyone')], max_length=20, verbose_name='group it was searched in'),
        ),
        migrations.AlterField(
            model_name='similarity',
            name='run',
            field=models.PositiveIntegerField(help_text='Number of the model run that was live (a plain number: runs belong to `recommend`)', verbose_name='model run'),
        ),
        migrations.AlterField(
            model_name='similarity',
            name='score',
            field=models.FloatField(verbose_name='score'),
        ),
        migrations.AlterField(
            model_name='similarity',
            name='user',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='similarity', serialize=False, to='survey.respondent', verbose_name='respondent'),
        ),
      ]),
    ]
