"""Plots of a comparison: quality by number of picks, against coverage, and by group.

The only module that imports matplotlib. SVG and PNG; the same figures give the same SVG, byte for
byte. Colours are those of M. Okabe, K. Ito, "Color universal design", 2008, which colour-blind
people can tell apart; shapes differ too, and names stand next to their points.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import fmean as mean
from typing import Any

from recommend.lab.evaluation.figures import RecommenderComparison
from recommend.lab.reports import words

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
SHAPES = ("o", "s", "^", "D", "v", "P", "X")
GREY = "#555555"
STYLE: Any = {
    "svg.hashsalt": "ottwin",  # otherwise ids in the file are random
    "font.family": "DejaVu Sans",  # comes with matplotlib, so it is the same everywhere
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#e4e4e4",
    "axes.axisbelow": True,
    "axes.titlelocation": "left",
    "axes.titlesize": 10,
    "figure.dpi": 110,
}
TITLES = {
    "picks": "NDCG@50 by number of picks",
    "coverage": "NDCG@50 against catalogue coverage",
    "groups": "NDCG@50 by group of people",
}
Box = tuple[float, float, float, float]
NEAR = 14  # pixels
PLACES = [  # of a name, seen from its point, in pixels: right, up, and which end is there
    (8, 0, "left"),
    (-8, 0, "right"),
    (0, 14, "center"),
    (0, -14, "center"),
    *(
        (side * 0.8 * far, up * far, "left" if side > 0 else "right")
        for far in (9, 18, 28, 40, 54, 70, 90)
        for up in (1, -1)
        for side in (1, -1)
    ),
]
LINE = 0.045  # height of a line of text, as a share of the axes


def draw_plots(found: RecommenderComparison, folder: Path) -> list[tuple[str, Path]]:
    """Write SVG and PNG of each plot into `folder`; returns what each shows, and its SVG's path.

    The first is left out if there is no curve, the last one if there are no groups.
    """
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    drawings: dict[str, Callable[[Any, RecommenderComparison], None]] = {"coverage": _coverage}
    if found.curve is not None:
        drawings = {"picks": _picks, **drawings}
    if found.groups:
        drawings["groups"] = _groups
    written = []
    with mpl.rc_context(STYLE):
        for name, draw in drawings.items():
            figure = Figure(layout="constrained")
            FigureCanvasAgg(figure)
            draw(figure, found)
            path = folder / f"{found.data}-{name}.svg"
            figure.savefig(path, metadata={"Date": None, "Creator": None})
            figure.savefig(path.with_suffix(".png"), metadata={"Software": None})
            written.append((f"{TITLES[name]}, {found.data}", path))
    return written


def _looks(found: RecommenderComparison) -> dict[str, tuple[str, str]]:
    """Colour and shape of each recommender that is shown; the same in every plot."""
    looks = zip(COLOURS, SHAPES, strict=True)
    return dict(zip(sorted(words.shown(found)), looks, strict=False))


def _picks(figure: Any, found: RecommenderComparison) -> None:
    """Lines of the ratio to the baseline, with the 95 % interval of each point."""
    assert found.curve is not None  # noqa: S101
    figure.set_size_inches(7.2, 4.4)
    axes = figure.subplots()
    ends: list[tuple[float, str, str]] = []
    looks = _looks(found)
    numbers = sorted(next(iter(found.curve.ratio.values())))
    places = range(len(numbers))
    for name, curve in found.curve.ratio.items():
        if name not in looks:
            continue
        colour, shape = looks[name]
        points = [curve[picks] for picks in numbers]
        low, high = [one.low for one in points], [one.high for one in points]
        axes.fill_between(places, low, high, color=colour, alpha=0.10, linewidth=0)
        values = [one.value for one in points]
        axes.plot(places, values, color=colour, marker=shape, markersize=5, linewidth=1.8)
        ends.append((values[-1], name, colour))
    axes.axhline(1.0, color=GREY, linewidth=1.2, linestyle="--")
    ends.append((1.0, found.baseline, GREY))
    _label_ends(axes, ends, len(numbers) - 1)
    axes.set_xticks(places, [str(picks) for picks in numbers])
    axes.set_xlabel("picks (nested, of the same people)")
    axes.set_ylabel(f"NDCG@50, {found.baseline} = 1")
    axes.set_title(f"{found.data}: {found.curve.people:,} people, bands are 95 % intervals")


def _label_ends(axes: Any, ends: Sequence[tuple[float, str, str]], last: int) -> None:
    """Names to the right of the last points, moved apart where they would overlap."""
    low, high = axes.get_ylim()
    gap = LINE * (high - low)
    heights = _apart([value for value, _name, _colour in sorted(ends)], gap)
    for height, (value, name, colour) in zip(heights, sorted(ends), strict=True):
        axes.annotate(
            name, (last, value), (last + 0.12, height), color=colour, va="center",
            annotation_clip=False,
        )  # fmt: skip
    axes.set_xlim(-0.2, last + 0.1)


def _apart(values: Sequence[float], gap: float) -> list[float]:
    """Ascending heights at least `gap` apart, each group of crowded ones about its own middle."""
    groups: list[list[float]] = []
    for value in values:
        group = [value]
        while groups and mean(group) - mean(groups[-1]) < gap * (len(group) + len(groups[-1])) / 2:
            group = groups.pop() + group
        groups.append(group)
    return [
        mean(group) + gap * (place - (len(group) - 1) / 2)
        for group in groups
        for place in range(len(group))
    ]


def _coverage(figure: Any, found: RecommenderComparison) -> None:
    """All recommenders as points with their names."""
    figure.set_size_inches(7.2, 5.0)
    axes = figure.subplots()
    looks = _looks(found)
    rows = found.tables[found.group_picks]
    points = []
    for row in rows:
        x, y = 100 * row.lists["coverage"], row.measures["ndcg"].value
        colour, shape = looks.get(row.model, (GREY, "o"))
        axes.plot([x], [y], marker=shape, color=colour, markersize=6, linestyle="")
        points.append((x, y, row.model, colour))
    axes.margins(0.14)
    axes.set_xlabel("catalogue coverage: films in at least one list, %")
    axes.set_ylabel("NDCG@50")
    picks = words.counted(found.group_picks, "pick", "picks")
    axes.set_title(f"{found.data}: {picks}, {rows[0].cases:,} cases")
    _label_points(figure, axes, points)


def _label_points(figure: Any, axes: Any, points: Sequence[tuple[float, float, str, str]]) -> None:
    """Put each name at the nearest place round its point where it covers nothing; a name that is
    far from its point gets a line to it."""
    figure.canvas.draw()  # before that, the places of points are unknown
    at = axes.transData.transform([(x, y) for x, y, _name, _colour in points])
    taken = [(across - 5, up - 5, across + 5, up + 5) for across, up in at.tolist()]
    renderer = figure.canvas.get_renderer()
    limits = _edges(axes, renderer)
    for x, y, name, colour in points:
        look = {"xy": (x, y), "textcoords": "offset pixels", "va": "center", "color": colour}
        costs = []
        for right, up, across in PLACES:
            text = axes.annotate(name, xytext=(right, up), ha=across, fontsize=9, **look)
            box = _edges(text, renderer)
            text.remove()
            costs.append((sum(_cover(box, other) for other in taken), _outside(box, limits), box))
        best = min(range(len(PLACES)), key=lambda place: costs[place][1::-1])
        right, up, across = PLACES[best]
        far = max(abs(right), abs(up)) > NEAR
        line = {"arrowstyle": "-", "color": colour, "linewidth": 0.6} if far else None
        axes.annotate(name, xytext=(right, up), ha=across, fontsize=9, arrowprops=line, **look)
        taken.append(costs[best][2])


def _edges(drawn: Any, renderer: Any) -> Box:
    box = drawn.get_window_extent(renderer)
    return box.x0, box.y0, box.x1, box.y1


def _outside(box: Box, limits: Box) -> bool:
    return box[0] < limits[0] or box[1] < limits[1] or box[2] > limits[2] or box[3] > limits[3]


def _cover(one: Box, other: Box) -> float:
    """The area that two boxes have in common."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return max(wide, 0.0) * max(high, 0.0)


def _groups(figure: Any, found: RecommenderComparison) -> None:
    """A row for each group, a mark for each recommender; the 95 % interval of the best one."""
    figure.set_size_inches(7.2, 1.6 + 0.34 * len(found.groups))
    axes = figure.subplots()
    looks = _looks(found)
    best = words.shown(found)[0]
    rows = list(reversed(found.groups))
    heights, height, before = [], 0.0, ""
    for group in rows:
        height += 1.0 if before in (group.axis, "") else 1.7
        before = group.axis
        heights.append(height)
    for name in words.shown(found):
        colour, shape = looks[name]
        having = [(row, at) for row, at in zip(rows, heights, strict=True) if name in row.models]
        ratios, places = [row.models[name].ratio for row, _ in having], [at for _, at in having]
        if name == best:
            low, high = [one.low for one in ratios], [one.high for one in ratios]
            axes.hlines(places, low, high, color=colour, alpha=0.35, linewidth=3)
        values = [one.value for one in ratios]
        axes.plot(
            values, places, marker=shape, color=colour, markersize=6, linestyle="", label=name
        )
    axes.axvline(1.0, color=GREY, linewidth=1.2, linestyle="--")
    labels = [f"{group.name} ({group.people:,})" for group in rows]
    axes.set_yticks(heights, labels)
    axes.grid(axis="y", visible=False)
    axes.set_xlabel(f"NDCG@50, {found.baseline} in the same group = 1")
    axes.set_title(
        f"{found.data}: {words.counted(found.group_picks, 'pick', 'picks')}, people in brackets, "
        f"bars are 95 % intervals of {best}"
    )
    figure.legend(loc="outside upper left", ncols=len(words.shown(found)), frameon=False)
