"""What is judged: how a ranking is learned and served, and how good its lists are. Pure."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from common.arrays import Floats, Ints
from recommend.lab.data.cases import Cases, ranked_lists
from recommend.lab.data.ratings import RatingData
from recommend.lab.evaluation.served_lists import Films, ServedLists
from recommend.lab.recommenders.at_home import HomeLearning
from recommend.lab.recommenders.blend import Blend, BlendModel
from recommend.lab.simulation import survey
from recommend.scoring.variety import Variety
from recommend.scoring.weights import LIST_SIZE, Weights


@dataclass(frozen=True)
class HomeRecipe:
    """How people at home are learned from, and the weights with which they are served then."""

    learning: HomeLearning
    weights: Weights


@dataclass(frozen=True)
class Recipe:
    """How a ranking is learned, with which seed, and how its lists are made.

    `home`: None if people at home are not learned from; they are served like MovieLens users then.
    """

    blend: Blend
    seed: int = 1
    variety: Variety = Variety()
    home: HomeRecipe | None = None

    @property
    def fit(self) -> Hashable:
        """Recipes with the same one share a fit: weights need none."""
        return self.blend.als, self.blend.encoder, self.seed


def fitted(train: RatingData, recipes: Sequence[Recipe]) -> list[BlendModel]:
    """Each recipe's model of MovieLens, with its weights for MovieLens."""
    models: dict[Hashable, BlendModel] = {}
    for recipe in recipes:
        if recipe.fit not in models:
            models[recipe.fit] = recipe.blend.fit(train, seed=recipe.seed)
    return [replace(models[one.fit], weights=one.blend.weights) for one in recipes]


@dataclass(frozen=True)
class Judged:
    """Recipes with their models, and how popular each film is (n_movies,) among the people who were
    learned from.

    `among`: the columns that are ranked, ascending; None for all films.
    """

    recipes: Sequence[Recipe]
    models: Sequence[BlendModel]
    popularity: Floats
    films: Films
    among: Ints | None = None

    def quality(self, cases: Cases, truths: Sequence[Ints], *, cutoff: int = LIST_SIZE) -> Floats:
        """(n_cases, recipes + 1): NDCG@`cutoff` of the lists of each recipe as served, and last
        that of popularity."""
        tops = []
        for model, recipe in zip(self.models, self.recipes, strict=True):
            lists = ServedLists(model, self.films, cases, among=self.among)
            blocks = [lists.of(model.of_cases(one), one, recipe.variety) for one in cases.blocks()]
            tops.append(np.vstack(blocks)[:, :cutoff])
        tops.append(ranked_lists(self._popular, cases, tops[0].shape[1]))
        return np.column_stack([survey.ndcg_of(top, truths) for top in tops])

    def _popular(self, block: Cases) -> Floats:
        scores = np.full(len(self.popularity), -np.inf)
        among = slice(None) if self.among is None else self.among
        scores[among] = self.popularity[among]
        return np.tile(scores, (len(block), 1))
