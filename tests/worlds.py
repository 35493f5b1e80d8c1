"""A tiny invented data set that a model can learn: four genres, four kinds of people."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from recommend.lab.data.ratings import RatingData, rating_data

if TYPE_CHECKING:
    from recommend.models import ModelRun, MovieFactors

GENRES = ("Action", "Comedy", "Drama", "Horror")
FILMS_EACH = 20
USERS = 80


def film_ids(genre: str) -> list[int]:
    """Ids of the films of a genre: 1..20 Action, 21..40 Comedy, and so on."""
    first = GENRES.index(genre) * FILMS_EACH + 1
    return list(range(first, first + FILMS_EACH))


def write_world(folder: Path) -> Path:
    """Write the plain layout: user n likes genre n mod 4; genders and ages alternate."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(7)
    films = ["movie_id,title,year,genres,title_ko"]
    for genre in GENRES:
        films += [
            f"{movie},{genre} film {movie},{1990 + movie % 30},{genre},{genre} 영화 {movie}"
            for movie in film_ids(genre)
        ]
    users = ["user_id,gender,age,occupation"]
    ratings = ["user_id,movie_id,rating"]
    for user in range(1, USERS + 1):
        gender = "F" if user % 8 < 4 else "M"
        age = (20, 27, 40, 60)[(user // 8) % 4]
        users.append(f"{user},{gender},{age},invented")
        favourite = GENRES[user % 4]
        loved = rng.choice(film_ids(favourite), 17, replace=False)
        others = rng.choice(
            [film for genre in GENRES if genre != favourite for film in film_ids(genre)],
            6,
            replace=False,
        )
        ratings += [f"{user},{film},{rng.choice([4.0, 4.5, 5.0])}" for film in sorted(loved)]
        ratings += [f"{user},{film},{rng.choice([1.0, 2.0, 3.0])}" for film in sorted(others)]
    for name, lines in (("movie", films), ("user", users), ("rating", ratings)):
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def build_world(folder: Path) -> None:
    """Load the invented data set, the reference data and some availability.

    Without memberships that include Netflix: its cheapest product is the ad tier, 7,000 won.
    """
    import pandas as pd

    from movies.models import Product
    from movies.services.availability import load_availability
    from ottstats.services.reference import load_reference_data
    from recommend.services.data_sets import load_movielens

    load_reference_data()
    Product.objects.filter(slug__startswith="naver_plus").delete()
    load_movielens(source=str(write_world(folder / "world")))
    rows = [(movie, "netflix", movie % 2 == 0) for movie in film_ids("Action") + film_ids("Comedy")]
    rows += [(movie, "watcha", movie % 4 == 0) for movie in film_ids("Action")]
    frame = pd.DataFrame(rows, columns=["movie_id", "platform", "available"])
    frame["available"] = frame["available"].map({True: "true", False: "false"})
    path = folder / "availability.csv"
    frame.assign(source="test", checked_on="2026-01-02").to_csv(path, index=False)
    load_availability(path=path)


def build_sample() -> None:
    """Load the reference data and the bundled sample."""
    from common.models import SAMPLE
    from ottstats.services.reference import load_reference_data
    from recommend.services.data_sets import load_movielens

    load_reference_data()
    load_movielens(source=SAMPLE)


def build_model(folder: Path, *, stars: str = "") -> None:
    """Train on the data set in use, predict, load the predictions and publish.

    `stars`: the algorithm that predicts them, if not the usual one.
    """
    from recommend.lab.training.train import TrainingPlan, predict_ratings, train_model
    from recommend.services.model_runs import load_predictions, publish_run

    run = train_model(plan=TrainingPlan(rating_algorithm=stars))
    path = folder / "predictions.parquet"
    predict_ratings(run=run, output=path)
    load_predictions(path=path, run=run)
    publish_run(run=run)


def bare_run(**fields: Any) -> ModelRun:
    """A stored model run without vectors or predictions; `fields` in place of its own values."""
    from recommend.models import ModelRun
    from recommend.scoring.calibration import Calibration
    from recommend.scoring.weights import FACTORS

    values: dict[str, Any] = {
        "data_name": "invented",
        "data_digest": "0" * 64,
        "seed": 1,
        "parameters": {"rating_algorithm": "SVD", "als": {}, "encoder": {}},
        "gram": np.eye(FACTORS).tobytes(),
        "group_tastes": np.zeros((3, 8, FACTORS)).tobytes(),
        "answer_groups": np.zeros((3, 8, FACTORS)).tobytes(),
        "confidence": 20,
        "regularization": 10,
        "calibration": asdict(Calibration((0, 0.5, 0, 0, 0, 0))),
    }
    return ModelRun.objects.create(**values | fields)


def add_factors(run: ModelRun, *, movie: int) -> MovieFactors:
    """A film's vectors in the run, all of them ones."""
    from recommend.models import MovieFactors
    from recommend.scoring.weights import FACTORS

    ones = np.ones(FACTORS)
    return MovieFactors.objects.create(
        run=run, movie_id=movie, factors=ones, encoder=ones, decoder=ones, bias=0, log_ratings=0
    )


def world_data(folder: Path) -> RatingData:
    """The tiny invented world in `folder`, without the database."""
    write_world(folder)
    ratings = pd.read_csv(folder / "rating.csv").rename(columns={"user_id": "ml_user_id"})
    people = pd.read_csv(folder / "user.csv").rename(columns={"user_id": "ml_user_id"})
    people["gender"] = people["gender"].map({"F": "female", "M": "male"})
    people["age_band"] = people["age"].map({20: 18, 27: 25, 40: 35, 60: 56})
    return rating_data(ratings, people, name="world", digest="")


def make_recipe_quick(run: ModelRun) -> None:
    """Change the recipe so that training takes little time. Saves nothing."""
    quick = run.parameters["encoder"] | {"passes": 1, "fewest_steps": 5}
    run.parameters = run.parameters | {"encoder": quick, "rating_algorithm": "BaselineOnly"}
