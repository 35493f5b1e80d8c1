"""The ledger of loads, the mark of this schema, and the schedule that an installation begins with.

Staff change the schedule in admin, "Periodic tasks".
"""

from django.db import migrations, models

# OTTwin up to 0.5.0 had migrations of the same names and other tables. `config.database` refuses a
# database that has our tables without this function; a dump of the database carries it.
CREATE_SCHEMA_MARK = """
CREATE FUNCTION ottwin_schema() RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT '0.6.0' $$;
"""
DROP_SCHEMA_MARK = "DROP FUNCTION ottwin_schema();"

# Name, task, and a crontab (minute, hour, day of the week, day of the month) in Seoul time.
SCHEDULES = [
    ("Purge expired respondents", "survey.tasks.purge_expired_respondents", ("10", "4", "*", "*")),
    ("Sync TMDB's providers", "movies.tasks.sync_providers", ("20", "2", "*", "*")),
    ("Refresh availability", "movies.tasks.refresh_availability", ("40", "2", "*", "*")),
    ("See that queued films are fetched", "movies.tasks.keep_fetching", ("*", "*", "*", "*")),
    ("Purge TMDB data older than 6 months", "movies.tasks.purge_tmdb_data", ("30", "4", "*", "*")),
    ("Remind of old prices", "movies.tasks.remind_of_old_prices", ("0", "9", "*", "*")),
    ("Retrain the model monthly", "recommend.tasks.retrain", ("0", "5", "*", "1")),
]


def add_schedules(apps, schema_editor):
    crontabs = apps.get_model("django_celery_beat", "CrontabSchedule")
    tasks = apps.get_model("django_celery_beat", "PeriodicTask")
    for name, task, (minute, hour, day_of_week, day_of_month) in SCHEDULES:
        crontab, _ = crontabs.objects.get_or_create(
            minute=minute,
            hour=hour,
            day_of_week=day_of_week,
            day_of_month=day_of_month,
            month_of_year="*",
            timezone="Asia/Seoul",
        )
        tasks.objects.get_or_create(name=name, defaults={"task": task, "crontab": crontab})


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('django_celery_beat', '0019_alter_periodictasks_options'),
    ]

    operations = [
        migrations.CreateModel(
            name='DataLoad',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('movielens', 'MovieLens data set'), ('reference', 'Reference data'), ('movie_details', 'Movie details'), ('availability', 'Availability'), ('usage_statistics', 'Usage statistics'), ('predictions', 'Predicted ratings')], max_length=20)),
                ('name', models.CharField(help_text='Name of the file, folder or data set', max_length=200)),
                ('digest', models.CharField(help_text='SHA-256 of what was read', max_length=64)),
                ('id_space', models.CharField(blank=True, help_text='Which numbering the movie ids belong to (MovieLens data sets only)', max_length=20)),
                ('counts', models.JSONField(default=dict, help_text='Rows by what was written or skipped')),
                ('seconds', models.FloatField()),
                ('loaded_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name': 'data load',
                'verbose_name_plural': 'data loads',
                'indexes': [
                    models.Index(fields=['kind', '-id'], name='dataload_newest_of_kind'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('kind__in', ['movielens', 'reference', 'movie_details', 'availability', 'usage_statistics', 'predictions'])), name='dataload_kind_known'),
                    models.CheckConstraint(condition=models.Q(('seconds__gte', 0)), name='dataload_seconds'),
                ],
            },
        ),
        migrations.RunSQL(CREATE_SCHEMA_MARK, DROP_SCHEMA_MARK),
        migrations.RunPython(add_schedules, migrations.RunPython.noop),
    ]
