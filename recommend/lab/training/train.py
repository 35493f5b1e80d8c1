"""Training as one intention: fit, measure, and store a model run in state `ready`.

Rows go to the database in one transaction. The fitted model of the stars, which only
`predict_ratings` needs, and the content map, which places new films, are files (`stored_models`).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any

import pandas as pd
from django.db import connection

from common.commands.progress import Report, silent
from common.errors import DataError
from common.loading import copy_frame, exclusive_load
from common.selectors import data_set_in_use
from recommend.lab.calibration.fit import fit_chances
from recommend.lab.data.cases import ranked_lists
from recommend.lab.data.database import read_availability, read_observed_ratings, read_unrated
from recommend.lab.data.home_database import read_home
from recommend.lab.data.ratings import RatingData
from recommend.lab.evaluation.picks_curve import picks_curve
from recommend.lab.recommenders import formulas
from recommend.lab.recommenders.at_home import HomeLearning
from recommend.lab.recommenders.blend import Blend, BlendModel
from recommend.lab.recommenders.content_map import ContentMap
from recommend.lab.simulation import survey
from recommend.lab.stars.algorithms import (
    USERS_PER_BLOCK,
    StarModel,
    fit_stars,
    held_out_error,
    top_unseen,
    usual_algorithm,
)
from recommend.lab.stars.surprise import TooMuchAlikeError
from recommend.lab.training.at_home import Learned, learn_at_home
from recommend.lab.training.genre_model.fit import FittedGenres
from recommend.lab.training.genre_model.store import store_genres, train_genres
from recommend.lab.training.home_people import store_people
from recommend.lab.training.new_films import write_map
from recommend.lab.training.stored_models import model_path, read_model, write_model
from recommend.lab.training.vectors import (
    content_map,
    film_frame,
    padded,
    stored_films,
    survey_frame,
    taste_frame,
)
from recommend.models import ModelRun
from recommend.scoring.calibration import Calibration
from recommend.scoring.fold_in import gram_matrix
from recommend.scoring.star_algorithms import SVD
from recommend.scoring.weights import LIST_SIZE

PREDICTIONS_EACH = 200
FEWEST_RATINGS = 2  # one to fit on, and one to measure the error
# The fit on MovieLens 1M, for data sets that are too small for one of their own.
DEFAULT_CALIBRATION = Calibration(
    (-19.436941, -2.23573, 3.716443, -0.10772, 0.245041, -0.14448), spread=0.2
)


@dataclass(frozen=True)
class TrainingPlan:
    """What to train and how."""

    seed: int = 1
    rating_algorithm: str = ""  # "": the usual one for data of this size
    blend: Blend = Blend()
    home: HomeLearning = HomeLearning()


@dataclass(frozen=True)
class Fitted:
    """What training computed of the data set and of people at home."""

    blend: BlendModel
    stars: StarModel
    content: ContentMap | None
    learned: Learned
    genres: tuple[FittedGenres, dict[str, Any]] | None


def train_model(*, plan: TrainingPlan, report: Report = silent) -> ModelRun:
    """Fit stars and taste vectors on the data set in use; returns the stored run.

    Raises `DataError` if no data set is loaded, if it has hardly any ratings, or if another one
    was loaded meanwhile.
    """
    started = perf_counter()
    data = read_observed_ratings()
    plan, stars, errors = _fit_stars(data, plan, report)
    measured, calibration = _measure(data, plan, report)
    metrics = errors | measured
    report("the ranking (ALS, encoder of answers)", 0, None)
    blend = plan.blend.fit(data, seed=plan.seed)
    report("films that nobody has rated", 0, None)
    content = content_map(data, blend, seed=plan.seed)
    films = stored_films(data, blend, content, read_unrated(data.movie_ids))
    at_first = Learned.from_movielens(films, blend, calibration)
    home = read_home(films.movie_ids)
    learned = learn_at_home(at_first, blend, home, plan.home, seed=plan.seed, report=report)
    metrics |= learned.metrics
    genres = _genres(report)
    metrics["training_seconds"] = round(perf_counter() - started, 1)
    run = ModelRun(
        data_name=data.name,
        data_digest=data.digest,
        seed=plan.seed,
        parameters={
            "rating_algorithm": plan.rating_algorithm,
            "rating_parameters": stars.parameters,
            "als": asdict(plan.blend.als),
            "encoder": asdict(plan.blend.encoder),
            **_home_parameters(plan, learned),
        },
        metrics=metrics,
        gram=gram_matrix(padded(blend.tastes.movies)).tobytes(),
        group_tastes=padded(blend.group_tastes).tobytes(),
        answer_groups=learned.groups.tobytes(),
        confidence=plan.blend.als.fold_in_confidence,
        regularization=plan.blend.als.regularization,
        calibration=asdict(learned.calibration),
        **learned.weights.stored(),
    )
    _store(run, data, Fitted(blend, stars, content, learned, genres), report)
    return run


def _genres(report: Report) -> tuple[FittedGenres, dict[str, Any]] | None:
    """The genre model with its figures; None if no film has a genre and words."""
    try:
        return train_genres(report=report)
    except DataError as error:
        report(f"no genre model: {error}", 0, None)
        return None


def _home_parameters(plan: TrainingPlan, learned: Learned) -> dict[str, Any]:
    """How home was learned from, if it was, and the weights before (`recipes.plan_of`)."""
    if not learned.people.keys:
        return {}
    return {
        "home": asdict(plan.home),
        "weights": {"movielens": plan.blend.weights.stored(), "home": learned.weights.stored()},
    }


def _fit_stars(
    data: RatingData, plan: TrainingPlan, report: Report
) -> tuple[TrainingPlan, StarModel, dict[str, Any]]:
    """The plan with its algorithm, the fitted stars and their held-out errors.

    If the plan names no algorithm and the usual one cannot be fitted, because the ratings are too
    few or too much alike, SVD is taken, which always can. Raises `DataError` for a single rating.
    """
    if len(data.ratings) < FEWEST_RATINGS:
        raise DataError(
            f"{data.name} has fewer than {FEWEST_RATINGS} ratings; load more of them with "
            "`manage.py load_movielens SOURCE`"
        )
    asked = plan.rating_algorithm
    algorithm = asked or usual_algorithm(data)
    report("held-out error of the stars", 0, None)
    try:
        errors = held_out_error(data, algorithm=algorithm, seed=plan.seed)
        report(f"stars ({algorithm})", 0, None)
        stars = fit_stars(data, algorithm=algorithm, seed=plan.seed)
    except TooMuchAlikeError:
        if asked:
            raise
        report(
            f"{algorithm} needs more ratings, or ones that differ more; {SVD} in its place", 0, None
        )
        return _fit_stars(data, replace(plan, rating_algorithm=SVD), report)
    return replace(plan, rating_algorithm=algorithm), stars, errors


def _measure(
    data: RatingData, plan: TrainingPlan, report: Report
) -> tuple[dict[str, Any], Calibration]:
    """Quality of the blend, and P(like)."""
    report("survey simulation", 0, None)
    try:
        simulation = survey.simulate_survey(data, seed=plan.seed)
    except DataError as error:
        return {"survey_simulation": str(error)}, DEFAULT_CALIBRATION
    train, cases = simulation.train, simulation.cases
    model = plan.blend.fit(train, seed=plan.seed)
    report("chances of being liked", 0, None)
    calibration = fit_chances(
        simulation,
        model.answers.of_cases,
        ratings=data.rating_counts,
        availability=read_availability(data.movie_ids),
        seed=plan.seed,
    )
    top = ranked_lists(model.of_cases, cases, LIST_SIZE)
    popular = ranked_lists(lambda block: formulas.popularity(train, block), cases, LIST_SIZE)
    recall, ndcg = survey.recall_and_ndcg(top, simulation.truths)
    metrics = {
        "cases": len(cases),
        "blend_recall_at_50": recall,
        "blend_ndcg_at_50": ndcg,
        "popularity_ndcg_at_50": survey.recall_and_ndcg(popular, simulation.truths)[1],
        **_more_picks(simulation, model, plan.seed, report),
    }
    return metrics, calibration


def _more_picks(
    simulation: survey.Simulation, model: BlendModel, seed: int, report: Report
) -> dict[str, Any]:
    """NDCG@50 of the blend by number of picks; nothing if too few people have enough likes."""
    report("what more picks bring", 0, None)
    curve = picks_curve(simulation, model, seed=seed)
    if curve is None:
        return {}
    return {
        "picks_curve": {str(picks): ndcg for picks, ndcg in curve.blend.items()},
        "picks_curve_cases": curve.cases,
        "picks_curve_popularity": curve.popularity,
    }


def _store(run: ModelRun, data: RatingData, fitted: Fitted, report: Report) -> None:
    """The run, its vectors, the films for its survey, and its files.

    1. Under the load lock, check that the data set is still the one that was trained on.
    2. Write the rows.
    3. Write the files, still inside the transaction: a failure of either leaves neither a run
       without files nor a half-written file.
    """
    report("vectors into the database", 0, None)
    with exclusive_load() as cursor:
        current = data_set_in_use()
        if current is None or current.digest != data.digest:
            raise DataError(
                f"another data set took the place of {data.name} while it was trained on; "
                "run `manage.py train_model` again"
            )
        run.save(force_insert=True)
        copy_frame(cursor, "recommend_tastevector", taste_frame(run.pk, data, fitted.blend))
        learned = fitted.learned
        copy_frame(cursor, "recommend_moviefactors", film_frame(run.pk, learned.films))
        copy_frame(
            cursor, "recommend_surveyfilm", survey_frame(run.pk, learned.films, learned.likes)
        )
        write_model(model_path(run.pk), run, fitted.stars)
        if fitted.content is not None:
            write_map(run, fitted.content)
        store_people(cursor, run.pk, learned.people)
        if fitted.genres is not None:
            store_genres(run=run, fitted=fitted.genres[0], metrics=fitted.genres[1])
    with connection.cursor() as cursor:
        cursor.execute(
            "ANALYZE recommend_tastevector, recommend_moviefactors, recommend_surveyfilm, "
            "recommend_hometaste, recommend_homemember"
        )


def predict_ratings(
    *, run: ModelRun, output: Path, size: int = PREDICTIONS_EACH, report: Report = silent
) -> int:
    """Write the `size` best unseen films of every user to a CSV or Parquet file; returns rows.

    Raises `DataError` if the run's file is missing or the data set in use is another one.
    """
    if output.suffix not in (".csv", ".parquet"):
        raise DataError("the name must end in .csv or .parquet", file=str(output))
    path = model_path(run.pk)
    if not path.is_file():
        raise DataError(
            f"the fitted model of run {run.pk} is not on this machine; predict where it was "
            "trained, or run `manage.py train_model` here",
            file=str(path),
        )
    data = read_observed_ratings()
    if data.digest != run.data_digest:
        raise DataError(f"run {run.pk} was trained on {run.data_name}, but {data.name} is in use")
    stars: StarModel = read_model(path, run)
    frames = []
    for block, frame in enumerate(top_unseen(stars, data, size=size)):
        report("predicting", block * USERS_PER_BLOCK, len(data.user_ids))
        frames.append(frame)
    predictions = pd.concat(frames, ignore_index=True)
    output.parent.mkdir(parents=True, exist_ok=True)
    partial = output.with_name(output.name + ".partial")
    if output.suffix == ".csv":
        predictions.to_csv(partial, index=False, float_format="%.4f")
    else:
        predictions.to_parquet(partial, index=False)
    partial.replace(output)
    return len(predictions)
