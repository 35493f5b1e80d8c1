"""What a reader chose on the page of Seoul's living data, as its address has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ottstats.living.figures import AGES, GENDERS
from ottstats.selectors.living_page import BOTH, SeoulGroup

MEAN_AGE, PEOPLE, NETFLIX = MAPS = ("age", "people", "netflix")
PUBLISHED, STANDARD = SCALES = ("published", "standard")
ALLOWED: Mapping[str, tuple[str, ...]] = {
    "gender": (BOTH, *GENDERS),
    "age": ("", *map(str, AGES)),
    "map": MAPS,
    "decade": tuple(map(str, AGES)),
    "scale": SCALES,
}


@dataclass(frozen=True)
class SeoulChoices:
    """`group`: of whom all charts are. `map`: what it shows, of `MAPS`. `decade`: of `AGES`, whose
    correlations are shown. `scale`: of the monthly lines, of `SCALES`. `refused`: whether a value
    of the address was none of the allowed ones, so that its default is taken.
    """

    group: SeoulGroup
    map: str
    decade: int
    scale: str
    refused: bool


def read_choices(query: Mapping[str, str]) -> SeoulChoices:
    """The decade is by default the age that was chosen, or else the youngest one."""
    given = {name: query[name] for name in ALLOWED if name in query}
    known = {name: value for name, value in given.items() if value in ALLOWED[name]}
    age = int(known["age"]) if known.get("age") else None
    return SeoulChoices(
        group=SeoulGroup(known.get("gender", BOTH), age),
        map=known.get("map", MEAN_AGE),
        decade=int(known.get("decade") or age or AGES[0]),
        scale=known.get("scale", PUBLISHED),
        refused=known != given,
    )
