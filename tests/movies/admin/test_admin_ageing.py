"""Staff see how fast a platform ages, change it, and see first what that would change."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from movies.models import Movie, Platform
from recommend.models import ModelRun, Persona
from recommend.services.personas import make_personas
from tests.movies.admin.previews import COUNT, page_of, previewed, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def personas(live_model: ModelRun) -> ModelRun:
    """Netflix was looked at two years before its newest films were, and ages at half a year."""
    Platform.objects.filter(pk="netflix").update(stationary_share=0.2, turnover=0.5)
    seen = {"netflix": "2023-01", "watcha": "2023-01"}
    Movie.objects.exclude(platforms={}).update(platforms_seen=seen)
    make_personas(run=live_model, count=COUNT)
    return live_model


def form_of(platform: Platform, **changed: Any) -> dict[str, Any]:
    names = ("slug", "name", "name_ko", "homepage", "stationary_share", "turnover")
    data = {name: getattr(platform, name) for name in names}
    data |= {"tmdb_provider_ids": "8,1796", "is_active": "on"}
    return {name: "" if value is None else value for name, value in (data | changed).items()}


def test_other_rates_are_previewed_and_nothing_is_saved(personas: ModelRun, staff: Client) -> None:
    platform = Platform.objects.get(pk="netflix")

    page = previewed(staff, platform, form_of(platform, stationary_share=0.0, turnover=19))

    changes = page.context["preview"].changes
    assert changes.people == COUNT
    assert changes.either > 0, "films of 2023 are no longer counted on Netflix"
    assert "Counts the rates only" in words(page)
    platform.refresh_from_db()
    assert (platform.stationary_share, platform.turnover) == (0.2, 0.5)


def test_the_same_rates_change_nothing(personas: ModelRun, staff: Client) -> None:
    platform = Platform.objects.get(pk="netflix")

    page = previewed(staff, platform, form_of(platform))

    assert page.context["preview"].changes.either == 0


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("stationary_share", "1.2", "A share lies between 0 and 1."),
        ("turnover", "-1", "Turnover lies between 0 and 20 a year."),
    ],
)
def test_rates_out_of_range_are_refused_with_the_reason(
    field: str, value: str, text: str, live_model: ModelRun, staff: Client
) -> None:
    platform = Platform.objects.get(pk="netflix")

    page = staff.post(page_of(platform), form_of(platform, **{field: value}))

    assert page.status_code == 200
    assert text in words(page)


def test_saved_rates_count_in_the_next_answers(live_model: ModelRun, staff: Client) -> None:
    platform = Platform.objects.get(pk="netflix")

    assert staff.post(page_of(platform), form_of(platform, turnover=1.5)).status_code == 302

    platform.refresh_from_db()
    assert platform.turnover == 1.5
    assert not Persona.objects.exists()
