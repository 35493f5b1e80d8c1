"""Workflows in tests: steps that take no time, and a live model that is quick to train again."""

from __future__ import annotations

import pytest

from recommend.lab import workflow as work
from recommend.models import ModelRun, StepName
from tests.worlds import make_recipe_quick


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the steps, as they are done; none of them does anything."""
    names: list[str] = []

    def note(name: str) -> work.Counts:
        names.append(name)
        return {}

    for name in StepName.values:
        monkeypatch.setitem(work.WORK, name, lambda step, report, name=name: note(name))
    return names


@pytest.fixture
def live(live_model: ModelRun, monkeypatch: pytest.MonkeyPatch) -> ModelRun:
    """Its recipe takes no time, and the next run has the same seed: it is not worse."""
    make_recipe_quick(live_model)
    live_model.diversity = 0.3
    live_model.save()
    monkeypatch.setattr("recommend.lab.jobs.next_seed", lambda live: live.seed)
    monkeypatch.setattr("recommend.services.lab_jobs.COUNT", 3)  # personas after publishing
    return live_model
