"""Stored usage ratios get the shares among platforms, which answers stored so far do not have."""

from django.db import migrations

# Of {"usage": {platform: [figure, …]}} every figure. A platform keeps its figures in their order.
ADD_SHARES = """
UPDATE {table} SET parts = jsonb_set(parts, '{{usage}}', (
    SELECT coalesce(jsonb_object_agg(platform, (
        SELECT coalesce(
            jsonb_agg('{{"share": null, "share_overall": null}}'::jsonb || figure ORDER BY place),
            '[]'::jsonb
        )
        FROM jsonb_array_elements(figures) WITH ORDINALITY AS each (figure, place)
    )), '{{}}'::jsonb)
    FROM jsonb_each(parts -> 'usage') AS all_figures (platform, figures)
)) WHERE jsonb_typeof(parts -> 'usage') = 'object'
"""
REMOVE_SHARES = """
UPDATE {table} SET parts = jsonb_set(parts, '{{usage}}', (
    SELECT coalesce(jsonb_object_agg(platform, (
        SELECT coalesce(jsonb_agg(figure - 'share' - 'share_overall' ORDER BY place), '[]'::jsonb)
        FROM jsonb_array_elements(figures) WITH ORDINALITY AS each (figure, place)
    )), '{{}}'::jsonb)
    FROM jsonb_each(parts -> 'usage') AS all_figures (platform, figures)
)) WHERE jsonb_typeof(parts -> 'usage') = 'object'
"""
TABLES = ("ottstats_platformrecommendation", "recommend_persona")


class Migration(migrations.Migration):

    dependencies = [
        ("ottstats", "0001_initial"),
        ("recommend", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(ADD_SHARES.format(table=table), REMOVE_SHARES.format(table=table))
        for table in TABLES
    ]
