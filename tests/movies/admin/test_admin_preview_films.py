"""Staff see which answers a correction of a film would change before they save it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from movies.models import Movie, Platform, Product
from movies.services import platform_rates
from movies.services.availability import Statement, correct_availability, record_statements
from recommend.decision.platform import PlatformScore
from recommend.models import ModelRun, Persona
from recommend.scoring.packed_chances import packed
from recommend.services.personas import make_personas
from tests.movies.admin.previews import COUNT, previewed, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def personas(live_model: ModelRun) -> ModelRun:
    make_personas(run=live_model, count=COUNT)
    return live_model


def test_a_correction_of_a_film_is_previewed(personas: ModelRun, staff: Client) -> None:
    movie = Movie.objects.get(pk=2)
    page = previewed(staff, movie, {"on_netflix": "not_carried", "on_watcha": "carried"})
    changes = page.context["preview"].changes
    assert 0 < changes.touched <= COUNT
    assert changes.either <= changes.touched
    assert (
        f"The film is among the likely films of {changes.touched} personas; to the other "
        f"{COUNT - changes.touched} it hardly matters where it is."
    ) in words(page)
    chosen = page.context["adminform"].form["on_netflix"].value()
    assert chosen == "not_carried"
    movie.refresh_from_db()
    assert movie.platforms_staff == {}
    assert movie.platforms["netflix"] is True


FILM = 2  # of which it is known that Netflix has it, and Watcha not


@pytest.fixture
def even(personas: ModelRun) -> Movie:
    """Netflix leads by less than one film that all but the first persona are likely to like."""
    outlook = {
        "platforms": ["netflix", "watcha"],
        "spread": 0.5,
        "evidence": ["netflix", "watcha"],
        "rates": {"netflix": [10, 0.5], "watcha": [10, 0.5]},
        "groups": [["10", 3, 2.0, 0.0, [1.0, 0.0]], ["01", 3, 1.5, 0.0, [0.0, 1.0]]],
    }
    rows = [
        asdict(PlatformScore(slug, 2.0, 2.0, 2.0, 2.0, 1.0, 0.5, 3, 0, True))
        for slug in ("netflix", "watcha")
    ]
    parts = {"outlook": outlook, "platforms": rows, "usage": {}, "likely": packed({FILM: 0.9})}
    movie = Movie.objects.get(pk=FILM)
    correct_availability(movie=movie, states={"netflix": True, "watcha": False})
    Persona.objects.update(parts=parts, monthly_budget=30_000, made_at=timezone.now())
    Persona.objects.filter(number=1).update(parts=parts | {"likely": packed({FILM + 1: 0.9})})
    movie.refresh_from_db()
    return movie


def test_a_correction_that_turns_the_first_platform_over_is_counted(
    even: Movie, staff: Client
) -> None:
    page = previewed(staff, even, {"on_netflix": "not_carried", "on_watcha": "carried"})
    changes = page.context["preview"].changes
    assert (changes.platform, changes.touched) == (COUNT - 1, COUNT - 1)
    (shift,) = page.context["preview"].platform_shifts
    assert (shift.before, shift.after, shift.people) == (("Netflix",), ("Watcha",), COUNT - 1)
    assert "Platform: the most frequent changes" in words(page)
    assert previewed(staff, even, {}).context["preview"].changes.either == 0


def test_a_film_that_was_corrected_since_the_personas_were_made_is_compared_with_today(
    even: Movie, staff: Client
) -> None:
    """The stored answers have its old state; the preview compares with the present one."""
    correct_availability(movie=even, states={"netflix": False, "watcha": True})
    even.refresh_from_db()
    as_it_is = {"on_netflix": "not_carried", "on_watcha": "carried"}
    assert previewed(staff, even, as_it_is).context["preview"].changes.either == 0
    page = previewed(staff, even, {"on_netflix": "carried", "on_watcha": "not_carried"})
    (shift,) = page.context["preview"].platform_shifts
    assert (shift.before, shift.after, shift.people) == (("Watcha",), ("Netflix",), COUNT - 1)


def test_the_first_word_on_a_platform_and_the_last_one_are_seen(
    personas: ModelRun, staff: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A platform of which too few films are known counts as carrying none, however likely it is."""
    monkeypatch.setattr(platform_rates, "FEWEST_SURVEYED", 2)
    correct_availability(movie=Movie.objects.get(pk=79), states={"laftel": False})
    platform_rates.refresh_platform_rates()
    today = timezone.localdate()
    product = Product.objects.create(
        slug="laftel", name="Laftel", monthly_price=100, valid_from=today, checked_on=today
    )
    product.platforms.add("laftel")
    movie = Movie.objects.get(pk=80)
    assert Platform.objects.get(pk="laftel").surveyed_known == 1
    heard = previewed(staff, movie, {"on_laftel": "carried"}).context["preview"]
    assert heard.changes.subscription > COUNT / 2
    assert all("Laftel" in shift.after for shift in heard.subscription_shifts)
    correct_availability(movie=movie, states={"laftel": True})
    make_personas(run=personas, count=COUNT)
    assert "laftel" in Persona.objects.all()[0].parts["outlook"]["evidence"]
    movie.refresh_from_db()
    unheard = previewed(staff, movie, {"on_laftel": ""}).context["preview"]
    assert unheard.changes.subscription > COUNT / 2
    assert all("Laftel" in shift.before for shift in unheard.subscription_shifts)


def test_a_correction_that_is_taken_back_counts_as_what_was_fetched(
    even: Movie, staff: Client
) -> None:
    """The fetched state is that Netflix has the film, so the retraction changes nothing."""
    page = previewed(staff, even, {"on_netflix": "", "on_watcha": "not_carried"})
    assert page.context["preview"].changes.platform == 0
    tomorrow = timezone.now() + timedelta(days=1)
    record_statements([Statement(FILM, "netflix", "test", False, tomorrow)])
    assert Movie.objects.get(pk=FILM).platforms["netflix"] is True
    page = previewed(staff, even, {"on_netflix": "", "on_watcha": "not_carried"})
    assert page.context["preview"].changes.platform == COUNT - 1
