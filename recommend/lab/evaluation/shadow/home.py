"""Shadow evaluation on people at home. Pure.

Both recipes are fitted on all of MovieLens, which has nobody from home, and then learn at home,
each by its own parameters, from the same people: those of the other folds, so that nobody who
judges was learned from. They make their lists, as they would be served there, for people who pick 3
films, as many as the survey asks for; the other films that a person likes are to be found. The
films that home knows are ranked, because of others nothing says whether people there like them; the
measure is NDCG@10. Popularity counts the likes of the people at home who were learned from.

The weights are those that the runs have. Training chose them among a few by all people at home, in
both runs alike, so they give no run an advantage that matters.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from threadpoolctl import threadpool_limits

from common.arrays import Floats, Ints
from common.commands.progress import Report, silent
from recommend.lab.data.home import HomeData
from recommend.lab.data.ratings import RatingData
from recommend.lab.evaluation.home.fitting import CUTOFF
from recommend.lab.evaluation.served_lists import Films
from recommend.lab.evaluation.shadow.recipe import Judged, Recipe, fitted
from recommend.lab.evaluation.shadow.verdicts import Shadow, compared
from recommend.lab.recommenders.blend import BlendModel
from recommend.lab.simulation.home import FEWEST_PICKS, folds_of, home_cases

FOLDS = 5


def can_be_held_out(home: HomeData) -> int:
    """How many people at home like more films than they would pick."""
    return int((np.diff(home.likes.indptr) > FEWEST_PICKS).sum())


def shadow_at_home(
    data: RatingData,
    home: HomeData,
    candidate: Recipe,
    live: Recipe,
    *,
    films: Films,
    seeds: Sequence[int],
    report: Report = silent,
) -> Shadow:
    """Evaluate on everybody who can be held out, once for each seed, in five folds.

    The films of `home` are those of `data`. The same input gives the same figures. Raises
    `ValueError` if nobody can be held out.
    """
    recipes = candidate, live
    known = np.flatnonzero(home.asked_counts > 0)
    quality: list[Floats] = []
    judges: list[Ints] = []
    with threadpool_limits(1, "blas"):  # sums are always added up in one order
        models = fitted(data, recipes)
        for number, (seed, learn, held_out) in enumerate(_folds(home, seeds)):
            report("shadow evaluation at home", number, FOLDS * len(seeds))
            own = home.of_people(learn)
            likes = own.like_counts
            judged = Judged(recipes, _at_home(models, recipes, own), likes, films, among=known)
            found = home_cases(home.of_people(held_out), seed=seed, picks=FEWEST_PICKS)
            if len(found):
                quality.append(judged.quality(found.cases, found.truths, cutoff=CUTOFF))
                judges.append(held_out[found.rows])
    report("shadow evaluation at home", FOLDS * len(seeds), FOLDS * len(seeds))
    people = np.concatenate(judges)
    return Shadow(
        seeds=tuple(seeds),
        cases=len(people),
        people=len(np.unique(people)),
        compared=[compared(FEWEST_PICKS, np.vstack(quality), people)],
    )


def _folds(home: HomeData, seeds: Sequence[int]) -> Iterator[tuple[int, Ints, Ints]]:
    """Seed, rows of the people to learn from, and rows of those held out."""
    for seed in seeds:
        for learn, held_out in folds_of(len(home.people), FOLDS, seed=seed):
            yield seed, learn, held_out


def _at_home(
    models: Sequence[BlendModel], recipes: Sequence[Recipe], home: HomeData
) -> list[BlendModel]:
    """Each recipe's model as it is served at home. What two recipes learn alike is learned once."""
    learned: dict[object, BlendModel] = {}
    found = []
    for model, recipe in zip(models, recipes, strict=True):
        if recipe.home is None:
            found.append(model)
            continue
        learning = recipe.home.learning
        key = recipe.fit, learning
        if key not in learned:
            learned[key] = model.at_home(home, learning, seed=recipe.seed)
        found.append(replace(learned[key], weights=recipe.home.weights))
    return found
