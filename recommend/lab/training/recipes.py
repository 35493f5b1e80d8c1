"""The recipe of a stored run: what it takes to train it again, and how it is served.

The parameters are those that it was trained with, the weights those that it has now: staff may
have changed them since.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, TypeVar

from common.errors import DataError
from movies.models import Movie
from recommend.lab.data.database import database
from recommend.lab.data.ratings import RatingData
from recommend.lab.evaluation.served_lists import Films
from recommend.lab.evaluation.shadow.recipe import HomeRecipe, Recipe
from recommend.lab.recommenders.als_factors import AlsParameters
from recommend.lab.recommenders.at_home import HomeLearning
from recommend.lab.recommenders.blend import Blend
from recommend.lab.recommenders.encoder import SurveyEncoder
from recommend.lab.training.train import TrainingPlan
from recommend.models import ModelRun
from recommend.scoring.weights import Weights

Part = TypeVar("Part", AlsParameters, SurveyEncoder, HomeLearning)


def recipe_of(run: ModelRun) -> Recipe:
    """What a shadow evaluation needs of the run, which learns from people at home only if the run
    has done so. Raises `DataError` as `plan_of` does."""
    plan = plan_of(run)
    home = HomeRecipe(plan.home, run.weights) if "home" in run.parameters else None
    return Recipe(plan.blend, plan.seed, run.variety, home)


def read_films(data: RatingData) -> Films:
    """The features by which the lists of these films are varied."""
    rows = Movie.objects.using(database()).values_list("movie_id", "genres", "series")
    known = {movie_id: (genres, series) for movie_id, genres, series in rows.iterator()}
    found = [known.get(movie_id, ([], "")) for movie_id in data.movie_ids.tolist()]
    return Films([genres for genres, _series in found], [series for _genres, series in found])


def plan_of(run: ModelRun) -> TrainingPlan:
    """The run's parameters, and its current weights; those from before it learned at home, unless
    staff have changed them since.

    Raises `DataError` for parameters that are not known (any more) or out of their range.
    """
    stored = run.parameters
    return TrainingPlan(
        seed=run.seed,
        rating_algorithm=stored["rating_algorithm"],
        blend=Blend(
            als=_part(run, AlsParameters(), stored["als"]),
            encoder=_part(run, SurveyEncoder(), stored["encoder"]),
            weights=_trained_weights(run),
        ),
        home=_part(run, HomeLearning(), stored.get("home", {})),
    )


def _trained_weights(run: ModelRun) -> Weights:
    fitted = run.parameters.get("weights")
    if fitted and Weights.read(fitted["home"]) == run.weights:
        return Weights.read(fitted["movielens"])
    return run.weights


def _part(run: ModelRun, default: Part, stored: Mapping[str, Any]) -> Part:
    known = {field.name for field in fields(default)}
    if unknown := sorted(set(stored) - known):
        raise DataError(
            f"run {run.pk} was trained with parameters that are not known here: "
            f"{', '.join(unknown)}; train a new run in its place"
        )
    try:
        return replace(default, **stored)
    except (TypeError, ValueError) as error:
        raise DataError(f"run {run.pk} has parameters out of their range: {error}") from error
