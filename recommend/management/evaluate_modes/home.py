"""`evaluate --home`: how well people at home are served who were not learned from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from common.arrays import Ints
from common.errors import DataError, NotReadyError
from movies.models import Movie
from recommend.lab.data.home import HomeData, read_home_file
from recommend.lab.data.home_database import read_home
from recommend.lab.evaluation.home.comparison import HomeRow, HomeSplit, MeasuredAtHome
from recommend.lab.evaluation.home.scorers import (
    EASE,
    POPULARITY,
    SERVED,
    MovieLens,
    Scorer,
    scorers,
)
from recommend.lab.reports.tables import Section
from recommend.lab.simulation.home import FEWEST_PICKS, folds_of, home_cases
from recommend.lab.training.recipes import plan_of
from recommend.lab.training.train import TrainingPlan
from recommend.management.evaluate_modes.context import Context, Mode
from recommend.management.evaluate_modes.home_run import learned_from, served
from recommend.models import ModelRun

NUMBERS = (0, 50, 200, 1_000, 5_000)  # of people at home to learn from
FOLDS = 5
FEWEST_PEOPLE = 100  # with enough likes to judge a run on, without folds
SEED = 1


def run(context: Context) -> str:
    """The live run, or the one of `--run`, on the people of a file or on those who came since it
    was trained; with too few of these its recipe, in folds over everybody."""
    asked = context.options["home"]
    judged = _run(context)
    data = context.data()
    plan = plan_of(judged)
    movie_ids = np.array(sorted(Movie.objects.values_list("pk", flat=True)), np.int64)
    stored = read_home(movie_ids)
    context.report("the ranking of MovieLens", 0, None)
    movielens = MovieLens(
        plan.blend.fit(data, seed=plan.seed),
        np.searchsorted(movie_ids, data.movie_ids),
        len(movie_ids),
    )
    learned, people = _people(judged, asked, stored, movie_ids)
    if people is None:
        pairs = _folds(stored, context.options["folds"] or FOLDS)
        how = f"its recipe in {len(pairs)} folds over {len(stored.people):,} people at home"
        by_run = None
    else:
        pairs, by_run = [(learned, people)], served(judged, movie_ids)
        how = f"{len(people.people):,} people at home that it has not learned from"
    measured = MeasuredAtHome(_splits(context, plan, movielens, pairs, by_run), seed=SEED)
    rows = list(measured.rows())
    curve = list(_curve(context, plan, movielens, pairs))
    title = f"Run {judged.pk}, {data.name}, {how}"
    context.lines(_section(title, rows).lines())
    context.lines(_curve_section(curve).lines())
    context.save(
        {
            "data": data.name,
            "run": judged.pk,
            "people": how,
            "rows": [asdict(row) for row in rows],
            "curve": [asdict(row) for row in curve],
        }
    )
    context.save_part("home", "\n".join(_section(title, rows).markdown()))
    return f"{title}: {_summary(measured)}"


def _run(context: Context) -> ModelRun:
    number = context.options["run"]
    if number is not None:
        found = ModelRun.objects.filter(pk=number).first()
        if found is None:
            raise DataError(f"there is no model run {number}")
        return found
    live = ModelRun.objects.live()
    if live is None:
        raise NotReadyError(
            "no model run is live; run `manage.py publish_model`, or name one by --run"
        )
    return live


def _people(
    judged: ModelRun, asked: str, stored: HomeData, movie_ids: Ints
) -> tuple[HomeData, HomeData | None]:
    """Those whom the run has learned from, and those to judge it on; None: too few."""
    rows = np.arange(len(stored.people))
    member = learned_from(judged, stored)
    if asked:
        people = read_home_file(Path(asked), movie_ids)
        new = people.of_people(np.flatnonzero(~learned_from(judged, people)))
        if not len(home_cases(new, seed=SEED, picks=1)):
            raise DataError(
                "nobody in it is new to the run and likes two films that are loaded (4 stars or "
                "more)",
                file=asked,
            )
        return stored.of_people(rows[member]), new
    if not len(rows):
        raise DataError(
            "nobody at home is known; name a FILE, or load one with `manage.py load_home_ratings`"
        )
    new = stored.of_people(rows[~member])
    enough = len(home_cases(new, seed=SEED, picks=FEWEST_PICKS)) >= FEWEST_PEOPLE
    return stored.of_people(rows[member]), new if enough and member.any() else None


def _folds(stored: HomeData, folds: int) -> list[tuple[HomeData, HomeData]]:
    if len(stored.people) < folds:
        raise DataError(f"{len(stored.people)} people at home are too few for {folds} folds")
    return [
        (stored.of_people(learn), stored.of_people(held_out))
        for learn, held_out in folds_of(len(stored.people), folds, seed=SEED)
    ]


def _splits(
    context: Context,
    plan: TrainingPlan,
    movielens: MovieLens,
    pairs: Sequence[tuple[HomeData, HomeData]],
    by_run: Scorer | None,
) -> Iterator[HomeSplit]:
    for number, (learn, people) in enumerate(pairs):
        context.report("people at home", number, len(pairs))
        found = scorers(movielens, learn, plan.home, seed=plan.seed, served=by_run)
        yield HomeSplit(people, found, len(learn.people))


def _curve(
    context: Context,
    plan: TrainingPlan,
    movielens: MovieLens,
    pairs: Sequence[tuple[HomeData, HomeData]],
) -> Iterator[HomeRow]:
    """By number of people at home who are learned from, as many as there are."""
    most = min(len(learn.people) for learn, _people in pairs)
    for count in NUMBERS:
        if count > most:
            continue
        context.report(f"learned from {count:,} people at home", 0, None)
        splits = []
        for learn, people in pairs:
            order = np.random.default_rng(SEED).permutation(len(learn.people))
            some = learn.of_people(np.sort(order[:count]))
            splits.append(
                HomeSplit(people, scorers(movielens, some, plan.home, seed=plan.seed), count)
            )
        yield from MeasuredAtHome(splits, seed=SEED).rows()


def _section(title: str, rows: Sequence[HomeRow]) -> Section:
    """NDCG@10 with its interval, by number of picks; then the other measures with 5 picks."""
    picks = sorted({row.picks for row in rows})
    header = ["ranking", *(f"{one} pick{'s' if one > 1 else ''}" for one in picks)]
    cells = []
    for name in dict.fromkeys(row.recommender for row in rows):
        own = {row.picks: row for row in rows if (row.recommender, row.metric) == (name, "ndcg@10")}
        cells.append([name, *(_cell(own.get(one)) for one in picks)])
    return Section(f"NDCG@10 at home: {title}", header, cells)


def _curve_section(curve: Sequence[HomeRow]) -> Section:
    counts = sorted({row.home_people for row in curve})
    header = ["5 picks, NDCG@10 by people learned from", *(f"{one:,}" for one in counts)]
    chosen = {
        (row.recommender, row.home_people): row
        for row in curve
        if (row.metric, row.picks) == ("ndcg@10", 5)
    }
    names = dict.fromkeys(name for name, _count in chosen)
    cells = [[name, *(_cell(chosen.get((name, one))) for one in counts)] for name in names]
    return Section("", header, cells)


def _cell(row: HomeRow | None) -> str:
    return "" if row is None else f"{row.value:.4f} ({row.low:.4f} to {row.high:.4f})"


def _summary(measured: MeasuredAtHome) -> str:
    parts = []
    for name in (POPULARITY, EASE):
        paired = measured.ndcg_against(5, SERVED, name)
        if paired is not None:
            ratio = paired.ratio
            parts.append(f"{ratio.value:.3f} ({ratio.low:.3f} to {ratio.high:.3f}) times {name}")
    return "served, 5 picks, NDCG@10: " + (" and ".join(parts) or "nobody likes six films")


MODE = Mode(
    flag="--home",
    help="how well people at home are served: those of FILE (as of load_home_ratings), or else "
    "those that the run has not learned from",
    run=run,
    uses=frozenset({"run", "folds", "json", "markdown"}),
    arguments={"nargs": "?", "const": "", "metavar": "FILE"},
)
