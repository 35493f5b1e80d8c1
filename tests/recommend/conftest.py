"""What keeps fitting short where a test does not ask how good a model is."""

from __future__ import annotations

import pytest

from recommend.lab.recommenders.encoder import SurveyEncoder


@pytest.fixture
def few_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """The encoder makes few steps, whatever its parameters say; by default 500 on tiny data."""
    monkeypatch.setattr(SurveyEncoder, "_passes", lambda self, people: min(self.passes, 10))
