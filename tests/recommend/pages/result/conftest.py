"""Respondents of the tests of the result page."""

from __future__ import annotations

from typing import Any

import pytest

from recommend.services.submission import Survey, submit_survey
from survey.models import Respondent
from tests.recommend.pages.reading import PICKS


@pytest.fixture
def respondent(live_model: Any) -> Respondent:
    survey = Survey(
        liked=PICKS, gender="female", age=27, subscribed=("netflix",), monthly_budget=6000
    )
    return submit_survey(survey=survey, token="a-token-of-this-test")
