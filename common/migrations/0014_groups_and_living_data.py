"""All groups of staff may look at the living data of Seoul, which only a command writes."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

MODELS = ("district", "livingcell", "livingdong", "districtpopulation")


def add_permissions(apps, schema_editor):
    # `migrate` makes permissions only after the last migration.
    config = apps.get_app_config("ottstats")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0, using=schema_editor.connection.alias)
    config.models_module = None
    permissions = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="ottstats", content_type__model__in=MODELS
    )
    viewed = permissions.filter(codename__startswith="view_")
    # A site may have deleted or renamed a group.
    for group in apps.get_model("auth", "Group").objects.filter(
        name__in=("viewer", "editor", "operator", "owner")
    ):
        group.permissions.add(*(permissions if group.name == "owner" else viewed))


class Migration(migrations.Migration):

    dependencies = [
        ("common", "0013_living_data"),
        ("ottstats", "0005_living_data"),
    ]

    operations = [migrations.RunPython(add_permissions, migrations.RunPython.noop)]
