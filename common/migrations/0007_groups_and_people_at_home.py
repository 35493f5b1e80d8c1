"""All groups of staff may look at people at home; only owners delete them."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

LOOKED_AT = ("homeperson", "homerating")
MODELS = (*LOOKED_AT, "hometaste", "homemember")


def add_permissions(apps, schema_editor):
    # `migrate` makes permissions only after the last migration.
    config = apps.get_app_config("recommend")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0, using=schema_editor.connection.alias)
    config.models_module = None
    permissions = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="recommend", content_type__model__in=MODELS
    )
    viewed = permissions.filter(codename__in=[f"view_{model}" for model in LOOKED_AT])
    # A site may have deleted or renamed a group.
    for group in apps.get_model("auth", "Group").objects.filter(
        name__in=("viewer", "editor", "operator", "owner")
    ):
        group.permissions.add(*(permissions if group.name == "owner" else viewed))


class Migration(migrations.Migration):

    dependencies = [
        ("common", "0006_home_ratings"),
        ("recommend", "0004_home"),
    ]

    operations = [migrations.RunPython(add_permissions, migrations.RunPython.noop)]
