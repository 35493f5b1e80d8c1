"""The content of the page of Seoul's living data. The templates have the words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from ottstats.living.figures import AGES, GENDERS
from ottstats.pages.names import decade_name, service_names
from ottstats.pages.seoul.choices import MAPS, SCALES, SeoulChoices
from ottstats.pages.seoul.city_map import MEASURES, CityMap, city_map, measure_text
from ottstats.pages.seoul.correlations import HeatMap, heat_map
from ottstats.pages.seoul.lines import LineGroup, line_groups
from ottstats.pages.seoul.names import group_name
from ottstats.pages.seoul.population import PopulationBars, population_bars
from ottstats.selectors.living_page import (
    BOTH,
    DistrictFigures,
    SeoulFigures,
    SeoulGroup,
    seoul_figures,
)


@dataclass(frozen=True)
class SeoulChip:
    """A value that one can choose; `name` is empty where the template has the word."""

    value: str
    name: str
    is_chosen: bool


@dataclass(frozen=True)
class DistrictRow:
    """A district in the table beside the map: a text for each measure."""

    name: str
    texts: Sequence[str]


@dataclass(frozen=True)
class SeoulChips:
    genders: Sequence[SeoulChip]
    ages: Sequence[SeoulChip]
    maps: Sequence[SeoulChip]
    decades: Sequence[SeoulChip]
    scales: Sequence[SeoulChip]


@dataclass(frozen=True)
class SeoulPage:
    choices: SeoulChoices
    chips: SeoulChips
    who: str
    heat_who: str
    genders_name: str
    loaded_at: datetime
    first_month: date
    last_month: date
    mean_age: str
    bars: PopulationBars
    map: CityMap
    districts: Sequence[DistrictRow]
    heat: HeatMap
    lines: Sequence[LineGroup]

    @property
    def years(self) -> str:
        """The years of the data."""
        return "–".join(dict.fromkeys((str(self.first_month.year), str(self.last_month.year))))

    @property
    def kept(self) -> list[tuple[str, str]]:
        """The fields of the address, for forms that change one of them."""
        group, chosen = self.choices.group, self.choices
        fields = [
            ("gender", group.gender, BOTH),
            ("age", str(group.age or ""), ""),
            ("map", chosen.map, MAPS[0]),
            ("decade", str(chosen.decade), str(group.age or AGES[0])),
            ("scale", chosen.scale, SCALES[0]),
        ]
        return [(name, value) for name, value, default in fields if value != default]


def seoul_page(choices: SeoulChoices) -> SeoulPage | None:
    """None as long as no data were loaded."""
    figures = seoul_figures(choices.group)
    return None if figures is None else _page(figures, choices)


def _page(figures: SeoulFigures, choices: SeoulChoices) -> SeoulPage:
    names = service_names()
    genders = choices.group.genders
    return SeoulPage(
        choices=choices,
        chips=_chips(choices),
        who=group_name(choices.group),
        heat_who=group_name(SeoulGroup(choices.group.gender, choices.decade)),
        genders_name=group_name(SeoulGroup(choices.group.gender)),
        loaded_at=figures.loaded_at,
        first_month=figures.months[0],
        last_month=figures.months[-1],
        mean_age=measure_text("age", figures.mean_age),
        bars=population_bars(figures.districts, genders, figures.population),
        map=city_map(figures.districts, choices.map),
        districts=[_row(one) for one in figures.districts],
        heat=heat_map(figures, choices.group.gender, choices.decade, names),
        lines=line_groups(figures, choices.scale, names),
    )


def _row(one: DistrictFigures) -> DistrictRow:
    texts = [measure_text(measure, value(one)) for measure, value in MEASURES.items()]
    return DistrictRow(str(one.district), texts)


def _chips(choices: SeoulChoices) -> SeoulChips:
    group = choices.group
    return SeoulChips(
        genders=[SeoulChip(one, "", one == group.gender) for one in (BOTH, *GENDERS)],
        ages=[
            SeoulChip("", "", group.age is None),
            *(SeoulChip(str(age), decade_name(age), age == group.age) for age in AGES),
        ],
        maps=[SeoulChip(one, "", one == choices.map) for one in MAPS],
        decades=[SeoulChip(str(age), decade_name(age), age == choices.decade) for age in AGES],
        scales=[SeoulChip(one, "", one == choices.scale) for one in SCALES],
    )
