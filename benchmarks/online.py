"""`python -m benchmarks.online DATA_FOLDER [--people N] [--seed S]`: do both rankings agree?

Compares the served ranking with the evaluated one. Loads MovieLens 1M without the people that the
split of the seed holds out into a separate database, trains and publishes, as an operator does.
Then the held-out people answer through `POST /api/recommendations/` with the picks of the survey
simulation, and their films are compared with the offline lists of the same split, which read only
the names of series from the database. The order may differ only among films with equal scores, at
the precision of the database's vectors (float32).
"""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from django.conf import settings
from django.test import Client

from benchmarks.databases import recommended, scratch_database
from benchmarks.measuring import arguments_of, timed
from common.arrays import Ints
from movies.models import Movie
from ottstats.services.reference import load_reference_data
from recommend.lab.data.cases import ranked_lists
from recommend.lab.data.ratings import RatingData
from recommend.lab.data.release import read_release
from recommend.lab.evaluation.served_lists import Films, ServedLists
from recommend.lab.recommenders.blend import Blend, BlendModel
from recommend.lab.simulation import metrics
from recommend.lab.simulation.survey import Simulation, hits, simulate_survey
from recommend.lab.training.train import (
    PREDICTIONS_EACH,
    TrainingPlan,
    predict_ratings,
    train_model,
)
from recommend.models import ModelRun
from recommend.services.data_sets import load_movielens
from recommend.services.model_runs import load_predictions, publish_run

DATABASE = "bench_ottwin_online"
YOUNGEST = 17  # the age that people in the band under 18 give in the survey
EQUAL = 1e-4  # scores are around 10, from float32 vectors of 64 numbers


def reduced_release(source: Path, folder: Path, held_out: Sequence[int]) -> Path:
    """The release in `folder` without these people and their ratings."""
    with zipfile.ZipFile(source) as archive:
        archive.extractall(folder)
    (release,) = folder.iterdir()
    left_out = {str(one).encode() for one in held_out}
    for name in ("ratings.dat", "users.dat"):
        lines = (release / name).read_bytes().splitlines(keepends=True)
        kept = [line for line in lines if line.split(b"::", 1)[0] not in left_out]
        (release / name).write_bytes(b"".join(kept))
    return release


def published(release: Path, seed: int, folder: Path) -> ModelRun:
    """Train and publish, with the fastest star model: stars do not affect this ranking."""
    load_reference_data()
    load_movielens(source=str(release))
    # Unrated films are recommended by content; the offline lists have only rated films.
    Movie.objects.filter(rating_count=0).delete()
    run = train_model(plan=TrainingPlan(seed=seed, rating_algorithm="BaselineOnly"))
    path = folder / "predictions.parquet"
    predict_ratings(run=run, output=path, size=PREDICTIONS_EACH)
    load_predictions(path=path, run=run)
    publish_run(run=run)
    return run


def served(simulation: Simulation, movie_ids: Ints) -> Ints:
    """The columns (n, 50) of the films that the API recommends."""
    client, cases, tops = Client(), simulation.cases, []
    for gender, band, picks in zip(cases.genders, cases.age_bands, cases.picks, strict=True):
        answers = {
            "gender": str(gender) or None,
            "age": max(int(band), YOUNGEST) if band else None,
            "liked": movie_ids[picks].tolist(),
        }
        films = [film["movie_id"] for film in recommended(client, answers)["movies"]]
        tops.append(np.searchsorted(movie_ids, films))
    return np.array(tops)


def offline(data: RatingData, run: ModelRun, simulation: Simulation, seed: int
            ) -> tuple[Ints, BlendModel]:  # fmt: skip
    """The same columns from the files of the release, and the model that ranks them."""
    model = Blend(weights=run.weights).fit(data, seed=seed)
    series = dict(Movie.objects.values_list("movie_id", "series"))
    if data.content is None:
        raise SystemExit("the release has no genres of its films")
    names = [series[movie] for movie in data.movie_ids.tolist()]
    lists = ServedLists(model, Films(data.content.genres, names), simulation.cases)
    tops = [
        lists.of(model.of_cases(block), block, run.variety) for block in simulation.cases.blocks()
    ]
    return np.vstack(tops), model


def main() -> None:
    parser = arguments_of(__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--seed", type=int, default=21)
    options = parser.parse_args()
    everybody = read_release(options.data / "ml-1m.zip")
    split = simulate_survey(everybody, seed=options.seed)
    held_out = np.setdiff1d(everybody.user_ids, split.train.user_ids)
    with tempfile.TemporaryDirectory() as name, scratch_database(DATABASE):
        folder = Path(name)
        settings.MODEL_DIR = folder / "models"
        settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
        settings.SECURE_SSL_REDIRECT = False
        release = reduced_release(options.data / "ml-1m.zip", folder / "release", held_out)
        taken, run = timed(lambda: published(release, options.seed, folder))
        print(f"Loaded, trained and published in {taken / 1000:.0f} s")
        data = read_release(release)
        simulation = _renumbered(split, everybody, data).at(np.arange(options.people))
        milliseconds, online = timed(lambda: served(simulation, data.movie_ids))
        listed, model = offline(data, run, simulation, options.seed)
        shutil.rmtree(folder / "release")
    _print(simulation, online, listed, model)
    print(f"  time of an answer: {milliseconds / len(online):.0f} ms")


def _renumbered(split: Simulation, everybody: RatingData, data: RatingData) -> Simulation:
    """The cases with the columns of `data`, which lacks films that only held-out people rated."""
    cases = split.cases
    picks = [np.searchsorted(data.movie_ids, everybody.movie_ids[one]) for one in cases.picks]
    known = np.isin(everybody.movie_ids, data.movie_ids)
    truths = [
        np.searchsorted(data.movie_ids, everybody.movie_ids[one[known[one]]])
        for one in split.truths
    ]
    return Simulation(data, type(cases)(cases.genders, cases.age_bands, picks), truths,
                      split.user_ids)  # fmt: skip


def _print(simulation: Simulation, online: Ints, listed: Ints, model: BlendModel) -> None:
    scores = np.vstack([model.of_cases(block) for block in simulation.cases.blocks()])
    same = (online == listed).all(axis=1)
    sets = [set(a) == set(b) for a, b in zip(online.tolist(), listed.tolist(), strict=True)]
    apart = np.take_along_axis(scores, online, 1) - np.take_along_axis(scores, listed, 1)
    equal = (np.abs(apart) <= EQUAL).all(axis=1)
    sizes = np.array([len(truth) for truth in simulation.truths])
    likes = np.asarray(model.train.liked.sum(axis=0), np.float64)
    popular = ranked_lists(
        lambda block: np.tile(likes, (len(block), 1)), simulation.cases, online.shape[1]
    )
    quality = [
        float(metrics.ndcg(hits(top, simulation.truths), sizes).mean())
        for top in (online, listed, popular)
    ]
    print(f"{len(same)} held-out people through the API")
    print(f"  the same 50 films in the same order: {same.sum()}")
    print(f"  the same 50 films:                   {sum(sets)}")
    print(f"  different only among equal scores:   {equal.sum()}")
    print(
        f"  NDCG@50: online {quality[0]:.4f}, offline {quality[1]:.4f}, popularity "
        f"{quality[2]:.4f}; online / popularity {quality[0] / quality[2]:.3f}"
    )


if __name__ == "__main__":
    main()
