"""Picks until the answer no longer changes: a fixed list against the most telling films. Pure.

Held-out people are asked about the 200 best-known films, one after another, and pick those that
they truly like: in the order of the list, or each time the film with the highest value of
information (`recommend.decision.what_if`). The final answer is the one with all their likes among
these films as picks; it is reached with the first pick after which it never changes again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from common.arrays import Floats, Ints
from common.commands.progress import Report, silent
from recommend.decision.what_if import Scored, next_question
from recommend.lab.calibration.counts import Counts
from recommend.lab.calibration.fit import expected_blocks
from recommend.lab.data.cases import group_places
from recommend.lab.data.market import EvaluatedMarket
from recommend.lab.data.ratings import RatingData, pool_of
from recommend.lab.recommenders.encoder import EncoderModel, SurveyEncoder
from recommend.lab.simulation.survey import simulate_survey
from recommend.scoring.calibration import Calibration
from recommend.scoring.fold_in import answer_codes
from recommend.scoring.likelihood import log_shares

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

    model: EncoderModel
    calibration: Calibration
    ratings: Floats
    pool: Ints
    covers: Floats

    def interview(self, group: Floats, likes: Ints, *, informed: bool) -> tuple[int, int]:
        """Picks and questions until the answer no longer changes, for a person who likes these
        films of the pool; `group`: the code of their demographic group."""
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

    def _scored(self, group: Floats, picks: Sequence[int]) -> tuple[Scored, Ints]:
        """Films that are not picked, the largest share first, and their columns."""
        decoders = self.model.decoders.astype(np.float64)
        scores = decoders @ self._code(group, picks) + self.model.biases
        asked = self.ratings > 0
        asked[list(picks)] = False
        shares = log_shares(scores, asked)
        shares[list(picks)] = -np.inf
        order = np.argsort(-shares, kind="stable")[: len(scores) - len(picks)]
        ratings = self.ratings[order].astype(np.int64)
        films = decoders[order], self.covers[order]
        return Scored(shares[order], ratings, *films, self.calibration), order

    def _code(self, group: Floats, picks: Sequence[int]) -> Floats:
        encoded = self.model.encoders[list(picks)].astype(np.float64).sum(axis=0)
        return answer_codes(encoded, len(picks), group)

    def _answer(self, group: Floats, picks: Sequence[int]) -> int:
        scored, _order = self._scored(group, picks)
        return int(scored.after(np.zeros((1, len(group))))[0].argmax())

    def _informative(self, group: Floats, picks: Sequence[int], left: list[int]) -> int:
        scored, order = self._scored(group, picks)
        places = np.empty(len(self.ratings), dtype=np.int64)
        places[order] = np.arange(len(order))
        shares = scored.log_shares[places[left]]
        chances = self.calibration.probabilities(shares, self.ratings[left])
        encoders = self.model.encoders.astype(np.float64)
        more = answer_codes(
            encoders[list(picks)].sum(axis=0) + encoders[left], len(picks) + 1, group
        )
        found = next_question(scored, more - self._code(group, picks), chances)
        return left[found.place] if found else left[0]


def ask_people(
    data: RatingData, market: EvaluatedMarket, *, seed: int, report: Report = silent
) -> QuestionsQuality:
    """Ask up to 40 held-out people of that split both ways, about the platform.

    P(like) is fitted on the same people.
    """
    simulation = simulate_survey(data, seed=seed)
    cases, train = simulation.cases, simulation.train
    model = SurveyEncoder().fit(train, seed=seed)
    ratings = data.rating_counts
    counts = Counts(ratings)
    for block in expected_blocks(simulation, model.of_cases, ratings):
        counts.add(block)
    there = market.availability.expected
    covers = there[:, (there > 0).any(axis=0)]
    interviewer = Interviewer(model, counts.fit(seed=seed), ratings, pool_of(train), covers)
    groups = model.groups[group_places(cases.demographics)].astype(np.float64)
    people = min(MOST_PEOPLE, len(cases))
    table = np.empty((people, 4), dtype=np.int64)
    for row, group in enumerate(groups[:people]):
        liked = np.union1d(cases.picks[row], simulation.truths[row])
        likes = np.intersect1d(liked, interviewer.pool)
        table[row, :2] = interviewer.interview(group, likes, informed=False)
        table[row, 2:] = interviewer.interview(group, likes, informed=True)
        report("questions", row + 1, people)
    fixed, informed = Reached(table[:, 0], table[:, 1]), Reached(table[:, 2], table[:, 3])
    settled = int(((fixed.picks <= 1) & (informed.picks <= 1)).sum())
    return QuestionsQuality(people, settled, fixed, informed)
