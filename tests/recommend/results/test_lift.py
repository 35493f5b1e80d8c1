"""What fits a person more than others: against the average of the personas."""

from __future__ import annotations

from typing import Any

import pytest

from recommend.decision.platform import PlatformScore
from recommend.models import ModelRun, Persona
from recommend.results import lift
from recommend.results.lift import average_shares, fit, fit_of
from recommend.services.personas import make_personas


def score(platform: str, coverage: float, *, evidence: bool = True) -> PlatformScore:
    return PlatformScore(platform, coverage, coverage, 0.0, 0.0, 1.0, 0.1, 9, 9, evidence)


SCORES = [score("a", 30.0), score("b", 20.0), score("c", 99.0, evidence=False)]


def test_the_largest_share_against_the_average_fits_more_than_others() -> None:
    found = fit(SCORES, {"a": 0.8, "b": 0.2, "c": 0.9}, 0.99)
    assert found is not None
    assert found.more_than_others is not None
    assert found.more_than_others.platform == "b"
    assert found.more_than_others.share == pytest.approx(0.4)
    assert found.more_than_others.average == pytest.approx(0.2)
    assert found.more_than_others.ratio == pytest.approx(2.0)


def test_a_share_like_everybody_s_is_nothing_to_tell() -> None:
    found = fit(SCORES, {"a": 0.61, "b": 0.39}, 0.5)
    assert found is not None
    assert found.more_than_others is None


@pytest.mark.parametrize(
    ("average", "sureness", "expected"),
    [
        ({"a": 0.9, "b": 0.1}, 0.99, True),
        ({"a": 0.9, "b": 0.1}, 0.94, False),
        ({"a": 0.4, "b": 0.6}, 0.99, False),
    ],
)
def test_taste_does_not_decide_if_the_order_is_everybody_s_and_nearly_always_stays(
    average: dict[str, float], sureness: float, expected: bool
) -> None:
    found = fit(SCORES, average, sureness)
    assert found is not None
    assert found.whatever_the_taste is expected


def test_where_usage_put_another_platform_first_taste_is_not_said_to_be_without_weight() -> None:
    found = fit([SCORES[1], SCORES[0]], {"a": 0.9, "b": 0.1}, 0.99)
    assert found is not None
    assert not found.whatever_the_taste


def test_one_platform_alone_is_compared_with_nothing() -> None:
    assert fit([SCORES[0], SCORES[2]], {"a": 1.0, "c": 0.5}, 0.99) is None
    assert fit(SCORES, {}, 0.99) is None


def test_the_average_person_is_the_mean_of_the_personas(
    live_model: ModelRun, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    assert fit_of(live_model.pk, SCORES, 0.99) is None, "there are none yet"
    make_personas(run=live_model, count=6)
    made_at = Persona.objects.filter(run=live_model).values_list("made_at", flat=True)[0]
    average_shares.cache_clear()
    assert average_shares(live_model.pk, made_at) == {}, "too few"
    monkeypatch.setattr(lift, "FEWEST_PERSONAS", 6)
    average_shares.cache_clear()
    found = average_shares(live_model.pk, made_at)
    shares: dict[str, list[float]] = {}
    for persona in Persona.objects.filter(run=live_model):
        known = {
            row["platform"]: row["coverage"]
            for row in persona.parts["platforms"]
            if row["evidence"]
        }
        for slug, coverage in known.items():
            shares.setdefault(slug, []).append(coverage / sum(known.values()))
    assert set(found) == {"netflix", "watcha"}
    for slug, values in shares.items():
        assert found[slug] == pytest.approx(sum(values) / 6)
    with django_assert_num_queries(1):
        assert fit_of(live_model.pk, SCORES, 0.99) is None, "these platforms are others"
    average_shares.cache_clear()
