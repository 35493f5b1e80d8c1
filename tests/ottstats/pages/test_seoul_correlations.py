"""Correlations over both genders can come from the difference between them: the page says so."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from ottstats.living.figures import GENDERS, SERVICES, LivingDongs
from ottstats.living.formulas import correlations_by_age
from ottstats.pages.seoul.correlations import heat_map
from ottstats.selectors.living_page import BOTH, SeoulFigures

NAMES = {service: service for service in SERVICES}
GAME, VIDEO = SERVICES.index("game"), SERVICES.index("video")


@pytest.fixture(scope="module")
def dongs() -> LivingDongs:
    """Men play and watch more than women; among women or men the two have nothing in common."""
    use = np.random.default_rng(3).normal(size=(200, 2, 12, 7))
    use[:, GENDERS.index("male"), :, [GAME, VIDEO]] += 20.0
    return LivingDongs(np.zeros(200, np.int64), use)


def figures(dongs: LivingDongs) -> SeoulFigures:
    each = {gender: correlations_by_age(dongs, (gender,)) for gender in GENDERS}
    return SeoulFigures(
        loaded_at=datetime(2026, 11, 30, tzinfo=UTC),
        months=[],
        districts=[],
        mean_age=None,
        use={},
        standard={},
        correlations={BOTH: correlations_by_age(dongs), **each},
        observations=400,
    )


def test_each_gender_alone_has_correlations_of_its_own(dongs: LivingDongs) -> None:
    both, women = correlations_by_age(dongs), correlations_by_age(dongs, ("female",))
    assert both.shape == women.shape == (6, 7, 7)
    assert (both[:, GAME, VIDEO] > 0.9).all()
    assert (np.abs(women[:, GAME, VIDEO]) < 0.4).all()
    of_women = dongs.use[:, 0, 2:4].mean(axis=1)
    expected = np.corrcoef(of_women[:, GAME], of_women[:, VIDEO])[0, 1]
    assert women[1, GAME, VIDEO] == pytest.approx(expected)


def test_a_pair_that_needs_both_genders_is_marked_and_explained(dongs: LivingDongs) -> None:
    heat = heat_map(figures(dongs), BOTH, 20, NAMES)
    assert [pair.name for pair in heat.strong] == ["game – video"]
    assert all(cell.needs_both for cell in heat.strong[0].cells)
    assert heat.difference is not None
    assert heat.difference.name == "game – video"
    assert float(heat.difference.both) > 0.9
    women = heat_map(figures(dongs), "female", 20, NAMES)
    assert (women.strong, women.difference) == ([], None)


def test_a_service_that_does_not_vary_has_no_correlation(dongs: LivingDongs) -> None:
    use = dongs.use.copy()
    use[..., GAME] = 1.0
    heat = heat_map(figures(LivingDongs(dongs.district_of, use)), BOTH, 20, NAMES)
    assert {cell.text for cell in heat.rows[GAME].cells} == {"–"}
    assert {cell.colour for cell in heat.rows[GAME].cells} == {"zero"}
