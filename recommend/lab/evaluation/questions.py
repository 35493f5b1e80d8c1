"""Picks until the answer no longer changes: a fixed list against the most telling films. Pure.

Held-out people are asked about the 200 best-known films, one after another, and pick those that
they truly like: in the order of the list, or each time the film with the highest value of
information (`recommend.decision.what_if`). The final answer is the one with all their likes among
these films as picks; it is reached with the first pick after which it never changes again. The
ranking is by taste alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from common.arrays import Floats, Ints
from common.commands.progress import Report, silent
from recommend.decision.outlook import THERE
from recommend.decision.what_if import Scored, next_question
from recommend.lab.calibration.counts import Counts
from recommend.lab.calibration.fit import ranked_blocks
from recommend.lab.data.cases import group_places
from recommend.lab.data.market import EvaluatedMarket
from recommend.lab.data.ratings import RatingData, pool_of
from recommend.lab.recommenders import formulas
from recommend.lab.recommenders.als_factors import AlsModel, fit_als
from recommend.lab.simulation.survey import simulate_survey
from recommend.scoring.calibration import Calibration
from recommend.scoring.fold_in import shrunk

MOST_PEOPLE = 40
MOST_QUESTIONS = 60


@dataclass(frozen=True)
class Reached:
    """Picks and questions until the answer no longer changes, for each person asked."""

    picks: Ints
    questions: Ints


@dataclass(frozen=True)
class QuestionsQuality:
    """`settled`: people who have their final answer from the first pick on, both ways."""

    people: int
    settled: int
    fixed: Reached
    informed: Reached

    def medians(self, *, unsettled: bool) -> dict[str, float]:
        """Medians of all people, or only of those whose answer changes later; NaN if none."""
        chosen = np.ones(self.people, dtype=bool)
        if unsettled:
            chosen = (self.fixed.picks > 1) | (self.informed.picks > 1)
        figures = {
            "fixed picks": self.fixed.picks,
            "informed picks": self.informed.picks,
            "fixed questions": self.fixed.questions,
            "informed questions": self.informed.questions,
        }
        return {
            name: float(np.median(values[chosen])) if chosen.any() else float("nan")
            for name, values in figures.items()
        }


@dataclass(frozen=True)
class Interviewer:
    """Chooses questions by the model, P(like), and which answer has which film (n, s)."""

    model: AlsModel
    calibration: Calibration
    ratings: Floats
    pool: Ints
    covers: Floats

    def interview(self, group: Floats, likes: Ints, *, informed: bool) -> tuple[int, int]:
        """Picks and questions until the answer no longer changes, for a person who likes these
        films of the pool; `group`: the mean taste of their demographic group."""
        picks: list[int] = []
        answers: list[int] = []
        asked_at: list[int] = []
        left: list[int] = self.pool.tolist()
        final = self._answer(group, likes.tolist())
        for question in range(1, min(MOST_QUESTIONS, len(left)) + 1):
            film = self._informative(group, picks, left) if informed and picks else left[0]
            left.remove(film)
            if film in likes:
                picks.append(film)
                answers.append(self._answer(group, picks))
                asked_at.append(question)
        for place, question in enumerate(asked_at):
            if set(answers[place:]) == {final}:
                return place + 1, question
        return len(picks) + 1, MOST_QUESTIONS

    def _taste(self, group: Floats, picks: Sequence[int]) -> Floats:
        return shrunk(self.model.fold_in(picks).taste, group, picks=len(picks))

    def _scored(self, taste: Floats, picks: Sequence[int]) -> tuple[Scored, Ints]:
        """Films that are not picked, best first, and their columns."""
        movies = self.model.movies.astype(np.float64)
        scores = movies @ taste
        scores[list(picks)] = -np.inf
        order = np.argsort(-scores, kind="stable")[: len(scores) - len(picks)]
        ratings, covers = self.ratings[order].astype(np.int64), self.covers[order]
        return Scored(scores[order], ratings, movies[order], covers, self.calibration), order

    def _answer(self, group: Floats, picks: Sequence[int]) -> int:
        taste = self._taste(group, picks)
        scored, _order = self._scored(taste, picks)
        return int(scored.after(np.zeros((1, len(taste))))[0].argmax())

    def _informative(self, group: Floats, picks: Sequence[int], left: list[int]) -> int:
        taste = self._taste(group, picks)
        scored, order = self._scored(taste, picks)
        ranks = np.empty(len(self.ratings), dtype=np.int64)
        ranks[order] = np.arange(1, len(order) + 1)
        chances = self.calibration.probabilities(ranks[left], self.ratings[left])
        tastes = self.model.fold_in(picks).with_film(self.model.movies[left].astype(np.float64))
        moved = shrunk(tastes, group, picks=len(picks) + 1) - taste
        found = next_question(scored, moved, chances)
        return left[found.place] if found else left[0]


def ask_people(
    data: RatingData, market: EvaluatedMarket, *, seed: int, report: Report = silent
) -> QuestionsQuality:
    """Ask up to 40 held-out people of that split both ways, about the platform.

    P(like) is fitted on the same people.
    """
    simulation = simulate_survey(data, seed=seed)
    cases, train = simulation.cases, simulation.train
    model = fit_als(train.liked, seed=seed)
    ratings = data.rating_counts
    counts = Counts(len(ratings), ratings)
    movies = model.movies.astype(np.float64)
    for block in ranked_blocks(
        simulation, lambda block: model.tastes(block.picks) @ movies.T, ratings
    ):
        counts.add(block)
    there = market.availability.states == THERE
    covers = there[:, there.any(axis=0)].astype(np.float64)
    pool = pool_of(train)
    interviewer = Interviewer(model, counts.fit(seed=seed), ratings, pool, covers)
    groups = formulas.group_tastes(train, model, movies.shape[1])[group_places(cases.demographics)]
    people = min(MOST_PEOPLE, len(cases))
    table = np.empty((people, 4), dtype=np.int64)
    for row, group in enumerate(groups[:people]):
        likes = np.intersect1d(np.union1d(cases.picks[row], simulation.truths[row]), pool)
        table[row, :2] = interviewer.interview(group, likes, informed=False)
        table[row, 2:] = interviewer.interview(group, likes, informed=True)
        report("questions", row + 1, people)
    fixed, informed = Reached(table[:, 0], table[:, 1]), Reached(table[:, 2], table[:, 3])
    settled = int(((fixed.picks <= 1) & (informed.picks <= 1)).sum())
    return QuestionsQuality(people, settled, fixed, informed)
