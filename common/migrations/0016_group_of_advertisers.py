"""The group of those who may see the pages of the audience; it has no permission in admin."""

from django.db import migrations


def add_group(apps, schema_editor):
    apps.get_model("auth", "Group").objects.get_or_create(name="advertiser")


class Migration(migrations.Migration):

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("common", "0013_living_data"),
    ]

    operations = [migrations.RunPython(add_group, migrations.RunPython.noop)]
