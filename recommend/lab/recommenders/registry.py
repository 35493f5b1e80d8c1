"""All recommenders by name, in the order of the comparison table (docs/evaluation.md)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from functools import partial
from importlib.util import find_spec
from typing import Any, cast

from recommend.lab.recommenders.als import Als, TasteNeighbours
from recommend.lab.recommenders.base import Recommender
from recommend.lab.recommenders.blend import Blend
from recommend.lab.recommenders.bpr import Bpr
from recommend.lab.recommenders.content_based import ContentBased
from recommend.lab.recommenders.ease import Ease
from recommend.lab.recommenders.encoder import SurveyEncoder
from recommend.lab.recommenders.hybrid import Hybrid
from recommend.lab.recommenders.item_knn import ItemKnn
from recommend.lab.recommenders.popular import DemographicPopularity, Popularity
from recommend.lab.recommenders.twin import LiteralTwin
from recommend.lab.recommenders.vae import Vae
from recommend.lab.stars.surprise import SURPRISE

RECOMMENDERS: Mapping[str, Callable[..., Recommender]] = {
    "popularity": Popularity,
    "demographic_popularity": DemographicPopularity,
    "content": ContentBased,
    "twin": LiteralTwin,
    **{f"twin_{algorithm}": partial(LiteralTwin, algorithm) for algorithm in SURPRISE},
    "item_knn": ItemKnn,
    "bpr": Bpr,
    "ease": Ease,
    "als": Als,
    "taste_neighbours": TasteNeighbours,
    "vae": Vae,
    "encoder": SurveyEncoder,
    "hybrid": Hybrid,
    "blend": Blend,
}
# What a recommender needs besides the product: the modules, and the optional extra that has them.
OPTIONAL: Mapping[str, tuple[tuple[str, ...], str]] = {"vae": (("jax", "optax"), "neural")}


def recommender(name: str, **parameters: Any) -> Recommender:
    """The recommender with these parameters in place of its defaults.

    Raises `ValueError`, naming what is known, for an unknown name or parameter, and for a value
    out of its range.
    """
    if name not in RECOMMENDERS:
        raise ValueError(f"unknown recommender {name!r}; known: {', '.join(RECOMMENDERS)}")
    default = cast(Any, RECOMMENDERS[name]())
    known = [field.name for field in fields(default)]
    for parameter in parameters:
        if parameter not in known:
            raise ValueError(
                f"{name} has no parameter {parameter!r}; known: {', '.join(known) or 'none'}"
            )
    return cast(Recommender, replace(default, **parameters))


def available() -> tuple[str, ...]:
    """The recommenders that can be fitted here; `unavailable` says why the others cannot."""
    missing = unavailable()
    return tuple(name for name in RECOMMENDERS if name not in missing)


def unavailable() -> Mapping[str, str]:
    """By name: why it cannot be fitted here, and what to do about it."""
    return {
        name: f"needs {' and '.join(modules)}: pip install 'ottwin[{extra}]'"
        for name, (modules, extra) in OPTIONAL.items()
        if any(find_spec(module) is None for module in modules)
    }
