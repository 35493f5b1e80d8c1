"""The table of settings is what scoring, the model and its limits read."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from recommend.models import ModelRun
from recommend.scoring.weights import SETTINGS, USUAL_WEIGHTS, WEIGHTS, Weights


def test_a_new_run_has_the_usual_weights() -> None:
    run = ModelRun()
    assert run.weights == USUAL_WEIGHTS == Weights.read(USUAL_WEIGHTS.stored())
    assert {name: getattr(run, name) for name in SETTINGS} == {
        name: setting.default for name, setting in SETTINGS.items()
    }


def test_every_weight_of_the_formula_is_in_the_table() -> None:
    of_formula = {field.name for field in fields(Weights)} - {"predictions_only"}
    assert of_formula == {setting.weight for setting in WEIGHTS.values()}


@pytest.mark.parametrize("name", SETTINGS)
def test_the_field_of_a_run_takes_both_limits_and_nothing_beyond(name: str) -> None:
    field: Any = ModelRun._meta.get_field(name)
    setting = SETTINGS[name]
    for value in (setting.low, setting.high, setting.default):
        field.run_validators(value)
    for value in (setting.low - 1, setting.high + 1):
        with pytest.raises(ValidationError):
            field.run_validators(value)
