"""What one pick more or less would change: counterfactuals and the next film to ask about. Pure.

`recommend.ranking.taste.Taste` has the changed codes of the answers. The value of asking about a
film q is how much the answer is expected to tell:

    value_q = P(like q) (1 - P(like q)) sum over platforms p of (d_p - mean of d)^2

with d_p the change of the score of p if q is liked. It is the variance of the platforms' scores,
relative to each other, that the answer resolves (preposterior analysis: H. Raiffa, R. Schlaifer,
"Applied statistical decision theory", 1961).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from common.arrays import Floats, Ints
from recommend.scoring.calibration import Calibration
from recommend.scoring.likelihood import moved_shares

MOVED = 500  # films with the largest shares; one pick hardly moves the rest


@dataclass(frozen=True)
class Scored:
    """The films of one person, the largest share first: log shares and ratings (n,), and decoders
    (n, f), of at least the first `MOVED`.

    `carried` (n, p) is P(there) times the weight of the platform.
    """

    log_shares: Floats
    ratings: Ints
    decoders: Floats
    carried: Floats
    calibration: Calibration

    def after(self, changes: Floats) -> Floats:
        """Scores of the platforms (q, p) after each of these changes of the code (q, f)."""
        first = min(MOVED, len(self.log_shares))
        moved = moved_shares(
            self.log_shares[:first],
            changes @ self.decoders[:first].T,
            rest=float(np.exp(self.log_shares[first:]).sum()),
        )
        chances = self.calibration.probabilities(moved, self.ratings[None, :first])
        others = self.calibration.probabilities(self.log_shares[first:], self.ratings[first:])
        platforms: Floats = chances @ self.carried[:first] + others @ self.carried[first:]
        return platforms


@dataclass(frozen=True)
class NextQuestion:
    """A film to ask about: its place in the list given, and the first platform if it is liked."""

    place: int
    platform: int
    value: float


def next_question(scored: Scored, changes: Floats, chances: Floats) -> NextQuestion | None:
    """The film, of q films, whose answer tells most; in a tie, the earlier one.

    `changes` (q, f) are what liking each film changes in the code, `chances` (q,) are P(like).
    None without films or with a single platform.
    """
    if not len(changes) or scored.carried.shape[1] < 2:
        return None
    then = scored.after(changes)
    moved = then - scored.after(np.zeros((1, changes.shape[1])))
    apart = ((moved - moved.mean(axis=1, keepdims=True)) ** 2).sum(axis=1)
    values = chances * (1.0 - chances) * apart
    place = int(values.argmax())
    return NextQuestion(place, int(then[place].argmax()), float(values[place]))


def decisive_pick(scored: Scored, changes: Floats) -> tuple[int, int] | None:
    """The pick without which another platform would be first, and that platform.

    `changes` (k, f) are those of the code without each pick. Of several such picks, the one that
    changes most; None if no single pick decides.
    """
    if not len(changes) or scored.carried.shape[1] < 2:
        return None
    best = int(scored.after(np.zeros((1, changes.shape[1])))[0].argmax())
    then = scored.after(changes)
    leads = then.max(axis=1) - then[:, best]
    place = int(leads.argmax())
    return (place, int(then[place].argmax())) if leads[place] > 0 else None
