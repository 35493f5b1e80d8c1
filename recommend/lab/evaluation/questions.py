"""Picks until the answer stays: a fixed list of films against asking what tells most. Pure.

Held-out people are asked about the 200 best known films, one after the other, and pick those that
they truly like: in the order of the list, or each time the film of the highest value of information
(`recommend.decision.what_if`). The answer that counts is the one with all their likes of these
films as picks; it is reached with the first pick after which it never changes again. The ranking is
by taste alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from common.arrays import Floats, Ints
from common.commands.progress import Report, silent
from movies.demographics import AGE_BANDS, GENDERS
from recommend.decision.outlook import THERE
from recommend.decision.what_if import Scored, next_question
from recommend.lab.calibration.counts import Counts
from recommend.lab.calibration.fit import ranked_blocks
from recommend.lab.data.market import EvaluatedMarket
from recommend.lab.data.ratings import RatingData, pool_of
from recommend.lab.recommenders import formulas
from recommend.lab.recommenders.factors import AlsModel, fit_als
from recommend.lab.simulation.survey import Simulation, simulate_survey
from recommend.scoring.calibration import Calibration
from recommend.scoring.fold_in import shrunk

MOST_PEOPLE = 40
MOST_QUESTIONS = 60


@dataclass(frozen=True)
class Reached:
    """Picks and questions until the answer stays; both of everybody asked, in one order."""

    picks: Ints
    questions: Ints


@dataclass(frozen=True)
class QuestionsQuality:
    """`settled`: people whose answer is the last one from the first pick on, in both ways."""

    people: int
    settled: int
    fixed: Reached
    informed: Reached

    def medians(self, *, unsettled: bool) -> dict[str, float]:
        """Of all people, or only of those whose answer changes on the way; nan for nobody."""
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
    """What is asked by: the model, P(like), and the answers (s) with the films of each (n, s)."""

    model: AlsModel
    calibration: Calibration
    ratings: Floats
    groups: Floats
    pool: Ints
    covers: Floats

    def interview(self, group: Floats, likes: Ints, *, informed: bool) -> tuple[int, int]:
        """Picks and questions until the answer stays, for who likes these films of the pool."""
        picks: list[int] = []
        answers: list[int] = []
        asked_at: list[int] = []
        left = [int(film) for film in self.pool]
        liked = set(likes.tolist())
        final = self._answer(group, likes.tolist())
        for question in range(1, min(MOST_QUESTIONS, len(left)) + 1):
            film = self._informative(group, picks, left) if informed and picks else left[0]
            left.remove(film)
            if film in liked:
                picks.append(film)
                answers.append(self._answer(group, picks))
                asked_at.append(question)
        stays = next(
            (place for place in range(len(answers)) if set(answers[place:]) == {final}), None
        )
        if stays is None:
            return len(picks) + 1, MOST_QUESTIONS
        return stays + 1, asked_at[stays]

    def _scored(self, taste: Floats, picks: Sequence[int]) -> tuple[Scored, Ints]:
        """Films that are not picked, best first, and their columns."""
        movies = self.model.movies.astype(np.float64)
        scores = movies @ taste
        scores[list(picks)] = -np.inf
        order = np.argsort(-scores, kind="stable")[: len(scores) - len(picks)]
        return Scored(
            scores[order],
            self.ratings[order].astype(np.int64),
            movies[order],
            self.covers[order],
            self.calibration,
        ), order

    def _answer(self, group: Floats, picks: Sequence[int]) -> int:
        taste = shrunk(self.model.fold_in(picks).taste, group, picks=len(picks))
        scored, _order = self._scored(taste, picks)
        return int(scored.after(np.zeros((1, len(taste))))[0].argmax())

    def _informative(self, group: Floats, picks: Sequence[int], left: Sequence[int]) -> int:
        fold_in = self.model.fold_in(picks)
        taste = shrunk(fold_in.taste, group, picks=len(picks))
        scored, order = self._scored(taste, picks)
        ranks = np.empty(len(self.ratings), dtype=np.int64)
        ranks[order] = np.arange(1, len(order) + 1)
        chances = self.calibration.probabilities(ranks[list(left)], self.ratings[list(left)])
        tastes = fold_in.with_film(self.model.movies[list(left)].astype(np.float64))
        moved = shrunk(tastes, group, picks=len(picks) + 1) - taste
        found = next_question(scored, moved, chances)
        return left[found.place] if found else left[0]


def interview_people(
    simulation: Simulation,
    model: AlsModel,
    calibration: Calibration,
    ratings: Floats,
    covers: Floats,
    *,
    report: Report = silent,
) -> QuestionsQuality:
    """Ask up to 40 held-out people both ways; `covers` (n, s) says which answer has which film."""
    groups = formulas.group_tastes(simulation.train, model, model.movies.shape[1])
    pool = pool_of(simulation.train)
    interviewer = Interviewer(model, calibration, ratings, groups, pool, covers)
    cases = simulation.cases
    bands = (0, *AGE_BANDS)
    figures = []
    people = min(MOST_PEOPLE, len(cases))
    for row in range(people):
        group = groups[GENDERS.index(str(cases.genders[row])), bands.index(cases.age_bands[row])]
        likes = np.intersect1d(np.union1d(cases.picks[row], simulation.truths[row]), pool)
        figures.append(
            [
                *interviewer.interview(group, likes, informed=False),
                *interviewer.interview(group, likes, informed=True),
            ]
        )
        report("questions", row + 1, people)
    table = np.array(figures, dtype=np.int64).reshape(len(figures), 4)
    fixed, informed = Reached(table[:, 0], table[:, 1]), Reached(table[:, 2], table[:, 3])
    settled = int(((fixed.picks <= 1) & (informed.picks <= 1)).sum())
    return QuestionsQuality(len(table), settled, fixed, informed)


def ask_people(
    data: RatingData, market: EvaluatedMarket, *, seed: int, report: Report = silent
) -> QuestionsQuality:
    """About the platform, in the split of that seed; P(like) is fitted on the same people."""
    simulation = simulate_survey(data, seed=seed)
    model = fit_als(simulation.train.liked, seed=seed)
    ratings = data.rating_counts
    counts = Counts(len(ratings), ratings)
    movies = model.movies.astype(np.float64)
    for block in ranked_blocks(
        simulation, lambda block: model.tastes(block.picks) @ movies.T, ratings
    ):
        counts.add(block)
    there = market.availability.states == THERE
    covers = there[:, there.any(axis=0)].astype(np.float64)
    return interview_people(
        simulation, model, counts.fit(seed=seed), ratings, covers, report=report
    )
