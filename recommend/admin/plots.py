"""Plots of the model lab, with the geometry of `ottstats.charts`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any

import numpy as np
from django.db.models import Max
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from movies.demographics import band_limits
from movies.genres import GENRES, genre_name
from movies.models import Gender, Movie
from ottstats import charts
from ottstats.charts import LineChart
from recommend.models import ModelRun

BOX = {"ceiling": 24.0, "floor": 150.0, "margin": 6.0}
SHARES = np.geomspace(1e-4, 1e-1, 31)  # of what people with the same answers like
TICKS_OF_SHARES = (0, 10, 20, 30)

Text = str | Promise


@dataclass(frozen=True)
class Tick:
    x: float
    label: str


@dataclass(frozen=True)
class PlottedCurve:
    """`place`: the index of colour and dash; `values`: the texts in the table."""

    name: Text
    place: int
    line: LineChart
    values: Sequence[str]


@dataclass(frozen=True)
class Plot:
    """`heads`: headings of the table's rows; `across`: the label of the horizontal axis."""

    title: Text
    across: Text
    curves: Sequence[PlottedCurve]
    ticks: Sequence[Tick]
    heads: Sequence[str]
    is_joined: bool = True  # False if nothing lies between two points

    @property
    def rows(self) -> list[tuple[str, Sequence[str]]]:
        columns = [curve.values for curve in self.curves]
        values = zip_longest(*columns, fillvalue="–")
        return [(head, row) for head, row in zip(self.heads, values, strict=True)]


def plot(
    title: Text,
    across: Text,
    heads: Sequence[str],
    curves: Mapping[Any, Sequence[float | None]],
    *,
    written: Callable[[float], str],
    ticks: Sequence[int] | None = None,
) -> Plot | None:
    """Lines over the same points, from 0 to the largest value; None without any value.

    `ticks`: the places of the points that get a label; all of them by default.
    """
    top = charts.highest(curves.values())
    if not heads or top <= 0:
        return None
    drawn = [
        PlottedCurve(
            name,
            place,
            charts.line(values, top=top, **BOX),
            ["–" if value is None else written(value) for value in values],
        )
        for place, (name, values) in enumerate(curves.items())
    ]
    points = drawn[0].line.points
    labelled = range(len(heads)) if ticks is None else ticks
    return Plot(title, across, drawn, [Tick(points[one].x, heads[one]) for one in labelled], heads)


def of_run(run: ModelRun) -> list[Plot]:
    """The plots of a run's stored metrics and calibration."""
    return [one for one in (_of_picks(run), _of_shares(run)) if one is not None]


def _of_picks(run: ModelRun) -> Plot | None:
    """NDCG@50 by number of picks."""
    curve = run.metrics.get("picks_curve")
    if not isinstance(curve, dict):
        return None
    picks = sorted(curve, key=int)
    lines: dict[Any, list[float | None]] = {gettext("This run"): [curve[one] for one in picks]}
    popular = run.metrics.get("picks_curve_popularity")
    if isinstance(popular, int | float):
        lines[gettext("Popularity")] = [float(popular)] * len(picks)
    return plot(
        _("NDCG@50 by number of picks"), _("Picks"), picks, lines,
        written=lambda value: f"{value:.3f}",
    )  # fmt: skip


def _of_shares(run: ModelRun) -> Plot | None:
    """P(like) by share, for the film with the most ratings and one with a tenth of them."""
    most = Movie.objects.aggregate(most=Max("rating_count"))["most"] or 0
    if not most:
        return None
    lines = {
        gettext("A film with %(number)s ratings") % {"number": f"{ratings:,}"}: [
            float(one) for one in run.chances.probabilities(np.log(SHARES), ratings)
        ]
        for ratings in dict.fromkeys([most, max(most // 10, 1)])
    }
    return plot(
        _("P(like) by share"), _("Share"), [f"{100 * share:.3g} %" for share in SHARES], lines,
        written=lambda value: f"{100 * value:.0f} %",
        ticks=list(TICKS_OF_SHARES),
    )  # fmt: skip


def of_groups(shadow: Mapping[str, Any], names: tuple[str, str]) -> Plot | None:
    """NDCG@50 by gender and age in a shadow evaluation; `names` are those of both runs."""
    groups = shadow.get("groups", [])
    found = plot(
        _("NDCG@50 by gender and age"), _("Group (people)"),
        [f"{_group_name(one)} ({one['cases']:,})" for one in groups],
        {names[0]: [one["candidate"] for one in groups], names[1]: [one["live"] for one in groups]},
        written=lambda value: f"{value:.3f}",
    )  # fmt: skip
    if found is None:
        return None
    short = [
        replace(tick, label=_group_name(one)) for tick, one in zip(found.ticks, groups, strict=True)
    ]
    return replace(found, ticks=short, is_joined=False)


def _group_name(group: Mapping[str, Any]) -> str:
    if group["kind"] == "gender":
        return str(dict(Gender.choices).get(group["group"], group["group"]))
    first, last = band_limits(int(group["group"]))
    return f"{first}–{last}" if last else f"{first}+"


def of_trials(tuned: Mapping[str, Any]) -> Plot | None:
    """The value of each trial, and the best one so far."""
    best, so_far = None, []
    trials = [trial for trial in tuned["trials"] if trial[1] is not None]
    for _number, value, state in trials:
        if state == "complete":
            best = value if best is None else max(best, value)
        so_far.append(best)
    numbers = [str(number + 1) for number, _value, _state in trials]
    step = max(len(numbers) // 10, 1)
    return plot(
        _("Trials"), _("Trial"), numbers,
        {gettext("Value"): [value for _n, value, _s in trials], gettext("Best so far"): so_far},
        written=lambda value: f"{value:.4f}",
        ticks=range(0, len(numbers), step),
    )  # fmt: skip


# The words of the profile of the data (`recommend.lab.reports.profile`), which a job stores in
# English; genres and columns are translated as everywhere.
PROFILE_WORDS: Mapping[str, Text] = {
    "Likes per person": _("Likes per person"),
    "Likes per film": _("Likes per film"),
    "Share of all likes": _("Share of all likes"),
    "Likes of the film at each rank (logarithms)": _("Likes of the film at each rank (logarithms)"),
    "Genres": _("Genres"),
    "Activity by month: viewings": _("Activity by month: viewings"),
    "Activity by month: surveys": _("Activity by month: surveys"),
    "Activity by month: events of members": _("Activity by month: events of members"),
    "Missing values of films": _("Missing values of films"),
    "Missing values of people": _("Missing values of people"),
    "Films with availability and text": _("Films with availability and text"),
    "likes": _("likes"),
    "people": _("people"),
    "films": _("films"),
    "the first": _("the first"),
    "likes of films": _("likes of films"),
    "likes by people": _("likes by people"),
    "rank": _("rank"),
    "genre": _("genre"),
    "share of films": _("share of films"),
    "share of likes": _("share of likes"),
    "share of ratings": _("share of ratings"),
    "month": _("month"),
    "viewings": _("viewings"),
    "surveys": _("surveys"),
    "events of members": _("events of members"),
    "column": _("column"),
    "empty": _("empty"),
    "with": _("with"),
    "availability": _("availability"),
    "text": _("text"),
    "both": _("both"),
}
MOST_TICKS = 6


def of_profile(profile: Mapping[str, Any]) -> list[Plot]:
    """The charts of a profile of the data; each point has its text in the table."""
    found = []
    for chart in profile["charts"]:
        heads = [_word(head) for head in chart["heads"]]
        top = charts.highest(chart["curves"].values())
        if top <= 0:
            continue
        curves = [
            PlottedCurve(
                _word(name), place, charts.line(values, top=top, **BOX), chart["texts"][name]
            )
            for place, (name, values) in enumerate(chart["curves"].items())
        ]
        step = -(-len(heads) // MOST_TICKS)
        points = curves[0].line.points
        ticks = [Tick(points[one].x, heads[one]) for one in range(0, len(heads), step)]
        across, title = _word(chart["across"]), _word(chart["title"])
        found.append(Plot(title, across, curves, ticks, heads, is_joined=chart["is_joined"]))
    return found


def _word(text: str) -> str:
    """A genre, a column or a word of the report in the reader's language; figures as they are."""
    if text in GENRES:
        return genre_name(text)
    return str(PROFILE_WORDS[text]) if text in PROFILE_WORDS else gettext(text)
