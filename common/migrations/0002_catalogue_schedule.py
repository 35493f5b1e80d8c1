"""Schedules the reading of the platforms' lists; staff change it in admin, "Periodic tasks"."""

from django.db import migrations

# Every half hour of the night: a run that was killed goes on, one that has ended does nothing.
NAME, TASK = "Read the platforms' lists", "movies.tasks.sync_catalogue"


def add_schedule(apps, schema_editor):
    crontabs = apps.get_model("django_celery_beat", "CrontabSchedule")
    tasks = apps.get_model("django_celery_beat", "PeriodicTask")
    crontab, _ = crontabs.objects.get_or_create(
        minute="5,35",
        hour="0-5",
        day_of_week="*",
        day_of_month="*",
        month_of_year="*",
        timezone="Asia/Seoul",
    )
    tasks.objects.get_or_create(name=NAME, defaults={"task": TASK, "crontab": crontab})


class Migration(migrations.Migration):

    dependencies = [
        ("common", "0001_initial"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
    ]

    operations = [migrations.RunPython(add_schedule, migrations.RunPython.noop)]
