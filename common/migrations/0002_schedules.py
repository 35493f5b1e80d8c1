"""The schedule that an installation begins with. Staff change it in admin, "Periodic tasks"."""

from __future__ import annotations

from django.db import migrations

# Name, task, and a crontab (minute, hour, day of the week) in Seoul time.
SCHEDULES = [
    ("Purge expired respondents", "survey.tasks.purge_expired_respondents", ("10", "4", "*")),
    ("Sync TMDB's providers", "movies.tasks.sync_providers", ("20", "2", "*")),
    ("Refresh availability", "movies.tasks.refresh_availability", ("40", "2", "*")),
    ("See that queued films are fetched", "movies.tasks.keep_fetching", ("*", "*", "*")),
    ("Purge TMDB data older than 6 months", "movies.tasks.purge_tmdb_data", ("30", "4", "*")),
    ("Remind of old prices", "movies.tasks.remind_of_old_prices", ("0", "9", "*")),
]


def add_schedules(apps, schema_editor):
    crontabs = apps.get_model("django_celery_beat", "CrontabSchedule")
    tasks = apps.get_model("django_celery_beat", "PeriodicTask")
    for name, task, (minute, hour, day) in SCHEDULES:
        crontab, _ = crontabs.objects.get_or_create(
            minute=minute,
            hour=hour,
            day_of_week=day,
            day_of_month="*",
            month_of_year="*",
            timezone="Asia/Seoul",
        )
        tasks.objects.get_or_create(name=name, defaults={"task": task, "crontab": crontab})


class Migration(migrations.Migration):
    dependencies = [
        ("common", "0001_initial"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
    ]

    operations = [migrations.RunPython(add_schedules, migrations.RunPython.noop)]
