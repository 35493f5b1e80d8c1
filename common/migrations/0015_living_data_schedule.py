"""The daily look at how old the living data of Seoul are."""

from django.db import migrations

NAME = "Remind of old living data"
TASK = "ottstats.tasks.remind_of_old_living_data"
CRONTAB = {"minute": "15", "hour": "9", "day_of_week": "*", "day_of_month": "*"}


def add(apps, schema_editor):
    crontabs = apps.get_model("django_celery_beat", "CrontabSchedule")
    crontab, _ = crontabs.objects.get_or_create(
        **CRONTAB, month_of_year="*", timezone="Asia/Seoul"
    )
    apps.get_model("django_celery_beat", "PeriodicTask").objects.get_or_create(
        name=NAME, defaults={"task": TASK, "crontab": crontab}
    )


def remove(apps, schema_editor):
    apps.get_model("django_celery_beat", "PeriodicTask").objects.filter(name=NAME).delete()


class Migration(migrations.Migration):

    dependencies = [
        ("common", "0014_groups_and_living_data"),
        ("movies", "0014_living_data_notice"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
    ]

    operations = [migrations.RunPython(add, remove)]
