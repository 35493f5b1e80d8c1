"""The monthly workflow takes the place of the monthly retraining, which is one of its steps.

What staff changed (the time, whether it is on, the trials of tuning) stays. All groups of staff may
look at workflows.
"""

from django.contrib.auth.management import create_permissions
from django.db import migrations

BEFORE = {"name": "Retrain the model monthly", "task": "recommend.tasks.retrain"}
NAME, TASK = "Monthly workflow", "recommend.tasks.run_workflow"


def take_the_place(apps, schema_editor):
    tasks = apps.get_model("django_celery_beat", "PeriodicTask")
    if not tasks.objects.filter(name=NAME).exists():
        tasks.objects.filter(**BEFORE).update(name=NAME, task=TASK)


def give_it_back(apps, schema_editor):
    tasks = apps.get_model("django_celery_beat", "PeriodicTask")
    tasks.objects.filter(name=NAME, task=TASK).update(**BEFORE)


def add_permissions(apps, schema_editor):
    # `migrate` makes permissions only after the last migration.
    config = apps.get_app_config("recommend")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0, using=schema_editor.connection.alias)
    config.models_module = None
    permissions = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="recommend",
        content_type__model__in=("workflow", "workflowstep"),
    )
    viewed = permissions.filter(codename__startswith="view_")
    # A site may have deleted or renamed a group.
    for group in apps.get_model("auth", "Group").objects.filter(
        name__in=("viewer", "editor", "operator", "owner")
    ):
        group.permissions.add(*(permissions if group.name == "owner" else viewed))


class Migration(migrations.Migration):

    dependencies = [
        ("common", "0011_groups_and_members"),
        ("recommend", "0012_workflow"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
    ]

    operations = [
        migrations.RunPython(take_the_place, give_it_back),
        migrations.RunPython(add_permissions, migrations.RunPython.noop),
    ]
