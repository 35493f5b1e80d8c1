"""`evaluate --decisions`: regret, calibration and sureness of what is recommended."""

from __future__ import annotations

from recommend.lab.data.database import read_market
from recommend.lab.evaluation.decisions import CONSTANT, OTTWIN, evaluate_decisions, mean_decisions
from recommend.lab.evaluation.invented_market import invented_market
from recommend.lab.evaluation.questions import QuestionsQuality, ask_people
from recommend.lab.reports.decisions import decision_lines, question_lines
from recommend.management.evaluate_modes.context import Context, Mode


def run(context: Context) -> str:
    data, weights = context.data(), context.served().weights
    found = []
    asked: list[QuestionsQuality] = []
    for seed in context.seeds:
        invented = context.options["invented"]
        market = invented_market(data, seed=seed) if invented else read_market(data)
        found.append(
            evaluate_decisions(data, market, seed=seed, weights=weights, report=context.report)
        )
        if not asked:  # once is enough: each interview takes long
            asked.append(ask_people(data, market, seed=seed, report=context.report))
    mean = mean_decisions(found)
    medians = [questions.medians(unsettled=False) for questions in asked]
    context.tell_splits("decisions", data, found, mean, decision_lines, questions=medians)
    context.lines(question_lines(asked[0]))
    regrets = mean.regrets
    return (
        f"{data.name}, {mean.cases} people: platform regret {regrets[OTTWIN]['platform']:.4f}, "
        f"of the best constant choice {regrets[CONSTANT]['platform']:.4f}; "
        f"calibration error {mean.errors['all films']:.4f}"
    )


MODE = Mode(
    flag="--decisions",
    help="regret, calibration and sureness of what is recommended",
    run=run,
    uses=frozenset({"seeds", "json", "invented"}),
)
