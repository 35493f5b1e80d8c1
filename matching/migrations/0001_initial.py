import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('movies', '0001_initial'),
        ('survey', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Similarity',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='similarity', serialize=False, to='survey.respondent')),
                ('ml_user', models.ForeignKey(help_text="Empty once another data set has taken the place of the twin's", null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='similarities', to='movies.movielensuser')),
                ('overlapped_movies', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), blank=True, default=list, size=None)),
                ('score', models.FloatField()),
                ('method', models.CharField(choices=[('jaccard', 'Jaccard similarity of the watched films'), ('simhash', 'SimHash of the watched films'), ('taste', 'Cosine similarity of the taste vectors')], max_length=10)),
                ('relaxation', models.CharField(choices=[('none', 'same gender and age band'), ('neighbouring_band', 'same gender, a neighbouring age band'), ('age_band', 'same age band, any gender'), ('gender', 'same gender, any age'), ('everyone', 'everyone')], max_length=20)),
                ('run', models.PositiveIntegerField(help_text='Number of the model run that was live (a plain number: runs belong to `recommend`)')),
            ],
            options={
                'verbose_name': 'similarity',
                'verbose_name_plural': 'similarities',
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('score__range', (-1.0, 1.0))), name='similarity_score_in_range'),
                    models.CheckConstraint(condition=models.Q(('method__in', ['jaccard', 'simhash', 'taste'])), name='similarity_method_known'),
                    models.CheckConstraint(condition=models.Q(('relaxation__in', ['none', 'neighbouring_band', 'age_band', 'gender', 'everyone'])), name='similarity_relaxation_known'),
                ],
            },
        ),
    ]
