"""People at home, their ratings, and their rows in a run, which a trigger deletes with its owner."""

import django.contrib.postgres.fields
import django.db.models.deletion
import pgvector.django.vector
from django.db import migrations, models

CREATE_TRIGGER = """
CREATE FUNCTION recommend_forget_home_taste() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM recommend_hometaste WHERE run_id = OLD.run_id AND "row" = OLD.row;
    RETURN NULL;
END $$;
CREATE TRIGGER recommend_forget_home_taste
    AFTER DELETE ON recommend_homemember
    FOR EACH ROW EXECUTE FUNCTION recommend_forget_home_taste();
"""
DROP_TRIGGER = """
DROP TRIGGER recommend_forget_home_taste ON recommend_homemember;
DROP FUNCTION recommend_forget_home_taste();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('movies', '0006_fetch_failures'),
        ('recommend', '0003_packed_chances'),
        ('survey', '0004_learning_consent'),
    ]

    operations = [
        migrations.CreateModel(
            name='HomePerson',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='As the file calls them', max_length=64, unique=True)),
                ('loaded_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'verbose_name': 'person at home',
                'verbose_name_plural': 'people at home',
            },
        ),
        migrations.CreateModel(
            name='HomeMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('row', models.PositiveIntegerField()),
                ('respondent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='home_members', to='survey.respondent')),
                ('run', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='home_members', to='recommend.modelrun')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='home_members', to='recommend.homeperson')),
            ],
            options={
                'verbose_name': 'member of a run',
                'verbose_name_plural': 'members of a run',
                'constraints': [models.UniqueConstraint(fields=('run', 'row'), name='homemember_once'), models.CheckConstraint(condition=models.Q(('respondent__isnull', True), ('person__isnull', True), _connector='XOR'), name='homemember_is_somebody')],
            },
        ),
        migrations.CreateModel(
            name='HomeRating',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rating', models.FloatField(help_text='Half stars, 0.5 to 5')),
                ('rated_at', models.DateField(blank=True, null=True)),
                ('movie', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='home_ratings', to='movies.movie')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='ratings', to='recommend.homeperson')),
            ],
            options={
                'verbose_name': 'rating at home',
                'verbose_name_plural': 'ratings at home',
                'constraints': [models.UniqueConstraint(fields=('person', 'movie'), name='homerating_once'), models.CheckConstraint(condition=models.Q(('rating__range', (0.5, 5.0))), name='homerating_in_range')],
            },
        ),
        migrations.CreateModel(
            name='HomeTaste',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('row', models.PositiveIntegerField()),
                ('taste', pgvector.django.vector.VectorField(dimensions=64)),
                ('liked', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), help_text='Ids of the films they like', size=None)),
                ('run', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='home_tastes', to='recommend.modelrun')),
            ],
            options={
                'verbose_name': 'taste at home',
                'verbose_name_plural': 'tastes at home',
                'constraints': [models.UniqueConstraint(fields=('run', 'row'), name='hometaste_once')],
            },
        ),
        migrations.AlterField(
            model_name='surveyfilm',
            name='likes',
            field=models.PositiveIntegerField(help_text='People who like it; at home, if the run learned there'),
        ),
        migrations.RunSQL(CREATE_TRIGGER, DROP_TRIGGER),
    ]
