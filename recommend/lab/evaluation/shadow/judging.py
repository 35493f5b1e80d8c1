"""Which people decide on a recipe: those at home as soon as there are enough of them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from common.commands.progress import Report, silent
from recommend.lab.data.home import HomeData
from recommend.lab.data.ratings import RatingData
from recommend.lab.evaluation.served_lists import Films
from recommend.lab.evaluation.shadow.home import can_be_held_out, shadow_at_home
from recommend.lab.evaluation.shadow.movielens import shadow_evaluate
from recommend.lab.evaluation.shadow.recipe import Recipe
from recommend.lab.evaluation.shadow.verdicts import Shadow
from recommend.lab.simulation.survey import SEEDS

ENOUGH_AT_HOME = 500  # people who can be held out, each once, while the others are learned from
CASES_AT_HOME = 2_500  # as many as on MovieLens 1M: another seed must not look like a loss
HOME, MOVIELENS = "home", "movielens"


@dataclass(frozen=True)
class ShadowJudgement:
    """What people of MovieLens say, and those at home if there are enough of them.

    `home_people`: how many at home can be held out. If home says something, it decides.
    """

    movielens: Shadow
    home: Shadow | None
    home_people: int

    @property
    def deciding(self) -> Shadow:
        return self.home or self.movielens

    def stored(self) -> dict[str, Any]:
        """As JSON: figures of MovieLens, those of home in "home", and the verdict of the people who
        decide, whom "decides" names."""
        return self.movielens.stored() | {
            "decides": HOME if self.home else MOVIELENS,
            "verdict": self.deciding.verdict,
            "beats_popularity": self.deciding.beats_popularity,
            "home": self.home.stored() if self.home else None,
            "home_people": self.home_people,
            "enough_at_home": ENOUGH_AT_HOME,
        }


def judge(
    data: RatingData,
    home: HomeData,
    candidate: Recipe,
    live: Recipe,
    *,
    films: Films,
    report: Report = silent,
) -> ShadowJudgement:
    """Judge a candidate against the live recipe; the films of `home` are those of `data`.

    At home somebody can be held out who likes more films than they would pick: 4 or more. Each of
    them is held out once, in one of five folds, so 500 such people give 500 judges. Fewer than
    2,500 of them are asked again with other folds and picks, up to five times in all.

    Raises `DataError` if too few MovieLens users like enough films.
    """
    movielens = shadow_evaluate(data, candidate, live, films=films, report=report)
    people = can_be_held_out(home)
    if people < ENOUGH_AT_HOME:
        return ShadowJudgement(movielens, None, people)
    seeds = SEEDS[: -(-CASES_AT_HOME // people)]
    at_home = shadow_at_home(data, home, candidate, live, films=films, seeds=seeds, report=report)
    return ShadowJudgement(movielens, at_home, people)
