"""P(like) of thousands of films is stored in a short text and read back."""

from __future__ import annotations

import importlib
import json

import numpy as np
import pytest
from django.apps import apps
from django.db import connection

from ottstats.models import PlatformRecommendation
from recommend.scoring.packed_chances import chance_of, packed, unpacked
from tests.operators import add_respondent

migration = importlib.import_module("recommend.migrations.0003_packed_chances")
RANDOM = np.random.default_rng(1)
FILMS = np.sort(RANDOM.choice(np.arange(1, 3953), 3690, replace=False)).tolist()
CHANCES = dict(zip(FILMS, RANDOM.beta(0.5, 4, len(FILMS)).tolist(), strict=True))


@pytest.mark.parametrize(
    "chances",
    [
        {},
        {1: 0.0},
        {1: 1.0, 4_294_967_295: 0.00004},
        {1_000_000_007: 0.5, 3: 0.25, 2: 0.125},
        CHANCES,
    ],
)
def test_what_is_packed_is_read_back_to_four_digits(chances: dict[int, float]) -> None:
    read = unpacked(packed(chances))
    assert list(read) == sorted(chances)
    assert read == pytest.approx(chances, abs=0.000051)
    for film in list(chances)[:5]:
        assert chance_of(packed(chances), film) == read[film]
    assert chance_of(packed(chances), 5_000_000_000) is None
    assert chance_of(packed({2: 0.5, 7: 0.5}), 3) is None


def test_it_is_a_sixth_of_what_pairs_take() -> None:
    pairs = json.dumps([[film, round(chance, 4)] for film, chance in CHANCES.items()])
    assert len(packed(CHANCES)) < len(pairs) / 6


@pytest.mark.django_db
def test_results_that_are_stored_as_pairs_are_packed_once() -> None:
    add_respondent()
    add_respondent()
    PlatformRecommendation.objects.update(parts={"run": 1, "likely": [[7, 0.8765], [2, 0.5]]})
    with connection.schema_editor() as editor:
        for _ in range(2):
            migration.pack(apps, editor)
    for row in PlatformRecommendation.objects.all():
        assert row.parts["run"] == 1
        assert unpacked(row.parts["likely"]) == {2: 0.5, 7: 0.8765}
