"""`evaluate --decisions`: regret, calibration and sureness of what is recommended."""

from __future__ import annotations

from dataclasses import asdict

from recommend.lab.data.database import read_market
from recommend.lab.evaluation.decisions import CONSTANT, OTTWIN, evaluate_decisions, mean_decisions
from recommend.lab.evaluation.invented_market import invented_market
from recommend.lab.evaluation.questions import ask_people
from recommend.lab.reports.decisions import decision_lines, question_lines
from recommend.management.evaluate_modes.context import Context, Mode


def run(context: Context) -> str:
    data, weights, seeds = context.data(), context.weights(), context.seeds
    found, asked = [], []
    for seed in seeds:
        invented = context.options["invented"]
        market = invented_market(data, seed=seed) if invented else read_market(data)
        found.append(
            evaluate_decisions(data, market, seed=seed, weights=weights, report=context.report)
        )
        if seed == seeds[0]:
            asked.append(ask_people(data, market, seed=seed, report=context.report))
    mean = mean_decisions(found)
    for seed, one in zip(seeds, found, strict=True):
        context.lines(list(decision_lines(f"seed {seed}", one)))
    context.lines(list(decision_lines(f"mean of {len(found)}", mean)))
    for questions in asked:
        context.lines(list(question_lines(questions)))
    figures = {
        "splits": [{"seed": seed, **asdict(one)} for seed, one in zip(seeds, found, strict=True)],
        "mean": asdict(mean),
        "questions": [questions.medians(unsettled=False) for questions in asked],
    }
    context.save_of(data, weights, {"decisions": figures})
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
    arguments={"action": "store_true"},
)
