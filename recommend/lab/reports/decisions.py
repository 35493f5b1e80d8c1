"""The figures of `evaluate --decisions` as lines of text. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from recommend.lab.evaluation.decisions import CONSTANT, OTTWIN, Bin, DecisionQuality
from recommend.lab.evaluation.questions import QuestionsQuality


def decision_lines(title: str, found: DecisionQuality) -> Iterator[str]:
    """Regret by rule, calibration error, and both reliability tables."""
    columns = list(found.regrets[OTTWIN])
    yield ""
    yield f"{title}: {found.cases} people, spread {found.spread:.2f}"
    yield f"{'mean regret':<42}" + "".join(f"{name:>9}" for name in columns)
    for rule, regrets in found.regrets.items():
        yield f"{rule:<42}" + "".join(f"{regrets[name]:>9.4f}" for name in columns)
    against = [
        1 - found.regrets[OTTWIN][name] / found.regrets[CONSTANT][name]
        if found.regrets[CONSTANT][name]
        else 0.0
        for name in columns
    ]
    yield f"{'less than the best constant choice by':<42}" + "".join(
        f"{100 * share:>8.1f}%" for share in against
    )
    yield "calibration error (10 bins): " + ", ".join(
        f"{name} {error:.4f}" for name, error in found.errors.items()
    )
    yield from _reliability("P(like)", found.chances)
    yield from _reliability("sureness", found.sureness)


def _reliability(what: str, bins: Sequence[Bin]) -> Iterator[str]:
    """A plot in text: the bar is what happened, the mark what was said."""
    yield f"{what:<9} {'said':>7} {'right':>7} {'answers':>10}"
    for one in bins:
        bar = list("#" * round(40 * one.right) + " " * (41 - round(40 * one.right)))
        bar[round(40 * one.said)] = "|"
        yield f"{'':<9} {one.said:>7.3f} {one.right:>7.3f} {one.answers:>10}  {''.join(bar)}"


def question_lines(found: QuestionsQuality) -> Iterator[str]:
    """Picks and questions until the answer stays, in the median."""
    yield ""
    yield (
        f"until the platform stays: {found.people} people asked, "
        f"{found.settled} have the last answer from their first pick on"
    )
    for name, medians in (
        ("everybody", found.medians(unsettled=False)),
        ("whose answer changes", found.medians(unsettled=True)),
    ):
        yield f"{name:<22}" + ", ".join(f"{what} {number:g}" for what, number in medians.items())
