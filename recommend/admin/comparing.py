"""What the page that compares two runs shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext

from movies.models import Gender
from recommend.admin import figures
from recommend.models import LabJob, ModelRun
from recommend.ranking.side_by_side import PersonLists, compare_lists
from recommend.scoring.weights import SETTINGS

Text = str | Promise


@dataclass(frozen=True)
class Sides:
    """A figure of both runs; only numbers have a `difference`."""

    label: Text
    first: str
    second: str
    difference: str
    differs: bool


@dataclass(frozen=True)
class ComparedPersona:
    """A person of the sample, in words."""

    name: str
    lists: PersonLists

    @property
    def overlap(self) -> str:
        return f"{self.lists.overlap:.0f} %"


def context(first: ModelRun, second: ModelRun, live: ModelRun | None) -> dict[str, Any]:
    """Numbers, weights and parameters, the newest shadow evaluation of the two, and the lists."""
    return {
        "first": first,
        "second": second,
        "numbers": _numbers(figures.metric_values(first), figures.metric_values(second)),
        "weights": [
            _sides(gettext(setting.label), getattr(first, name), getattr(second, name))
            for name, setting in SETTINGS.items()
        ],
        "parameters": _both(_parameters(first), _parameters(second)),
        "judgement": _judgement(first, second, live),
        "people": [ComparedPersona(_name(lists), lists) for lists in compare_lists(first, second)],
    }


def _judgement(
    first: ModelRun, second: ModelRun, live: ModelRun | None
) -> figures.Judgement | None:
    """The newest evaluation of this pair, whichever of the two was the candidate."""
    pair = Q(run=first, against=second) | Q(run=second, against=first)
    job = LabJob.objects.judgements().with_runs().filter(pair).first()
    if job is None:
        return None
    return figures.judgement_of(job, first if job.run_id == first.pk else second, live)


def _parameters(run: ModelRun) -> dict[str, Any]:
    return {
        gettext("data set"): run.data_name,
        gettext("SHA-256"): run.data_digest[:12],
        gettext("seed"): run.seed,
        **dict(figures.flattened(run.parameters)),
    }


def _numbers(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[Sides]:
    return [
        _sides(
            figures.label_of(name),
            first.get(name),
            second.get(name),
            written=partial(figures.written, name),
            difference=f"+,.{figures.decimals_of(name)}f",
        )
        for name in _names(first, second)
    ]


def _both(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[Sides]:
    return [_sides(name, first.get(name), second.get(name)) for name in _names(first, second)]


def _names(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[str]:
    return [*first, *(name for name in second if name not in first)]


def _sides(
    label: Text,
    first: Any,
    second: Any,
    *,
    written: Callable[[Any], str] = figures.plain,
    difference: str = "+.4g",
) -> Sides:
    differs = first != second
    numbers = _is_number(first) and _is_number(second)
    return Sides(
        label,
        written(first),
        written(second),
        f"{first - second:{difference}}".replace("-", "−") if differs and numbers else "–",
        differs,
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _name(lists: PersonLists) -> str:
    if not lists.gender:
        return gettext("A person who gives neither gender nor age")
    gender = dict(Gender.choices)[lists.gender]
    return gettext("%(gender)s, %(age)s years old") % {"gender": gender, "age": lists.age}
