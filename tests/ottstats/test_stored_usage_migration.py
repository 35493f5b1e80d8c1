"""Answers stored before shares were compared can still be read, and say what they are based on."""

from __future__ import annotations

from datetime import date
from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from django.utils import translation

from ottstats.models import PlatformRecommendation
from ottstats.selectors.usage import UsageRatio
from recommend.models import Persona
from recommend.pages.verdict.habits import peers
from recommend.pages.verdict.platforms import platform_rows
from recommend.results.parts import usage_from_json
from recommend.results.stored import stored_result
from recommend.results.whereabouts import current_whereabouts
from recommend.services.submission import Survey, submit_survey
from tests.worlds import film_ids

pytestmark = pytest.mark.django_db

OLD = {"dimension": "age", "group": "20-29", "percent": 22.0, "percent_overall": 10.0,
       "source": "KOBACO, 2024", "ratio": 2.2}  # fmt: skip


def migrate(text: str) -> None:
    migration: Any = import_module("ottstats.migrations.0002_shares_in_stored_usage")
    with connection.cursor() as cursor:
        for table in migration.TABLES:
            cursor.execute(getattr(migration, text).format(table=table))


def test_the_migration_adds_empty_shares_and_takes_them_back(live_model: Any) -> None:
    person = submit_survey(survey=Survey(liked=film_ids("Drama")[:4]), token="one")
    stored = PlatformRecommendation.objects.get(user=person)
    other = OLD | {"dimension": "gender", "group": "female"}
    stored.parts["usage"] = {"netflix": [OLD, other], "watcha": []}
    stored.save()
    persona = Persona.objects.create(run=live_model, number=1, parts=stored.parts)
    without = Persona.objects.create(run=live_model, number=2, parts={})

    migrate("ADD_SHARES")

    for row in (stored, persona):
        row.refresh_from_db()
        usage = usage_from_json(row.parts["usage"])
        assert [one.dimension for one in usage["netflix"]] == ["age", "gender"]
        assert usage["netflix"][0] == UsageRatio(**OLD, share=None, share_overall=None)
        assert usage["watcha"] == []
    without.refresh_from_db()
    assert without.parts == {}

    migrate("REMOVE_SHARES")

    stored.refresh_from_db()
    assert stored.parts["usage"] == {"netflix": [OLD, other], "watcha": []}


def test_an_old_answer_shows_the_figures_that_it_was_computed_with(live_model: Any) -> None:
    person = submit_survey(survey=Survey(liked=film_ids("Drama")[:4]), token="one")
    stored = PlatformRecommendation.objects.get(user=person)
    stored.parts["usage"] = {"netflix": [OLD | {"share": None, "share_overall": None}]}
    stored.save()

    result = stored_result(person.user_id)

    assert result is not None
    with translation.override("en"):
        rows = {
            row.platform.slug: row
            for row in platform_rows(result, current_whereabouts([], date(2026, 11, 29)))
        }
        assert rows["netflix"].usage == [
            ("Age (aged 20–29): 22.0% against 10.0% of all = 2.20", "KOBACO, 2024")
        ]
        said = peers(result, rows["netflix"].platform)
    assert said == "22% of people in their 20s use it (KOBACO, 2024)."
