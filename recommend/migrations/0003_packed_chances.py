"""Packs P(like) of stored results and personas; they were pairs of numbers before."""

import base64
import json
import zlib

import numpy as np
from django.db import migrations

TABLES = (("ottstats_platformrecommendation", "user_id"), ("recommend_persona", "id"))
AT_A_TIME = 200


def packed(pairs):
    chances = dict(pairs)
    films = np.array(sorted(chances), np.int64)
    scaled = np.rint(np.array([chances[film] for film in films.tolist()]) * 10_000)
    parts = (np.diff(films, prepend=0).astype("<u4"), scaled.astype("<u2"))
    planes = b"".join(
        part.view(np.uint8).reshape(len(films), part.itemsize).T.tobytes() for part in parts
    )
    return base64.b85encode(zlib.compress(planes, 9)).decode()


def pack(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for table, key in TABLES:
            while rows := _next(cursor, table, key):
                for number, pairs in rows:
                    cursor.execute(
                        f"UPDATE {table} SET parts = jsonb_set(parts, '{{likely}}', %s::jsonb)"
                        f" WHERE {key} = %s",
                        [json.dumps(packed(json.loads(pairs))), number],
                    )


def _next(cursor, table, key):
    cursor.execute(
        f"SELECT {key}, (parts -> 'likely')::text FROM {table}"
        f" WHERE jsonb_typeof(parts -> 'likely') = 'array' LIMIT {AT_A_TIME}"
    )
    return cursor.fetchall()


class Migration(migrations.Migration):

    dependencies = [
        ("recommend", "0002_calibration_by_share"),
        ("ottstats", "0002_shares_in_stored_usage"),
    ]

    operations = [migrations.RunPython(pack, migrations.RunPython.noop)]
