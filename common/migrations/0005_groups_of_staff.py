"""The groups of staff: viewer, editor, operator, owner; each may do what the one before it may.

A model that gets a page in admin later needs a migration that gives its permissions to the groups;
tests/common/test_groups.py says which are missing.
"""

from django.contrib.auth.management import create_permissions
from django.db import migrations

OURS = {"common", "movies", "survey", "matching", "ottstats", "recommend", "django_celery_beat"}
NOBODY_LOOKS_AT = {"draft", "requestcount"}  # unsent surveys, and counts
FACTS = {"platform", "product", "attraction", "attractionplatform", "usagestatistic"}
DECIDED = {"movie", "provider", "availabilityreport", "idsuggestion", "listing"}
RUN = {"modelrun", "labjob", "persona"}


def may(group, app, action, model):
    """Whether the group has the permission `app.action_model`."""
    if group == "owner":
        return True
    if app not in OURS or model in NOBODY_LOOKS_AT:
        return False
    if action == "view":
        return True
    if group in ("editor", "operator"):
        if model in FACTS and action in ("add", "change"):
            return True
        if (action, model) == ("delete", "attractionplatform"):  # a row of the attraction's page
            return True
        if model in DECIDED and action == "change":
            return True
    return group == "operator" and (model in FACTS | RUN or app == "django_celery_beat")


def add_groups(apps, schema_editor):
    # `migrate` makes permissions only after the last migration.
    for config in apps.get_app_configs():
        config.models_module = True
        create_permissions(config, apps=apps, verbosity=0, using=schema_editor.connection.alias)
        config.models_module = None
    permissions = [
        (permission, *permission.codename.split("_", 1))
        for permission in apps.get_model("auth", "Permission").objects.select_related(
            "content_type"
        )
    ]
    for name in ("viewer", "editor", "operator", "owner"):
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        group.permissions.add(
            *(
                permission
                for permission, action, model in permissions
                if may(name, permission.content_type.app_label, action, model)
            )
        )


class Migration(migrations.Migration):

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("sessions", "0001_initial"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
        ("common", "0004_request_counts"),
        ("movies", "0006_fetch_failures"),
        ("survey", "0003_respondent_number"),
        ("matching", "0001_initial"),
        ("ottstats", "0003_tally_at_commit"),
        ("recommend", "0003_packed_chances"),
    ]

    operations = [migrations.RunPython(add_groups, migrations.RunPython.noop)]
