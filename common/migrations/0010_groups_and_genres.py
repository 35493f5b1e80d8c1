"""All groups of staff look at genre models and seasons; seasons are facts, which editors change."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

MODELS = ("genremodel", "seasonkeywords")
ACTIONS = {
    "viewer": ("view",),
    "editor": ("view", "add", "change"),
    "operator": ("view", "add", "change", "delete"),
    "owner": ("view", "add", "change", "delete"),
}


def add_permissions(apps, schema_editor):
    # `migrate` makes permissions only after the last migration.
    config = apps.get_app_config("recommend")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0, using=schema_editor.connection.alias)
    config.models_module = None
    permissions = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="recommend", content_type__model__in=MODELS
    )
    # A site may have deleted or renamed a group.
    for group in apps.get_model("auth", "Group").objects.filter(name__in=ACTIONS):
        names = {f"{action}_seasonkeywords" for action in ACTIONS[group.name]}
        given = permissions.filter(codename__in={*names, "view_genremodel"})
        group.permissions.add(*(permissions if group.name == "owner" else given))


class Migration(migrations.Migration):

    dependencies = [
        ("common", "0009_film_texts"),
        ("recommend", "0010_seasons"),
    ]

    operations = [migrations.RunPython(add_permissions, migrations.RunPython.noop)]
