"""The metrics, parameters and shadow evaluations of a run as labelled rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recommend.models import LabJob, ModelRun
from recommend.services.lab_jobs import percent, settings_of

Text = str | Promise

RATIO = "ratio_to_popularity"  # computed, not stored
# The label of each metric and how many decimals it has, by its key.
METRICS: Mapping[str, tuple[Text, int]] = {
    RATIO: (_("NDCG@50 to that of popularity"), 3),
    "blend_ndcg_at_50": (_("NDCG@50 of the lists, 10 picks"), 4),
    "popularity_ndcg_at_50": (_("NDCG@50 of popularity"), 4),
    "blend_recall_at_50": (_("Recall@50 of the lists, 10 picks"), 4),
    "coverage": (_("Share of all films that are recommended to anybody"), 3),
    "cases": (_("Simulated respondents"), 0),
    "picks_curve_cases": (_("Simulated respondents of the plot by picks"), 0),
    "rmse": (_("RMSE of predicted stars"), 4),
    "mae": (_("MAE of predicted stars"), 4),
    "home_people": (_("People at home learned from"), 0),
    "home_films": (_("Films that people at home were asked about"), 0),
    "home_likes": (_("Likes of people at home"), 0),
    "home_cases": (_("Held-out people at home"), 0),
    "home_ndcg_at_10": (_("NDCG@10 at home, 3 to 5 picks"), 4),
    "home_movielens_ndcg_at_10": (_("NDCG@10 at home of MovieLens alone"), 4),
    "training_seconds": (_("Seconds of training"), 1),
    "survey_simulation": (_("Why there was no survey simulation"), 0),
}
DRAWN = frozenset({"picks_curve", "picks_curve_popularity"})  # in a plot


@dataclass(frozen=True)
class LabelledFigure:
    """A figure with its label."""

    label: Text
    value: str


def ratio_to_popularity(run: ModelRun) -> float | None:
    """NDCG@50 of a run's lists divided by that of popularity, on the split of the run's seed."""
    own, popular = (run.metrics.get(f"{name}_ndcg_at_50") for name in ("blend", "popularity"))
    if not isinstance(own, int | float) or not isinstance(popular, int | float) or popular <= 0:
        return None
    return own / popular


def metric(run: ModelRun, name: str, decimals: int = 3) -> str | None:
    """A metric as text; None if it was not measured."""
    value = run.metrics.get(name)
    return f"{value:,.{decimals}f}" if isinstance(value, int | float) else None


def metric_values(run: ModelRun) -> dict[str, float | str]:
    """Values by name: the ratio, then the metrics with a label, then the rest."""
    known: dict[str, Any] = {RATIO: ratio_to_popularity(run)} | run.metrics
    names = [*METRICS, *sorted(set(known) - set(METRICS) - DRAWN)]
    return {name: known[name] for name in names if isinstance(known.get(name), int | float | str)}


def label_of(name: str) -> Text:
    return METRICS[name][0] if name in METRICS else name


def written(name: str, value: float | str | None) -> str:
    """A metric as the page shows it."""
    if isinstance(value, int | float):
        return f"{value:,.{decimals_of(name)}f}"
    return value or "–"


def decimals_of(name: str) -> int:
    return METRICS[name][1] if name in METRICS else 4


def metric_rows(run: ModelRun) -> list[LabelledFigure]:
    return [
        LabelledFigure(label_of(name), written(name, value))
        for name, value in metric_values(run).items()
    ]


def flattened(values: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Nested mappings become names with dots: `als.factors`."""
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from flattened(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def parameter_rows(parameters: Mapping[str, Any]) -> list[LabelledFigure]:
    return [LabelledFigure(name, plain(value)) for name, value in flattened(parameters)]


def calibration_rows(run: ModelRun) -> list[LabelledFigure]:
    """The coefficients of the formula in docs/algorithms.md, and the spread between people."""
    chances = run.chances
    coefficients = ", ".join(f"{one:.4g}" for one in chances.coefficients)
    return [
        LabelledFigure(_("coefficients"), coefficients),
        LabelledFigure(_("spread"), f"{chances.spread:.3g}"),
    ]


def plain(value: Any) -> str:
    """A parameter as text; numbers have at most six digits."""
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:.6g}"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def table(rows: Sequence[LabelledFigure]) -> SafeString | str:
    """The rows as a table, for a read-only field of a form."""
    if not rows:
        return gettext("Nothing was measured.")
    cells = format_html_join(
        "",
        '<tr><th scope="row">{}</th><td class="number">{}</td></tr>',
        ((row.label, row.value) for row in rows),
    )
    return format_html('<table class="lab-figures"><tbody>{}</tbody></table>', cells)


# --- shadow evaluations --------------------------------------------------------------------------

VERDICTS: Mapping[str, Text] = {
    "better": _("Better than the live run"),
    "not_worse": _("Not worse than the live run"),
    "unclear": _("Unclear: too few people to tell"),
    "worse": _("Worse than the live run"),
}


@dataclass(frozen=True)
class ComparedRow:
    """Both means at one number of picks, and the difference with its interval, in percent."""

    picks: int
    candidate: str
    live: str
    popularity: str
    difference: str
    interval: str
    p_value: str
    verdict: Text


@dataclass(frozen=True)
class JudgesTable:
    """What people at home, or those of MovieLens, say of a run."""

    title: Text
    is_home: bool
    figures: Mapping[str, Any]

    @property
    def rows(self) -> list[ComparedRow]:
        return [
            ComparedRow(
                picks=one["picks"],
                candidate=f"{one['candidate']:.4f}",
                live=f"{one['live']:.4f}",
                popularity=f"{one['popularity']:.4f}",
                difference=percent(one["ratio"]["value"]),
                interval=f"{percent(one['ratio']['low'])} … {percent(one['ratio']['high'])}",
                p_value=f"{one['p_value']:.4f}",
                verdict=VERDICTS[one["verdict"]],
            )
            for one in self.figures["compared"]
        ]


@dataclass(frozen=True)
class Judgement:
    """The newest shadow evaluation of a run. `is_stale`: the weights of either run, or the live
    run, have changed since."""

    job: LabJob
    verdict: str
    label: Text
    is_stale: bool

    @property
    def shadow(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.job.result["shadow"]
        return found

    @property
    def tables(self) -> list[JudgesTable]:
        """Those who decide first. Evaluations of earlier versions have MovieLens only."""
        home = self.shadow.get("home")
        if home is None:
            return [JudgesTable(_("People of MovieLens decide"), False, self.shadow)]
        return [
            JudgesTable(_("People at home decide"), True, home),
            JudgesTable(_("People of MovieLens do not decide"), False, self.shadow),
        ]

    @property
    def is_good(self) -> bool:
        return self.verdict in ("better", "not_worse") and self.shadow["beats_popularity"]

    @property
    def is_doubtful(self) -> bool:
        """The run may be worse than the live one: found to be worse, or not known today."""
        return self.is_stale or not self.is_good


def judgement_of(job: LabJob, run: ModelRun | None, live: ModelRun | None) -> Judgement:
    """The shadow evaluation of a job; `run` and `live` are as they are now."""
    shadow = job.result["shadow"]
    stale = (
        run is None
        or live is None
        or job.against_id != live.pk
        or settings_of(run) != shadow["settings"]
        or settings_of(live) != shadow["live_settings"]
    )
    return Judgement(job, shadow["verdict"], VERDICTS[shadow["verdict"]], stale)


def newest_judgement(run: ModelRun, live: ModelRun | None) -> Judgement | None:
    job = LabJob.objects.judgements().with_runs().filter(run=run).first()
    return judgement_of(job, run, live) if job else None
