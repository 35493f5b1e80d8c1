"""The profile of the loaded data as charts, Markdown and SVG. Pure.

The same data give the same bytes: nothing is drawn at random, and no time of day is written.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from recommend.lab.data.profile import TOPS, DataProfile, Missing, Spread, band_names
from recommend.lab.reports import drawing
from recommend.lab.reports.tables import Section

REPORT = "profile.md"


@dataclass(frozen=True)
class ProfileChart:
    """Curves over the same heads. `texts`: the numbers as the table has them; `curves` are what is
    drawn, which may be logarithms of them."""

    name: str
    title: str
    across: str
    heads: Sequence[str]
    curves: dict[str, list[float]]
    texts: dict[str, list[str]]
    is_joined: bool = False

    def svg(self) -> str:
        draw = drawing.lines if self.is_joined else drawing.bars
        return draw(self.title, self.heads, self.curves)

    def section(self) -> Section:
        columns = list(self.texts.values())
        rows = [
            [head, *(column[place] for column in columns)] for place, head in enumerate(self.heads)
        ]
        return Section("", (self.across, *self.texts), rows)


def charts_of(found: DataProfile) -> list[ProfileChart]:
    """Every chart of the report, in its order; those without a row are left out."""
    charts = [
        _bands("likes-per-person", "Likes per person", "people", found.of_people),
        _bands("likes-per-film", "Likes per film", "films", found.of_films),
        _long_tail(found),
        _ranks(found.of_films),
        _genres(found),
        *(_months(name, list(rows), list(rows.values())) for name, rows in found.months.items()),
        _missing("missing-films", "Missing values of films", found.missing_of_films),
        _missing("missing-people", "Missing values of people", found.missing_of_people),
        _covered(found),
    ]
    return [chart for chart in charts if chart.heads]


def files_of(found: DataProfile) -> dict[str, str]:
    """The report and its drawings, by the name of the file."""
    charts = charts_of(found)
    drawings = {f"{chart.name}.svg": chart.svg() for chart in charts}
    return {REPORT: "\n".join(_markdown(found, charts)).rstrip() + "\n", **drawings}


def _markdown(found: DataProfile, charts: Sequence[ProfileChart]) -> Iterator[str]:
    yield f"# Profile of {found.name}"
    yield ""
    yield (
        f"{found.people:,} people, {found.films:,} films, {found.ratings:,} ratings, of which "
        f"{found.likes:,} likes (4 stars or more). SHA-256 of the files `{found.digest[:12]}…`."
    )
    yield ""
    rows = [
        [name, f"{one.mean:,.1f}", f"{one.median:,.0f}", f"{one.most:,}", f"{one.gini:.3f}"]
        for name, one in (("a person", found.of_people), ("a film", found.of_films))
    ]
    header = ("likes of", "mean", "median", "most", "Gini")
    yield from Section("Spread", header, rows).markdown()
    for chart in charts:
        yield from (f"### {chart.title}", "", f"![{chart.title}]({chart.name}.svg)", "")
        yield from chart.section().markdown()
    rows = [[name, why] for name, why in found.timeless.items()]
    yield from Section("Activity without months", ("rows", "why"), rows).markdown()


def _counted(values: Sequence[int]) -> list[str]:
    return [f"{value:,}" for value in values]


def _percent(values: Sequence[float]) -> list[str]:
    return [f"{value:.1f} %" for value in values]


def _share(part: int, whole: int) -> float:
    return round(100 * part / whole, 2) if whole else 0.0


def _bands(name: str, title: str, who: str, spread: Spread) -> ProfileChart:
    numbers = list(spread.bands)
    curves = {who: [float(number) for number in numbers]}
    return ProfileChart(name, title, "likes", band_names(), curves, {who: _counted(numbers)})


def _long_tail(found: DataProfile) -> ProfileChart:
    curves = {
        "likes of films": list(found.of_films.top_shares),
        "likes by people": list(found.of_people.top_shares),
    }
    texts = {name: _percent(values) for name, values in curves.items()}
    heads = [f"{top} %" for top in TOPS]
    return ProfileChart(
        "long-tail", "Share of all likes", "the first", heads, curves, texts, is_joined=True
    )


def _ranks(spread: Spread) -> ProfileChart:
    """Logarithms are drawn: on both axes a power law is a straight line."""
    likes = list(spread.by_rank.values())
    curves = {"likes": [round(math.log10(1 + number), 4) for number in likes]}
    heads = [f"{rank:,}" for rank in spread.by_rank]
    title = "Likes of the film at each rank (logarithms)"
    texts = {"likes": _counted(likes)}
    return ProfileChart("ranks", title, "rank", heads, curves, texts, is_joined=True)


def _genres(found: DataProfile) -> ProfileChart:
    films = [number for number, _likes in found.genres.values()]
    likes = [number for _films, number in found.genres.values()]
    curves = {
        "share of films": [_share(number, found.films) for number in films],
        "share of likes": [_share(number, found.likes) for number in likes],
    }
    texts = {name: _percent(values) for name, values in curves.items()}
    texts |= {"films": _counted(films), "likes": _counted(likes)}
    return ProfileChart("genres", "Genres", "genre", list(found.genres), curves, texts)


def _months(name: str, heads: Sequence[str], numbers: Sequence[int]) -> ProfileChart:
    slug = name.replace(" ", "-")
    curves = {name: [float(number) for number in numbers]}
    return ProfileChart(
        f"months-{slug}", f"Activity by month: {name}", "month", heads, curves,
        {name: _counted(numbers)}, is_joined=True,
    )  # fmt: skip


def _missing(name: str, title: str, rows: Sequence[Missing]) -> ProfileChart:
    curves = {"empty": [_share(row.empty, row.rows) for row in rows]}
    texts = {
        "empty": _percent(curves["empty"]),
        "rows": [f"{row.empty:,} of {row.rows:,}" for row in rows],
    }
    return ProfileChart(name, title, "column", [row.column for row in rows], curves, texts)


def _covered(found: DataProfile) -> ProfileChart:
    curves = {
        "share of films": [_share(row.films, found.films) for row in found.covered],
        "share of ratings": [_share(row.ratings, found.ratings) for row in found.covered],
    }
    texts = {name: _percent(values) for name, values in curves.items()}
    heads = [row.what for row in found.covered]
    return ProfileChart("covered", "Films with availability and text", "with", heads, curves, texts)
