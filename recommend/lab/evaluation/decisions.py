"""How good are the decisions: regret, calibration and sureness on held-out users. Pure.

The survey simulation (`recommend.lab.simulation.survey`). What a person truly likes besides their
picks says which platform, and which products within a budget, would have been best for them:

    regret = (films that the best choice has - films that the chosen one has) / the former

as the mean over the people for whom any choice has a film. OTTwin chooses by P(there) as it is
served; it is judged by statements since 2024 as they are, and by older ones with the measured share
that still held two years later (`recommend.lab.data.market.judged`). What is unknown is left out of
the truth and of every choice. Calibration and spread are fitted on
one half of the people and used on the other half, both ways.

An upper bound is a rule that is told a random half of what each person likes, on top of the
forecast, and is judged on the other half.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np

from common.arrays import Bools, Floats, Ints
from common.commands.progress import Report, silent
from common.errors import DataError
from recommend.decision import certainty
from recommend.decision.outlook import THERE
from recommend.lab.calibration.counts import Counts, Expected, calibration_error
from recommend.lab.calibration.fit import expected_blocks
from recommend.lab.calibration.spread import fit_spread, known_outlook
from recommend.lab.data.cases import Cases, ranked_lists
from recommend.lab.data.market import EvaluatedMarket, FilmAvailability, cover
from recommend.lab.data.ratings import RatingData
from recommend.lab.recommenders import formulas
from recommend.lab.recommenders.blend import Blend, BlendModel
from recommend.lab.simulation.survey import Simulation, simulate_survey
from recommend.lab.stars.algorithms import fit_stars, predicted_stars
from recommend.scoring.calibration import Calibration
from recommend.scoring.star_algorithms import SVD
from recommend.scoring.weights import LIST_SIZE, Weights

MOST_SURE = 200  # people whose answers are simulated: enough for a percent or two
BUDGETS = (5_000, 10_000, 15_000, 20_000, 25_000, 30_000)
MOST_CASES = 1_000
CHANCE_BINS = tuple(np.linspace(0, 1, 11).tolist())
SURENESS_BINS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)
BOUND = "told half of the likes"
CONSTANT = "best constant choice"
OTTWIN = "ottwin"


@dataclass(frozen=True)
class Bin:
    """Answers of about the same sureness: their mean, the share that was right, and how many."""

    said: float
    right: float
    answers: int


@dataclass(frozen=True)
class DecisionQuality:
    """`regrets` by rule, then by "platform" or budget; `errors`: calibration errors by films.

    `winners`: by "platform" or budget, the share of people who get the most frequent answer."""

    cases: int
    regrets: dict[str, dict[str, float]]
    winners: dict[str, float]
    errors: dict[str, float]
    chances: list[Bin]
    sureness: list[Bin]
    spread: float


def mean_decisions(found: Sequence[DecisionQuality]) -> DecisionQuality:
    """Over several splits: means of the figures, and the bins put together."""
    return DecisionQuality(
        cases=sum(one.cases for one in found),
        regrets={
            rule: {
                name: float(np.mean([one.regrets[rule][name] for one in found])) for name in regrets
            }
            for rule, regrets in found[0].regrets.items()
        },
        winners={
            name: float(np.mean([one.winners[name] for one in found])) for name in found[0].winners
        },
        errors={
            name: float(np.mean([one.errors[name] for one in found])) for name in found[0].errors
        },
        chances=_merged([one.chances for one in found], CHANCE_BINS),
        sureness=_merged([one.sureness for one in found], SURENESS_BINS),
        spread=float(np.mean([one.spread for one in found])),
    )


def _merged(tables: Sequence[Sequence[Bin]], edges: Sequence[float]) -> list[Bin]:
    bins: dict[int, list[Bin]] = {}
    for one in chain(*tables):
        bins.setdefault(int(np.searchsorted(edges, one.said, side="right")), []).append(one)
    merged = []
    for _place, parts in sorted(bins.items()):
        answers = sum(part.answers for part in parts)
        said = sum(part.said * part.answers for part in parts) / answers
        right = sum(part.right * part.answers for part in parts) / answers
        merged.append(Bin(said, right, answers))
    return merged


@dataclass(frozen=True)
class People:
    """Held-out people: P(like) `chances` (c, n); `tops` (c, 50) by other rankings and, `own`,
    by the served one."""

    expected: Expected
    chances: Floats
    own: Ints
    tops: Mapping[str, Ints]
    spread: Floats


def evaluate_decisions(
    data: RatingData,
    market: EvaluatedMarket,
    *,
    seed: int,
    weights: Weights,
    report: Report = silent,
) -> DecisionQuality:
    """The figures of one split. Raises `DataError` if fewer than two platforms have any film."""
    if len(market.platforms()) < 2:
        raise DataError("availability is known of fewer than two platforms; load some first")
    simulation = simulate_survey(data, seed=seed).first(MOST_CASES)
    report(f"seed {seed}: fitting", 0, None)
    model = Blend(weights=weights).fit(simulation.train, seed=seed)
    report(f"seed {seed}: rankings of {len(simulation.cases)} people", 0, None)
    people = _people(data, simulation, model, market.availability, seed)
    report(f"seed {seed}: regret", 0, None)
    choices = {"platform": [frozenset([one]) for one in market.platforms()]}
    choices |= {str(budget): market.sets(budget) for budget in BUDGETS}
    answers = {name: _Answered(sets, people, market, seed) for name, sets in choices.items()}
    regrets = {name: answered.regrets() for name, answered in answers.items()}
    report(f"seed {seed}: sureness", 0, None)
    said, right = zip(*(answered.sureness() for answered in answers.values()), strict=True)
    counted = people.expected.asked
    return DecisionQuality(
        cases=len(people.chances),
        regrets={
            rule: {name: of_choice[rule] for name, of_choice in regrets.items()}
            for rule in regrets["platform"]
        },
        winners={name: answered.winner() for name, answered in answers.items()},
        errors=_errors(people, market.availability),
        chances=_bins(people.chances[counted], people.expected.truths[counted], CHANCE_BINS),
        sureness=_bins(np.concatenate(said), np.concatenate(right), SURENESS_BINS),
        spread=float(people.spread.mean()),
    )


def _people(
    data: RatingData,
    simulation: Simulation,
    model: BlendModel,
    availability: FilmAvailability,
    seed: int,
) -> People:
    """Rankings of all people, and P(like) fitted on the other half of them."""
    ratings = data.rating_counts
    blocks = list(expected_blocks(simulation, model.answers.of_cases, ratings))
    expected = Expected(
        np.vstack([block.log_shares for block in blocks]),
        np.vstack([block.asked for block in blocks]),
        np.vstack([block.truths for block in blocks]),
        ratings,
    )
    halves = np.arange(len(simulation.cases)) % 2
    chances = np.empty(expected.truths.shape)
    spread = np.empty(len(halves))
    for half in (0, 1):
        own, others = halves == half, halves != half
        calibration = _calibrated(expected.rows(others), availability, seed)
        chances[own] = expected.rows(own).chances(calibration)
        spread[own] = calibration.spread
    served = ranked_lists(model.of_cases, simulation.cases, LIST_SIZE)
    return People(expected, chances, served, _other_tops(simulation, seed), spread)


def _calibrated(expected: Expected, availability: FilmAvailability, seed: int) -> Calibration:
    counts = Counts(expected.ratings)
    counts.add(expected)
    calibration = counts.fit(seed=seed)
    truths = [np.flatnonzero(row) for row in expected.truths]
    spread = fit_spread(expected.chances(calibration), truths, availability, seed=seed)
    return replace(calibration, spread=spread)


def _other_tops(simulation: Simulation, seed: int) -> dict[str, Ints]:
    """The best 50 by the literal twin and by popularity."""
    train = simulation.train
    stars = fit_stars(train, algorithm=SVD, seed=seed)

    def literal(block: Cases) -> Floats:
        twins = formulas.jaccard_twins(train, block)
        return formulas.literal_twin(train, twins, predicted_stars(stars, train, twins))

    def popular(block: Cases) -> Floats:
        return formulas.popularity(train, block)

    return {
        "twin's top 50, counted": ranked_lists(literal, simulation.cases, LIST_SIZE),
        "popularity's top 50, counted": ranked_lists(popular, simulation.cases, LIST_SIZE),
    }


class _Answered:
    """The choice among `sets` of platforms, made by every rule for all people."""

    def __init__(
        self, sets: Sequence[frozenset[str]], people: People, market: EvaluatedMarket, seed: int
    ) -> None:
        self.sets, self.people, self.market = sets, people, market
        place = list(market.availability.platforms).index
        members = [[place(one) for one in names] for names in sets]
        self.covers = np.stack([cover(market.availability.expected, one) for one in members], 1)
        self.actual = np.stack([cover(market.availability.actual, one) for one in members], 1)
        self.had = people.expected.truths @ self.actual
        self.expected = people.chances @ self.covers
        self.half = np.random.default_rng(seed).random(people.chances.shape) < 0.5

    def regrets(self) -> dict[str, float]:
        """By rule. Rules told half of the likes, and two others, are judged on the other half."""
        people, size = self.people, len(self.had)
        rules: dict[str, Ints] = {OTTWIN: self.expected.argmax(axis=1)}
        rules["biggest catalogue"] = np.full(size, self.covers.sum(axis=0).argmax())
        usage = [sum(self.market.usage.get(one, 0.0) for one in members) for members in self.sets]
        rules["most used"] = np.full(size, int(np.argmax(usage)))
        for name, tops in people.tops.items():
            rules[name] = np.stack([self.covers[top].sum(axis=0) for top in tops]).argmax(axis=1)
        regrets = {name: _regret(self.had, chosen) for name, chosen in rules.items()}
        constants = [_regret(self.had, np.full(size, one)) for one in range(self.covers.shape[1])]
        regrets[CONSTANT] = min(constants)
        rest = (people.expected.truths & ~self.half) @ self.actual
        told = (people.expected.truths & self.half) @ self.actual
        half = np.full(size, int(np.argmin(constants)))
        regrets[f"{CONSTANT}, on the other half"] = _regret(rest, half)
        regrets[f"{OTTWIN}, on the other half"] = _regret(rest, rules[OTTWIN])
        regrets[f"{BOUND}, on the other half"] = min(
            _regret(rest, (strength * self.expected + told).argmax(axis=1))
            for strength in (0.25, 0.5, 1.0, 2.0)
        )
        return regrets

    def winner(self) -> float:
        """The share of people who get the most frequent answer."""
        return float(np.bincount(self.expected.argmax(axis=1)).max() / len(self.expected))

    def sureness(self) -> tuple[Floats, Bools]:
        """For the first people, how sure OTTwin's answer is, and whether it was right."""
        had = self.had[:MOST_SURE]
        chosen = self.expected[:MOST_SURE].argmax(axis=1)
        said = np.empty(len(chosen))
        for row, place in enumerate(chosen.tolist()):
            outlook = known_outlook(
                self.people.chances[row], self.market.availability, float(self.people.spread[row])
            )
            values = certainty.simulate(outlook).of_sets(self.sets)
            said[row] = certainty.sureness(values, place)
        return said, had[np.arange(len(chosen)), chosen] >= had.max(axis=1)


def _regret(had: Floats, chosen: Ints) -> float:
    best = had.max(axis=1)
    any_film = best > 0
    missed = best - had[np.arange(len(had)), chosen]
    return float((missed[any_film] / best[any_film]).mean()) if any_film.any() else 0.0


def _errors(people: People, availability: FilmAvailability) -> dict[str, float]:
    """ECE in 10 bins of all films, of the first 50, and of those known to be somewhere."""
    counted = people.expected.asked
    first = np.zeros_like(counted)
    np.put_along_axis(first, people.own, True, axis=1)
    carried = counted & (availability.states == THERE).any(axis=1)[None]
    return {
        name: calibration_error(people.chances[chosen], people.expected.truths[chosen])
        for name, chosen in (("all films", counted), ("first 50", first), ("carried", carried))
    }


def _bins(said: Floats, right: Bools, edges: Sequence[float]) -> list[Bin]:
    places = np.clip(np.searchsorted(edges, said, side="right") - 1, 0, len(edges) - 2)
    return [
        Bin(float(said[chosen].mean()), float(right[chosen].mean()), int(chosen.sum()))
        for chosen in (places == place for place in range(len(edges) - 1))
        if chosen.any()
    ]
