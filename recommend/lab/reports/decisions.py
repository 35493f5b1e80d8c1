"""The figures of `evaluate --decisions` as lines of text. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from recommend.lab.evaluation.decisions import CONSTANT, OTTWIN, Bin, DecisionQuality
from recommend.lab.evaluation.questions import QuestionsQuality
from recommend.lab.reports.tables import Section


def decision_lines(title: str, found: DecisionQuality) -> Iterator[str]:
    """Regret by rule, calibration error, and both reliability tables."""
    own, constant = found.regrets[OTTWIN], found.regrets[CONSTANT]
    shares = [1 - own[name] / constant[name] if constant[name] else 0.0 for name in own]
    rows = [
        [rule, *(f"{regrets[name]:.4f}" for name in own)] for rule, regrets in found.regrets.items()
    ]
    saved = ["less than the best constant choice by", *(f"{100 * share:.1f}%" for share in shares)]
    frequent = [
        "people with the most frequent answer",
        *(f"{100 * found.winners[name]:.0f}%" for name in own),
    ]
    caption = f"{title}: {found.cases} people, spread {found.spread:.2f}"
    yield from Section(caption, ("mean regret", *own), [*rows, saved, frequent]).lines()
    errors = [f"{name} {error:.4f}" for name, error in found.errors.items()]
    yield f"calibration error (10 bins): {', '.join(errors)}"
    yield from _reliability("P(like)", found.chances)
    yield from _reliability("sureness", found.sureness)


def _reliability(what: str, bins: Sequence[Bin]) -> Iterator[str]:
    """A plot in text: the bar is what happened, the mark what was said."""
    yield f"{what:<9} {'said':>7} {'right':>7} {'answers':>10}"
    for one in bins:
        bar = list(f"{'#' * round(40 * one.right):<41}")
        bar[round(40 * one.said)] = "|"
        yield f"{'':<9} {one.said:>7.3f} {one.right:>7.3f} {one.answers:>10}  {''.join(bar)}"


def question_lines(found: QuestionsQuality) -> Iterator[str]:
    """The median picks and questions until the answer no longer changes."""
    yield ""
    yield (
        f"until the platform stays: {found.people} people asked, "
        f"{found.settled} have the last answer from their first pick on"
    )
    for name, unsettled in (("everybody", False), ("whose answer changes", True)):
        medians = found.medians(unsettled=unsettled)
        yield f"{name:<22}" + ", ".join(f"{what} {number:g}" for what, number in medians.items())
