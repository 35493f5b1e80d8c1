"""Migrations that allowed new kinds of rows can be taken back while there are such rows."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from common.models import DataLoad
from movies.models import Notice
from recommend.models import LabJob

pytestmark = pytest.mark.django_db

BEFORE = [
    ("recommend", "0008_member_events"),
    ("movies", "0011_film_texts"),
    ("common", "0008_names_of_fields"),
]


def kept() -> list[list[str]]:
    """What is there in the three tables, whatever the models say."""
    found = []
    with connection.cursor() as cursor:
        for names in (
            "SELECT kind FROM recommend_labjob ORDER BY 1",
            "SELECT key FROM movies_notice ORDER BY 1",
            "SELECT kind FROM common_dataload ORDER BY 1",
        ):
            cursor.execute(names)
            found.append([name for (name,) in cursor.fetchall()])
    return found


def test_rows_of_the_new_kinds_go_and_the_others_stay() -> None:
    DataLoad.objects.all().delete()
    for job in ("train", "profile", "genres"):
        LabJob.objects.create(kind=job)
    for key in ("retrain", "workflow", "seasons", "living_data"):
        Notice.objects.create(key=key, detail="x")
    for number, kind in enumerate(("reference", "film_texts", "living_data")):
        DataLoad.objects.create(kind=kind, name="x", digest=f"{number:064}", seconds=1)
    present = MigrationExecutor(connection).loader.graph.leaf_nodes()

    MigrationExecutor(connection).migrate(BEFORE)

    assert kept() == [["train"], ["retrain"], ["reference"]]

    MigrationExecutor(connection).migrate(present)

    assert kept() == [["train"], ["retrain"], ["reference"]]
    LabJob.objects.create(kind="genres")
