"""All recommenders by name, in the order of the comparison table (docs/evaluation.md)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from importlib.util import find_spec
from typing import Any, cast

from recommend.training.recommenders.als import Als
from recommend.training.recommenders.base import Recommender
from recommend.training.recommenders.ease import Ease
from recommend.training.recommenders.encoder import SurveyEncoder
from recommend.training.recommenders.popular import DemographicPopularity, Popularity

RECOMMENDERS: Mapping[str, Callable[..., Recommender]] = {
    "popularity": Popularity,
    "demographic_popularity": DemographicPopularity,
    "ease": Ease,
    "als": Als,
    "encoder": SurveyEncoder,
}
# What a recommender needs besides the product: the modules, and the optional extra that has them.
OPTIONAL: Mapping[str, tuple[tuple[str, ...], str]] = {"vae": (("jax", "optax"), "neural")}


def recommender(name: str, **parameters: Any) -> Recommender:
    """The recommender with these of its parameters in place of the defaults.

    Raises `ValueError`, naming what is known, for an unknown name or parameter, and for a value
    out of its range.
    """
    if name not in RECOMMENDERS:
        raise ValueError(f"unknown recommender {name!r}; known: {', '.join(RECOMMENDERS)}")
    known = [field.name for field in fields(cast(Any, RECOMMENDERS[name]()))]
    for parameter in parameters:
        if parameter not in known:
            raise ValueError(
                f"{name} has no parameter {parameter!r}; known: {', '.join(known) or 'none'}"
            )
    return RECOMMENDERS[name](**parameters)


def available() -> tuple[str, ...]:
    """The names of those that can be fitted here; `unavailable` says why not the others."""
    missing = unavailable()
    return tuple(name for name in RECOMMENDERS if name not in missing)


def unavailable() -> Mapping[str, str]:
    """Name: why it cannot be fitted here, and what to do about it."""
    return {
        name: f"needs {' and '.join(modules)}: pip install 'ottwin[{extra}]'"
        for name, (modules, extra) in OPTIONAL.items()
        if any(find_spec(module) is None for module in modules)
    }
