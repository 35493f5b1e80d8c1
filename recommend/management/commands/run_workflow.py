"""`manage.py run_workflow`"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.utils.translation import override

from common.commands.arguments import whole_number
from common.commands.base import DataCommand
from common.errors import DataError
from recommend.lab.workflow import do_step
from recommend.models import MOST_TRIALS, StepName, Workflow, WorkflowStep
from recommend.services.workflow import asking, steps


class Command(DataCommand):
    help = (
        f"Do the monthly workflow in this process: {', '.join(StepName.values)}. Steps that are "
        "done are not repeated."
    )
    kept = "the steps that are done stay; `manage.py run_workflow --go-on` does the rest"

    def add_arguments(self, parser: ArgumentParser) -> None:
        where = parser.add_mutually_exclusive_group()
        where.add_argument(
            "--from",
            dest="first",
            choices=StepName.values,
            default="",
            help="go on with the workflow that still has to do this step, or start one there",
        )
        where.add_argument(
            "--only",
            choices=StepName.values,
            help="do just this step; the first one starts a workflow (for Airflow)",
        )
        where.add_argument(
            "--go-on", action="store_true", help="go on with the workflow that stopped"
        )
        parser.add_argument(
            "--trials",
            type=whole_number(0, MOST_TRIALS),
            default=0,
            help="of a new workflow: tune before training, by this many trials (default: none)",
        )

    def run(self, **options: Any) -> str:
        with override("en"):  # like everything that commands print
            if only := options["only"]:
                workflow = asking.take_up(name=only)
                if workflow is None:
                    return f"The newest workflow did {only!r} already"
                return self._do(workflow, [only])
            workflow = self._workflow(**options)
            return self._do(workflow, asking.remaining(workflow))

    def _workflow(self, **options: Any) -> Workflow:
        if options["go_on"]:
            return asking.go_on()
        if options["first"]:
            return asking.begin_from(first=options["first"], trials=options["trials"])
        return asking.start(trials=options["trials"])

    def _do(self, workflow: Workflow, names: Sequence[str]) -> str:
        for name in names:
            step = do_step(workflow_id=workflow.pk, name=name, report=self.report)
            said = steps.why_of(step) if step.why else steps.line_of(step)
            if step.state == WorkflowStep.State.FAILED:
                raise DataError(
                    f"{name} failed: {said}; `manage.py run_workflow --go-on` begins there again"
                )
            self.stdout.write(f"{name}: {step.state}{said and f' ({said})'}")
        return f"Workflow {workflow}: {len(names)} steps"
