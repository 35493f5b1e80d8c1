"""`python -m benchmarks.watchlog [ROWS]`: how long a service's log takes to load, by phase.

Uses a temporary database beside the one in use. The log is invented with a fixed seed: 6,000 people
with gender and age, and 3,000 films, every tenth of which begins a series of three. A few films
have many viewers, and a few people watch a lot. Most viewings are complete, many are soon
abandoned, some are spread over two evenings or repeated. `--keep FILE` writes the log to that file;
`--train` also trains on it, which measures the ranking on held-out people.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
from django.conf import settings

from benchmarks.databases import scratch_database
from benchmarks.measuring import arguments_of, timed
from common.arrays import Ints, Strings
from common.models import DataLoad
from movies.models import Movie
from movies.titles.index import refresh_titles
from movies.titles.series_of_films import refresh_series
from recommend.lab.training.train import TrainingPlan, train_model
from recommend.services.watchlog import load_watchlog, reapply_signal
from recommend.watchlog.file import read_watchlog
from recommend.watchlog.signal import SignalWeights

DATABASE = "bench_ottwin_watchlog"
FILMS, PEOPLE, TASTES = 3_000, 6_000, 8
LIMIT_SECONDS = 60
FIRST_DAY = np.datetime64("2025-01-01T00:00:00")


def invented_log(rows: int, *, seed: int = 1) -> pd.DataFrame:
    """About `rows` viewings; people tend to watch films that match their taste."""
    rng = np.random.default_rng(seed)
    person, film = _pairs(rng, rows)
    likes = (person % TASTES == film % TASTES) | (rng.random(len(person)) < 0.4)
    share = np.where(likes, rng.beta(12, 1, len(person)), rng.beta(0.6, 3, len(person)))
    again = likes & (rng.random(len(person)) < 0.06)
    first_half = rng.random(len(person)) < 0.15
    duration = rng.integers(4_500, 9_000, FILMS)[film]
    parts = [
        (person, film, np.where(first_half, share / 2, share), 0),
        (person[first_half], film[first_half], share[first_half] / 2, 1),
        (person[again], film[again], rng.beta(12, 1, again.sum()), 30),
    ]
    lengths = [duration, duration[first_half], duration[again]]
    day = rng.integers(0, 300, len(person))
    days = [day, day[first_half], day[again]]
    genders, ages = rng.choice(["F", "M", ""], PEOPLE), rng.integers(14, 75, PEOPLE).astype(str)
    frames = [
        pd.DataFrame(
            {
                "user_id": np.char.add("member-", who.astype(str)),
                "movie_id": what + 1,
                "watched_seconds": np.round(part * length).astype(np.int64),
                "duration_seconds": length,
                "watched_at": _times(rng, first + later),
                "gender": genders[who],
                "age": ages[who],
            }
        )
        for (who, what, part, later), length, first in zip(parts, lengths, days, strict=True)
    ]
    return pd.concat(frames, ignore_index=True).drop_duplicates(
        ["user_id", "movie_id", "watched_at"]
    )


def _pairs(rng: np.random.Generator, rows: int) -> tuple[Ints, Ints]:
    """Distinct pairs, drawn by how much a person watches and how well known a film is."""
    activity = rng.lognormal(0, 1.1, PEOPLE)
    popularity = 1 / np.arange(20, FILMS + 20) ** 0.9
    found = np.empty(0, dtype=np.int64)
    while len(found) < 0.84 * rows:  # second parts and repeats are added later
        who = rng.choice(PEOPLE, rows, p=activity / activity.sum())
        what = rng.choice(FILMS, rows, p=popularity / popularity.sum())
        found = np.unique(np.r_[found, who * FILMS + what])
    found = rng.permutation(found)[: int(0.84 * rows)]
    return np.divmod(found, FILMS)


def _times(rng: np.random.Generator, days: Ints) -> Strings:
    seconds = days * 86_400 + rng.integers(0, 86_400, len(days))
    return np.char.add(np.datetime_as_string(FIRST_DAY + seconds), "+09:00")


def create_films() -> None:
    Movie.objects.bulk_create(
        Movie(
            movie_id=number,
            title=f"Invented film {number - part}{('', ' 2', ' 3')[part]}"
            if (part := number % 10) < 3
            else f"Invented film {number}",
            year=1990 + number % 30,
        )
        for number in range(1, FILMS + 1)
    )
    refresh_titles()
    refresh_series()
    DataLoad.objects.create(
        kind=DataLoad.Kind.MOVIELENS,
        name="invented films",
        digest="0" * 64,
        id_space="plain",
        counts={"movies": FILMS, "users": 0, "ratings": 0},
        seconds=0,
    )


class Phases:
    """Prints each phase with its seconds when the next one begins; `end` prints the last one."""

    def __init__(self) -> None:
        self.name, self.started = "", perf_counter()

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        if self.name:
            print(f"  {self.name:<40}{perf_counter() - self.started:>6.1f} s", flush=True)
        self.name, self.started = stage, perf_counter()

    def end(self) -> None:
        self("", 0, None)


def main() -> None:
    parser = arguments_of(__doc__)
    parser.add_argument("rows", type=int, nargs="?", default=1_000_000)
    parser.add_argument("--keep", type=Path, help="write the invented log to this CSV file")
    parser.add_argument("--train", action="store_true", help="train a model on the log too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, scratch_database(DATABASE):
        create_films()
        path = options.keep or Path(folder) / "log.csv"
        frame = invented_log(options.rows)
        table = pa.Table.from_pandas(frame, preserve_index=False)
        pa.csv.write_csv(table, path, pa.csv.WriteOptions(quoting_style="needed"))
        size = path.stat().st_size / 2**20
        print(f"{len(frame):,} viewings of {frame['user_id'].nunique():,} people, {size:.0f} MB")
        taken, _ = timed(lambda: read_watchlog(path, films=range(1, FILMS + 1)))
        print(f"Reading and checking alone: {taken / 1000:.1f} s")
        processor, phases = process_time(), Phases()
        taken, loaded = timed(lambda: load_watchlog(path=path, report=phases))
        phases.end()
        print(
            f"Loaded in {taken / 1000:.1f} s ({process_time() - processor:.1f} s of this process; "
            f"the limit is {LIMIT_SECONDS} s): {loaded.ratings:,} ratings, "
            f"{loaded.liked / loaded.ratings:.0%} likes"
        )
        taken, _ = timed(lambda: reapply_signal(weights=SignalWeights(repeat=0.1)))
        print(f"New ratings with other weights: {taken / 1000:.1f} s")
        if options.train:
            train(Path(folder))


def train(folder: Path) -> None:
    """Train on the log; the survey simulation measures the model on held-out people."""
    settings.MODEL_DIR, phases = folder, Phases()
    taken, run = timed(lambda: train_model(plan=TrainingPlan(), report=phases))
    phases.end()
    metrics = run.metrics
    print(
        f"Trained in {taken / 1000:.0f} s: NDCG@50 {metrics['blend_ndcg_at_50']:.3f} "
        f"for {metrics['cases']} held-out people, popularity "
        f"{metrics['popularity_ndcg_at_50']:.3f}; RMSE {metrics['rmse']:.3f}"
    )


if __name__ == "__main__":
    main()
