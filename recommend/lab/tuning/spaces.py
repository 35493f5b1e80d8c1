"""What `tune_model` may vary: named search spaces. Pure: no Django import, and no Optuna.

A space belongs to a frozen dataclass of parameters, `base`. Its defaults are those of `base` and
nowhere else, so that a new default is the first trial of the next study. Names with a dot are
fields of a field: `als.regularization`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, is_dataclass, replace
from enum import StrEnum
from typing import Any, TypeVar, cast

from common.errors import DataError
from recommend.lab.recommenders.blend import Blend
from recommend.lab.recommenders.item_knn import WEIGHTINGS
from recommend.lab.recommenders.registry import RECOMMENDERS
from recommend.scoring import weights
from recommend.scoring.star_algorithms import STAR_ALGORITHMS, SVD
from recommend.watchlog.signal import SignalWeights

Value = str | int | float
Parameters = Mapping[str, Value]
T = TypeVar("T")


@dataclass(frozen=True)
class NumberRange:
    """From `low` to `high`, both included; `log`: the orders of magnitude are equally likely."""

    low: float
    high: float
    log: bool = False

    def __str__(self) -> str:
        return f"{self.low:.15g} to {self.high:.15g}{', log' if self.log else ''}"


class Real(NumberRange):
    """Any number in the interval."""


class Whole(NumberRange):
    """A whole number in the interval."""


@dataclass(frozen=True)
class Categorical:
    """One of these words."""

    values: tuple[str, ...]

    def __str__(self) -> str:
        return ", ".join(self.values)


Range = Real | Whole | Categorical


class Measure(StrEnum):
    """How a trial is judged (`recommend.lab.tuning.objectives`)."""

    RANKING = "ranking"  # a recommender, fitted in each trial
    WEIGHTS = "weights"  # only the weights of the blend: its fits are made once
    STARS = "stars"
    WATCHLOG = "watchlog"


@dataclass(frozen=True)
class Space:
    """`folds`: on how many folds of the people a trial is judged, fewer where a fit takes long.

    `plan_part`: which part of a `TrainingPlan` has these parameters, with dots; "" for none.
    `no_run`: why the best parameters cannot be trained as a model run; "" where they can.
    """

    name: str
    purpose: str
    base: Any
    parameters: Mapping[str, Range]
    measure: Measure = Measure.RANKING
    folds: int = 3
    plan_part: str = ""
    no_run: str = "it is a rival in the comparison, and no part of a model run"

    @property
    def minimised(self) -> bool:
        return self.measure is Measure.STARS

    @property
    def defaults(self) -> dict[str, Value]:
        return {name: parameter_of(self.base, name) for name in self.parameters}

    @property
    def fixed(self) -> str:
        """All parameters of `base`, as text: with others, values of a study mean something else."""
        return json.dumps(asdict(self.base), sort_keys=True)


@dataclass(frozen=True)
class SvdStars:
    """Parameters of Surprise's SVD; defaults: `recommend.scoring.star_algorithms`."""

    n_factors: int = STAR_ALGORITHMS[SVD].parameters["n_factors"]
    n_epochs: int = STAR_ALGORITHMS[SVD].parameters["n_epochs"]
    lr_all: float = STAR_ALGORITHMS[SVD].parameters["lr_all"]
    reg_all: float = STAR_ALGORITHMS[SVD].parameters["reg_all"]


def parameter_of(base: object, name: str) -> Value:
    """The value of a field, or with a dot of a field's field; raises `DataError` if unknown."""
    field, _, rest = name.partition(".")
    _check_field(base, field)
    value = getattr(base, field)
    return parameter_of(value, rest) if rest else cast(Value, value)


def with_parameters(base: T, parameters: Parameters) -> T:
    """`base` with these values in place of its own.

    Raises `DataError` for a name that it does not have, and for a value that it refuses.
    """
    changed: Any = base
    for name, value in parameters.items():
        field, _, rest = name.partition(".")
        _check_field(changed, field)
        inner = with_parameters(getattr(changed, field), {rest: value}) if rest else value
        try:
            changed = replace(changed, **{field: inner})
        except ValueError as error:
            raise DataError(str(error)) from error
    return cast(T, changed)


def _check_field(base: object, name: str) -> None:
    known = [one.name for one in fields(base)] if is_dataclass(base) else []
    if name not in known:
        raise DataError(
            f"{type(base).__name__} has no parameter {name!r}; known: {', '.join(known) or 'none'}"
        )


def space_of(name: str) -> Space:
    """Raises `DataError`, naming what is known, for an unknown name."""
    if name not in SPACES:
        raise DataError(f"there is no search space {name!r}; known: {', '.join(SPACES)}")
    return SPACES[name]


def beginning_with(space: Space, base: Any) -> Space:
    """The space with other defaults, and ranges that reach as far as these."""
    found = replace(space, base=base)
    wide = dict(space.parameters)
    for name, one in wide.items():
        if isinstance(one, NumberRange):
            value = cast(float, found.defaults[name])
            wide[name] = replace(one, low=min(one.low, value), high=max(one.high, value))
    return replace(found, parameters=wide)


def _searched(setting: weights.RunSetting) -> Range:
    low, high = setting.searched
    return Whole(low, high, log=True) if setting.is_whole else Real(low, high)


# The database keeps vectors of at most `FACTORS` numbers. More iterations are never worse for ALS,
# only slower, so they are left alone; so is `most_films` of EASE.
ALS: Mapping[str, Range] = {
    "confidence": Real(1.0, 40.0, log=True),
    "fold_in_confidence": Real(2.0, 200.0, log=True),
    "regularization": Real(2.0, 200.0, log=True),
}
# How often demographics are hidden is not tuned: everybody in the data has them, so it would become
# 0, and respondents who leave them out would pay for it.
ENCODER: Mapping[str, Range] = {
    "passes": Whole(10, 120, log=True),
    "learning_rate": Real(5e-4, 1e-2, log=True),
    "regularization": Real(1e-6, 5e-4, log=True),
    "most_picks": Whole(5, 30),
    "pool_share": Real(0.3, 1.0),
}
WEIGHTS: Mapping[str, Range] = {
    f"weights.{one.weight}": _searched(one) for one in weights.WEIGHTS.values()
}
SLOW = 2  # folds, where a fit of MovieLens 1M takes half a minute or more
# Few of them in one space: each needs trials of its own.
SERVED: Mapping[str, Range] = {
    **{f"als.{name}": one for name, one in ALS.items()},
    **{f"encoder.{name}": ENCODER[name] for name in ("passes", "learning_rate", "regularization")},
    **WEIGHTS,
}


def _of(name: str, purpose: str, parameters: Mapping[str, Range], **more: Any) -> Space:
    """The space of a recommender of the registry."""
    return Space(name, purpose, RECOMMENDERS[name](), parameters, **more)


SPACES: Mapping[str, Space] = {space.name: space for space in (
    Space(
        "blend_weights",
        "the weights of the served ranking; ALS and encoder are fitted once a fold",
        Blend(),
        WEIGHTS,
        Measure.WEIGHTS,
        folds=4,
        plan_part="blend",
        no_run="",
    ),
    _of(
        "demographic_popularity",
        "how much a group's own likes count",
        {"strength": Real(50.0, 100_000.0, log=True)},
    ),
    _of(
        "content",
        "what of a film's content counts how much",
        {name: Real(0.0, 4.0) for name in ("genres", "decade", "language", "title", "text")},
    ),
    _of(
        "item_knn",
        "item neighbours and their weighting",
        {
            "weighting": Categorical(WEIGHTINGS),
            "neighbours": Whole(20, 2000, log=True),
            "k1": Real(0.1, 100.0, log=True),
            "b": Real(0.0, 1.0),
        },
    ),
    _of(
        "bpr",
        "Bayesian personalised ranking",
        {
            "factors": Whole(8, 128, log=True),
            "learning_rate": Real(0.005, 0.2, log=True),
            "regularization": Real(1e-4, 0.1, log=True),
            "iterations": Whole(10, 150, log=True),
            "pick_weight": Real(0.05, 5.0, log=True),
        },
    ),
    _of("ease", "the ridge of EASE", {"regularization": Real(20.0, 20_000.0, log=True)}),
    _of(
        "als",
        "ALS by itself, as a rival (the one that is served: blend)",
        {"factors": Whole(8, weights.FACTORS, log=True), **ALS, "enough_picks": Whole(1, 15)},
        no_run="the ALS that is served is part of a ranking, and what is best alone is not best "
        "in it; `tune_model blend` tunes it there",
    ),
    _of(
        "taste_neighbours",
        "people with the nearest ALS tastes",
        {
            **ALS,
            "neighbours": Whole(20, 1000, log=True),
            "sharpness": Real(0.0, 20.0),
            "enough_picks": Whole(1, 15),
        },
    ),
    _of(
        "vae",
        "variational autoencoder (extra: neural)",
        {
            "passes": Whole(5, 80, log=True),
            "learning_rate": Real(5e-4, 1e-2, log=True),
            "regularization": Real(1e-7, 1e-3, log=True),
            "kl_weight": Real(1e-4, 0.2, log=True),
        },
        folds=SLOW,
    ),
    _of(
        "encoder", "the encoder of answers by itself", ENCODER,
        folds=SLOW, plan_part="blend.encoder", no_run="",
    ),
    _of(
        "blend", "everything that is served: ALS, encoder and weights", SERVED,
        folds=SLOW, plan_part="blend", no_run="",
    ),
    Space(
        "stars",
        "predicted stars by SVD (value: RMSE, lower is better)",
        SvdStars(),
        {
            "n_factors": Whole(20, 200, log=True),
            "n_epochs": Whole(10, 80, log=True),
            "lr_all": Real(0.002, 0.03, log=True),
            "reg_all": Real(0.01, 0.2, log=True),
        },
        Measure.STARS,
        no_run="a run takes the parameters of SVD from recommend/scoring/star_algorithms.py; put "
        "the best ones there",
    ),
    # `liked_from` stays what `finished_from` is, as with `load_watchlog`.
    Space(
        "watchlog",
        "how a service's viewings count (needs a watch log)",
        SignalWeights(),
        {
            "repeat": Real(0.0, 2.0),
            "series": Real(0.0, 0.5),
            "finished_from": Real(0.3, 1.0),
        },
        Measure.WATCHLOG,
        no_run="",
    ),
)}  # fmt: skip
