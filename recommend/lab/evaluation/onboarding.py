"""Which films should the survey show? Judged by the lists that the answers lead to. Pure.

Held-out people are shown screens of 24 films by several strategies, one screen after another, and
pick those that they like. To have one truth for all strategies, half of what each person likes is
set aside: those films may be shown but are not picked, as if the person had not seen them yet; how
well the lists find them is measured (NDCG@50 of the served ranking, picks left out). Any other film
that a person has rated counts as recognised. Nothing is known of what people in Korea recognise, so
that part of the survey's choice (`recommend.ranking.poster_screen`) is left out here.

    popularity   most likes first
    random       in random order
    entropy      of the stars of those who have rated the film
    pop-entropy  ln(ratings) times entropy (A. Rashid et al., "Getting to know you: learning new
                 user preferences in recommender systems", IUI 2002)
    survey, not adaptive   what respondents are shown, whatever they pick
    survey       what respondents are shown: later screens adapted to their picks
    survey, no quotas   the same without quotas of newer films and of every kind of taste

All choose among the candidates of the survey, the 600 films with the most likes. Of the last two it
is also measured how good the list is after the first 3, 5 and 10 taps, in the order of the films.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from common.arrays import Floats, Ints
from common.commands.progress import Report, silent
from recommend.lab.data.cases import ranked_lists
from recommend.lab.data.ratings import RatingData
from recommend.lab.data.survey_films import survey_films
from recommend.lab.recommenders.blend import Blend, BlendModel
from recommend.lab.simulation.bootstrap import Paired, resampled_means
from recommend.lab.simulation.survey import Simulation, ndcg_of, simulate_survey
from recommend.scoring.next_screen import Candidates, next_screen
from recommend.scoring.screen_quotas import Quotas, quotas_of
from recommend.scoring.weights import LIST_SIZE

SCREEN = 24
SCREENS = 3
MOST_CASES = 1000  # of a split
BASELINE = "popularity"
SURVEY, NO_QUOTAS = "survey", "survey, no quotas"
TAPS = (3, 5, 10)
Show = Callable[[Sequence[int], Sequence[int]], list[int]]
"""The next films (columns), from those picked and those shown before."""


@dataclass(frozen=True)
class Shown:
    """One strategy after `films` films: means over people, NDCG compared with popularity's.

    With `taps` (else 0) after the first so many taps, compared with the survey without quotas.
    """

    strategy: str
    films: int
    taps: int
    recognised: float
    picked: float
    ndcg: float
    against: Paired


@dataclass(frozen=True)
class SurveyedPerson:
    """Columns. `pickable`: the half of their likes that may be picked; `truth`: the other half,
    which is treated as not yet `seen`."""

    pickable: frozenset[int]
    seen: frozenset[int]
    truth: Ints


def evaluate_onboarding(
    data: RatingData,
    *,
    series: Sequence[str],
    seeds: Sequence[int],
    blend: Blend,
    report: Report = silent,
) -> list[Shown]:
    """All strategies after 24, 48 and 72 films; `series` of the films, by column."""
    splits = [_split(data, series, seed, blend, report) for seed in seeds]
    people = np.concatenate([of_split for of_split, _found in splits])
    rows = []
    for strategy, screen, taps in splits[0][1]:
        own, base = (
            np.vstack([found[name, screen, taps] for _people, found in splits])
            for name in (strategy, NO_QUOTAS if taps else BASELINE)
        )
        means = resampled_means(np.column_stack([own[:, 2], base[:, 2]]), people, seed=1)
        rows.append(
            Shown(
                strategy=strategy,
                films=screen * SCREEN,
                taps=taps,
                recognised=float(own[:, 0].mean()),
                picked=float(own[:, 1].mean()),
                ndcg=float(own[:, 2].mean()),
                against=means.against(0, 1),
            )
        )
    return rows


def _split(
    data: RatingData, series: Sequence[str], seed: int, blend: Blend, report: Report
) -> tuple[Ints, dict[tuple[str, int, int], Floats]]:
    """The people asked, and by strategy, screen and taps (c, 3): recognised, picked and NDCG@50."""
    simulation = simulate_survey(data, seed=seed).first(MOST_CASES)
    report(f"seed {seed}: fitting", 0, None)
    model = blend.fit(simulation.train, seed=seed)
    rng = np.random.default_rng(seed)
    people = [person_of(data, simulation, row, rng) for row in range(len(simulation.cases))]
    found = {}
    for name, show in strategies(simulation.train, model, series, seed=seed).items():
        report(f"seed {seed}: {name}", 0, None)
        for screen, (shown, picks) in enumerate(answered(people, show), start=1):
            pairs = zip(people, shown, strict=True)
            recognised = [len(one.seen & {*films}) for one, films in pairs]
            ndcg = _quality(simulation, model, people, picks)
            found[name, screen, 0] = np.column_stack([recognised, [*map(len, picks)], ndcg])
        for taps in TAPS if name in (SURVEY, NO_QUOTAS) else ():
            first = [own[:taps] for own in picks]
            ndcg = _quality(simulation, model, people, first)
            found[name, SCREENS, taps] = np.column_stack([recognised, [*map(len, first)], ndcg])
    return simulation.user_ids, found


def answered(
    people: Sequence[SurveyedPerson], show: Show
) -> Iterator[tuple[list[list[int]], list[list[int]]]]:
    """After each screen: the films that each person was shown so far, and those they picked."""
    picks: list[list[int]] = [[] for _ in people]
    shown: list[list[int]] = [[] for _ in people]
    for _ in range(SCREENS):
        for person, own, before in zip(people, picks, shown, strict=True):
            films = show(own, before)
            before += films
            own += [film for film in films if film in person.pickable]
        yield shown, picks


def person_of(
    data: RatingData, simulation: Simulation, row: int, rng: np.random.Generator
) -> SurveyedPerson:
    likes = rng.permutation(np.union1d(simulation.cases.picks[row], simulation.truths[row]))
    half = len(likes) // 2
    own = int(np.searchsorted(data.user_ids, simulation.user_ids[row]))
    return SurveyedPerson(
        pickable=frozenset(likes[:half].tolist()),
        seen=frozenset(data.watched[own].indices.tolist()) - {*likes[half:].tolist()},
        truth=np.sort(likes[half:]),
    )


def _quality(
    simulation: Simulation,
    model: BlendModel,
    people: Sequence[SurveyedPerson],
    picks: Sequence[Sequence[int]],
) -> Floats:
    answered = [np.array(sorted(own), dtype=np.int64) for own in picks]
    top = ranked_lists(model.of_cases, replace(simulation.cases, picks=answered), LIST_SIZE)
    return ndcg_of(top, [person.truth for person in people])


def strategies(
    train: RatingData, model: BlendModel, series: Sequence[str], *, seed: int
) -> dict[str, Show]:
    """The strategies by name; the films are columns."""
    candidates = _candidates(train, model, series)
    columns = candidates.movie_ids
    entropies = star_entropies(train)[columns]
    rated = train.rating_counts[columns]
    rng = np.random.default_rng(seed)
    return {
        BASELINE: _in_order(columns, candidates.likes),
        "random": _in_order(columns, rng.random(len(columns))),
        "entropy": _in_order(columns, entropies),
        "pop-entropy": _in_order(columns, np.log(rated) * entropies),
        "survey, not adaptive": lambda _picks, shown: next_screen(candidates, None, shown, SCREEN),
        NO_QUOTAS: _adapted(replace(candidates, quotas=Quotas.none(len(columns))), model),
        SURVEY: _adapted(candidates, model),
    }


def _adapted(candidates: Candidates, model: BlendModel) -> Show:
    return lambda picks, shown: next_screen(
        candidates, model.tastes.fold_in(picks).taste if picks else None, shown, SCREEN
    )


def _in_order(columns: Ints, value: Floats) -> Show:
    ordered = columns[np.argsort(-value, kind="stable")].tolist()
    return lambda _picks, shown: ordered[len(shown) : len(shown) + SCREEN]


def star_entropies(data: RatingData) -> Floats:
    """The entropy (n,), in bits, of the distribution of each film's stars."""
    levels = np.unique(data.ratings, return_inverse=True)[1]
    counts = np.zeros((len(data.movie_ids), int(levels.max()) + 1))
    np.add.at(counts, (data.movies, levels), 1.0)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1.0)
    logs = np.log2(shares, out=np.zeros_like(shares), where=shares > 0)
    return np.asarray(-(shares * logs).sum(axis=1))


def _candidates(train: RatingData, model: BlendModel, series: Sequence[str]) -> Candidates:
    """The candidates of the survey; "ids" are columns. Every film is as familiar as any other."""
    films = survey_films(train.like_counts, model.tastes.movies)
    factors = model.tastes.movies[films.columns].astype(np.float64)
    return Candidates(
        movie_ids=films.columns,
        factors=factors,
        likes=films.likes.astype(np.float64),
        familiarity=np.ones(len(films.columns)),
        series=[series[column] for column in films.columns.tolist()],
        quotas=_quotas(train, films.columns, factors),
    )


def _quotas(train: RatingData, columns: Ints, factors: Floats) -> Quotas:
    if train.content is None:  # nothing is known of the films but who likes them
        return quotas_of([None] * len(columns), np.zeros(len(columns), bool), factors)
    content = train.content.of_films(columns)
    korean = np.array([language == "ko" for language in content.languages], bool)
    return quotas_of(content.years.tolist(), korean, factors)
