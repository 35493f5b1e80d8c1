"""What the page that holds one run against another shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from movies.models import Gender
from recommend.admin import figures
from recommend.compare import PersonLists, compare_lists
from recommend.models import LabJob, ModelRun

Text = str | Promise


@dataclass(frozen=True)
class Sides:
    """A figure of both runs. `differs`: it is not the same; `difference` of numbers only."""

    label: Text
    first: str
    second: str
    difference: str
    differs: bool


@dataclass(frozen=True)
class Person:
    """Somebody of the sample, in words."""

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
        "numbers": _sides(figures.metric_values(first), figures.metric_values(second)),
        "weights": _sides(_weights(first), _weights(second)),
        "parameters": _sides(_parameters(first), _parameters(second)),
        "judgement": _judgement(first, second, live),
        "people": [Person(_name(lists), lists) for lists in compare_lists(first, second)],
    }


def _judgement(
    first: ModelRun, second: ModelRun, live: ModelRun | None
) -> figures.Judgement | None:
    """Whichever of the two was the candidate."""
    pairs = [(first.pk, second.pk), (second.pk, first.pk)]
    both = [first.pk, second.pk]
    judged = LabJob.objects.judgements().with_runs().filter(run__in=both, against__in=both)
    for job in judged:
        if (job.run_id, job.against_id) in pairs:
            candidate = first if job.run_id == first.pk else second
            return figures.judgement_of(job, candidate, live)
    return None


def _weights(run: ModelRun) -> dict[Text, Any]:
    names = (
        "answers_weight", "twin_weight", "neighbour_weight", "neighbour_count", "novelty_weight",
        "diversity", "series_limit", "usage_exponent",
    )  # fmt: skip
    return {WEIGHT_NAMES[name]: getattr(run, name) for name in names}


def _parameters(run: ModelRun) -> dict[Text, Any]:
    return {
        gettext("data set"): run.data_name,
        gettext("SHA-256"): run.data_digest[:12],
        gettext("seed"): run.seed,
        **dict(figures.flattened(run.parameters)),
    }


def _sides(first: Mapping[Text, Any], second: Mapping[Text, Any]) -> list[Sides]:
    labels = [*first, *(label for label in second if label not in first)]
    return [_side(label, first.get(label), second.get(label)) for label in labels]


def _side(label: Text, first: Any, second: Any) -> Sides:
    known = label in figures.DECIMALS

    def shown(value: Any) -> str:
        return figures.written(label, value) if known else figures.plain(value)

    difference = "–"
    if _is_number(first) and _is_number(second) and first != second:
        change = first - second
        places = figures.DECIMALS.get(label, 4)
        difference = f"{change:+,.{places}f}" if known else f"{change:+.4g}"
    return Sides(label, shown(first), shown(second), difference.replace("-", "−"), first != second)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _name(lists: PersonLists) -> str:
    if not lists.gender:
        return gettext("Somebody who tells neither gender nor age")
    gender = dict(Gender.choices)[lists.gender]
    return gettext("%(gender)s, %(age)s years old") % {"gender": gender, "age": lists.age}


WEIGHT_NAMES: Mapping[str, Text] = {
    "answers_weight": gettext_lazy("Encoder of answers"),
    "twin_weight": gettext_lazy("The twin's taste"),
    "neighbour_weight": gettext_lazy("Neighbours"),
    "neighbour_count": gettext_lazy("Number of neighbours"),
    "novelty_weight": gettext_lazy("Lesser-known films"),
    "diversity": gettext_lazy("Diversity"),
    "series_limit": gettext_lazy("Films of one series"),
    "usage_exponent": gettext_lazy("Public statistics (lambda)"),
}


def names_of(fields: Sequence[str]) -> dict[str, Text]:
    """Labels of the fields of a form."""
    return {name: WEIGHT_NAMES[name] for name in fields}
