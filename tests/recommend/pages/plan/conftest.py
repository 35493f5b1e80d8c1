"""The respondent whose plan the tests make."""

from __future__ import annotations

from typing import Any

import pytest

from recommend.services.submission import Survey, submit_survey
from survey.models import Respondent
from tests.recommend.pages.reading import PICKS


@pytest.fixture
def respondent(live_model: Any) -> Respondent:
    survey = Survey(
        liked=PICKS, gender="female", age=37, monthly_budget=15000, ott_frequency="weekly"
    )
    return submit_survey(survey=survey, token="a-token-of-this-test")
