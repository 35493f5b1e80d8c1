"""`manage.py tune_model`"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import CommandError

from common.commands.arguments import LARGEST_SEED, number, whole_number
from common.commands.base import DataCommand
from recommend.lab.data.database import read_observed_ratings
from recommend.lab.data.ratings import RatingData
from recommend.lab.training.train import TrainingPlan
from recommend.lab.tuning.best_run import make_ready, train_best
from recommend.lab.tuning.search import USUAL_SEED, digest_of, refuse_without_run, tune
from recommend.lab.tuning.spaces import SPACES, Space, Value, space_of
from recommend.lab.tuning.trials import (
    PRUNED,
    StudyRow,
    TrialRow,
    Tuned,
    importances_of,
    study_rows,
)
from recommend.services.model_runs import publish_run

TRIALS = 40


class Command(DataCommand):
    help = (
        "Look for better parameters of a search space by trials on people on whom `evaluate` does "
        "not test. Trials are kept in the database as a study, which the same command continues."
    )
    kept = "finished trials stay; the same command goes on there"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("space", nargs="?", metavar="SPACE", help="see --list")
        parser.add_argument("--list", action="store_true", help="show the search spaces")
        parser.add_argument("--studies", action="store_true", help="show the studies")
        parser.add_argument(
            "--study", metavar="NAME", help="to begin or continue (default: one of space and data)"
        )
        parser.add_argument(
            "--trials",
            type=whole_number(1, 100_000),
            default=TRIALS,
            metavar="N",
            help=f"how many more (default: {TRIALS})",
        )
        parser.add_argument(
            "--minutes",
            type=number(0, 100_000, above_low=True),
            metavar="M",
            help="begin no trial after this many minutes",
        )
        parser.add_argument(
            "--seed",
            type=whole_number(0, LARGEST_SEED),
            help=f"of folds, fits and sampler (default: the study's, {USUAL_SEED} for a new one)",
        )
        parser.add_argument(
            "--train",
            action="store_true",
            help="then train a model run with the best parameters, and predict with it",
        )
        parser.add_argument("--publish", action="store_true", help="with --train: publish the run")

    def run(self, **options: Any) -> str:
        if options["publish"] and not options["train"]:
            raise CommandError("--publish publishes what --train makes; give both")
        if options["list"] or options["studies"]:
            return self._listed(options)
        if options["space"] is None:
            raise CommandError(f"name a search space: {', '.join(SPACES)}")
        space = space_of(options["space"])
        if options["train"]:
            refuse_without_run(space)
        data = read_observed_ratings()
        study = options["study"] or usual_name(space, data)
        tuned = tune(
            data=data,
            space=space,
            study=study,
            trials=options["trials"],
            timeout=options["minutes"] and 60 * options["minutes"],
            seed=options["seed"],
            report=self.report,
            told=self._told,
        )
        self._lines(result_lines(tuned, space, importances_of(study)))
        summary = f"{study}: best {tuned.best_value:.4f} (trial {tuned.best_trial})"
        if tuned.default_value is not None:
            summary += f", defaults {tuned.default_value:.4f}"
        return f"{summary}; {self._trained(study, options)}" if options["train"] else summary

    def _listed(self, options: dict[str, Any]) -> str:
        if options["space"] or options["train"]:
            raise CommandError("--list and --studies only show; give them alone")
        if options["list"]:
            self._lines(space_lines())
            return f"{len(SPACES)} search spaces"
        rows = study_rows()
        self._lines(study_lines(rows))
        return f"{len(rows)} studies"

    def _trained(self, study: str, options: dict[str, Any]) -> str:
        base = TrainingPlan() if options["seed"] is None else TrainingPlan(seed=options["seed"])
        run = train_best(study=study, base=base, report=self.report)
        make_ready(run=run, report=self.report)
        if options["publish"]:
            publish_run(run=run)
            return f"run {run.pk} is live"
        return f"run {run.pk} is ready: look at it, then `manage.py publish_model --run {run.pk}`"

    def _told(self, row: TrialRow, tuned: Tuned | None) -> None:
        """One line for each trial, even while a progress bar is shown."""
        best = f"  best {tuned.best_value:.4f} (trial {tuned.best_trial})" if tuned else ""
        self._lines([f"{trial_text(row)}{best}  {parameters_text(row.parameters)}"])

    def _lines(self, lines: Any) -> None:
        self._close_bar()
        for line in lines:
            self.stdout.write(line)
        self.stdout.flush()


def usual_name(space: Space, data: RatingData) -> str:
    """One study for a space and data set, so that the same command continues it."""
    return f"{space.name}-{digest_of(space, data)[:8]}"


def trial_text(row: TrialRow) -> str:
    """The mean of a pruned trial is over fewer folds than that of complete ones."""
    state = f"{row.state} after fold {row.folds}," if row.state == PRUNED else row.state
    value = "" if row.value is None else f" {row.value:.4f}"
    return f"trial {row.number:>3} {state}{value} ({row.seconds:.1f} s)"


def parameters_text(parameters: dict[str, Value]) -> str:
    return " ".join(f"{name}={value_text(value)}" for name, value in parameters.items())


def value_text(value: Value) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def space_lines() -> Iterator[str]:
    for space in SPACES.values():
        yield f"{space.name}: {space.purpose}; {space.folds} folds"
        for name, one in space.parameters.items():
            yield f"    {name:<26} {str(one):<24} default {value_text(space.defaults[name])}"


def study_lines(rows: list[StudyRow]) -> Iterator[str]:
    if rows:
        yield f"{'study':<28} {'data':<16} {'trials':>6} {'pruned':>6} {'best':>8} {'defaults':>8}"
    for row in rows:
        best = default = "-"
        if row.tuned is not None:
            best = f"{row.tuned.best_value:.4f}"
            if row.tuned.default_value is not None:
                default = f"{row.tuned.default_value:.4f}"
        counts = f"{row.trials:>6} {row.pruned:>6}"
        yield f"{row.name:<28} {row.data:<16} {counts} {best:>8} {default:>8}"


def result_lines(tuned: Tuned, space: Space, importances: dict[str, float]) -> Iterator[str]:
    """Best and default value of each parameter, and the number of trials by state."""
    yield ""
    yield f"{'parameter':<26} {'default':>10} {'best':>10}" + (" importance" if importances else "")
    for name, value in tuned.best_parameters.items():
        weight = f" {importances[name]:>10.2f}" if name in importances else ""
        yield f"{name:<26} {value_text(space.defaults[name]):>10} {value_text(value):>10}{weight}"
    default = "-" if tuned.default_value is None else f"{tuned.default_value:.4f}"
    yield f"{'value':<26} {default:>10} {tuned.best_value:>10.4f}"
    counts: dict[str, int] = {}
    for row in tuned.trials:
        counts[row.state] = counts.get(row.state, 0) + 1
    yield "trials: " + ", ".join(f"{count} {state}" for state, count in counts.items())
