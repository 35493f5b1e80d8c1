"""What weighs in a ranking: the numbers of a model run that staff set, and the strategies.

`SETTINGS` is the one table of these numbers: scoring, the model run with its constraints, admin,
training and the search spaces of the lab read it. Pure: texts are msgids, translated where shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

STRATEGIES = ("blend", "taste", "twin")
LIST_SIZE = 50  # films in a recommendation
FACTORS = 64  # of a taste vector
LIKED_FROM = 4.0  # stars
# Lower limit, upper limit and meaning of each ALS parameter; the confidences are above 0.
ALS_LIMITS: Mapping[str, tuple[float, float, str]] = {
    "factors": (1, FACTORS, f"ALS factors, at most {FACTORS}"),
    "confidence": (1e-6, 1_000_000, "ALS: weight of a like while training"),
    "fold_in_confidence": (1e-6, 1_000_000, "ALS: weight of a respondent's pick"),
    "regularization": (0, 1_000_000, "ALS: ridge"),
    "iterations": (1, 1_000, "ALS: passes"),
}


@dataclass(frozen=True)
class RunSetting:
    """A column of a model run: the default of a new run, and the limits, both included.

    `weight`: its field of `Weights`, "" for a setting that training does not decide;
    `searched`: where tuning looks for a better value.
    """

    default: float
    low: float
    high: float
    label: str
    help: str
    weight: str = ""
    searched: tuple[float, float] = (0.0, 0.0)

    @property
    def is_whole(self) -> bool:
        return isinstance(self.default, int)


def _(text: str) -> str:
    """Marks a msgid for `makemessages`."""
    return text


SETTINGS: Mapping[str, RunSetting] = {
    "answers_weight": RunSetting(
        1.0, 0, 100, _("Encoder of answers"),
        _("What else people with these answers like, as the encoder of answers has learned. "
          "0: it does not count."),
        weight="answers", searched=(0.0, 4.0),
    ),
    "twin_weight": RunSetting(
        0.1, 0, 100, _("The twin's taste"),
        _("What the one most similar MovieLens user likes. 0: the twin does not count."),
        weight="twin", searched=(0.0, 1.0),
    ),
    "neighbour_weight": RunSetting(
        3.0, 0, 100, _("Neighbours"),
        _("The share of the nearest people who like a film. 0: not counted."),
        weight="neighbours", searched=(0.0, 20.0),
    ),
    "neighbour_count": RunSetting(
        50, 1, 1000, _("Number of neighbours"),
        _("How many of the nearest people are asked, 1 to 1,000."),
        weight="neighbour_count", searched=(10, 300),
    ),
    "novelty_weight": RunSetting(
        0.4, 0, 100, _("Lesser-known films"),
        _("How much well-known films are held back: a higher value lists films that fewer people "
          "know, and lists differ more from person to person."),
        weight="novelty", searched=(0.0, 1.0),
    ),
    "diversity": RunSetting(
        0.2, 0, 1, _("Diversity"),
        _("0: only the best films, however alike. 1: as different from each other as can be. "
          "Around 0.2 costs hardly any quality."),
    ),
    "series_limit": RunSetting(
        2, 1, 50, _("Films of one series"),
        _("At most so many films of one series in a list, 1 to 50."),
    ),
    "usage_exponent": RunSetting(
        0.5, 0, 1, _("Public statistics (lambda)"),
        _("How much the choice of the platform follows public usage statistics: 0 not at all, "
          "1 fully."),
    ),
    "genre_films": RunSetting(
        10, 1, 1_000_000, _("Start of the AI picks (n0)"),
        _("The genres of all films count as much as this number of liked films. With fewer, the "
          "AI picks follow a member's likes sooner; 1 to 1,000,000."),
    ),
}  # fmt: skip
WEIGHTS: Mapping[str, RunSetting] = {name: one for name, one in SETTINGS.items() if one.weight}
NOT_TRAINED = tuple(name for name in SETTINGS if name not in WEIGHTS)
NOT_OF_LISTS = ("usage_exponent", "genre_films")
RANKING = tuple(name for name in SETTINGS if name not in NOT_OF_LISTS)  # what lists depend on


@dataclass(frozen=True)
class Weights:
    """score = own taste + `twin` * twin's taste + `neighbours` * share of neighbours who like it
    + `answers` * what the encoder of answers says - `novelty` * ln(1 + ratings of the film).

    `predictions_only`: instead, the stars predicted for the twin, of films the twin has not seen.
    """

    twin: float = 0.0
    neighbours: float = 0.0
    neighbour_count: int = int(SETTINGS["neighbour_count"].default)
    answers: float = 0.0
    novelty: float = 0.0
    predictions_only: bool = False

    @classmethod
    def read(cls, columns: Mapping[str, Any]) -> Weights:
        """From the columns of a model run; `stored` is the way back."""
        return cls(**{one.weight: columns[name] for name, one in WEIGHTS.items()})

    def stored(self) -> dict[str, float]:
        return {name: getattr(self, one.weight) for name, one in WEIGHTS.items()}

    def of_strategy(self, strategy: str) -> Weights:
        """These weights for `blend`; for `taste` and `twin` what the name says."""
        match strategy:
            case "blend":
                return self
            case "taste":
                return Weights(answers=self.answers, novelty=self.novelty)
            case "twin":
                return Weights(predictions_only=True)
        raise ValueError(f"unknown strategy {strategy!r}; known: {', '.join(STRATEGIES)}")


USUAL_WEIGHTS = Weights.read({name: one.default for name, one in SETTINGS.items()})
