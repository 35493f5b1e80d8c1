"""All groups of staff may look at members, without their addresses; only owners delete them."""

from django.contrib.auth.management import create_permissions
from django.db import migrations


def add_permissions(apps, schema_editor):
    # `migrate` makes permissions only after the last migration.
    config = apps.get_app_config("survey")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0, using=schema_editor.connection.alias)
    config.models_module = None
    permissions = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="survey", content_type__model="member"
    )
    viewed = permissions.filter(codename="view_member")
    # A site may have deleted or renamed a group.
    for group in apps.get_model("auth", "Group").objects.filter(
        name__in=("viewer", "editor", "operator", "owner")
    ):
        group.permissions.add(*(permissions if group.name == "owner" else viewed))


class Migration(migrations.Migration):

    dependencies = [
        ("common", "0010_groups_and_genres"),
        ("survey", "0010_login_sessions"),
    ]

    operations = [migrations.RunPython(add_permissions, migrations.RunPython.noop)]
