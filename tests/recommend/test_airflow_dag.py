"""The DAG for Airflow has our steps in our order, and the real Airflow runs it.

`AIRFLOW_PYTHON` is a Python with docs/airflow/requirements.txt; `make airflow` makes one in
var/airflow-venv.
"""

from __future__ import annotations

import ast
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from recommend.models import StepName
from tests.paths import ROOT

DAG = ROOT / "docs" / "airflow" / "ottwin_monthly.py"
MADE = ROOT / "var" / "airflow-venv" / "bin" / "python"

# Parses the folder as Airflow does, then runs the DAG in this process. The last line is JSON.
PROGRAM = """
import json, os, sys
from airflow.dag_processing.dagbag import DagBag
from airflow.utils.db import initdb

initdb()
found = DagBag(dag_folder=sys.argv[1])
dag = found.dags["ottwin_monthly"]
order = [task.task_id for task in dag.topological_sort()]
edges = sorted([task.task_id, below] for task in dag.tasks for below in task.downstream_task_ids)
ran = dag.test() if sys.argv[2] == "run" else None
states = {one.task_id: str(one.state) for one in ran.get_task_instances()} if ran else {}
state = str(ran.state) if ran else ""
print(json.dumps({"errors": found.import_errors, "order": order, "edges": edges,
                  "states": states, "state": state}))
"""
# Stands in for OTTwin's Python: writes down how it was called, and fails for one step if asked to.
CALLED = """#!/bin/sh
echo "$*" >> "$OTTWIN_CALLS"
test "$4" != "$OTTWIN_FAILS"
"""


def airflow_python() -> str:
    python = os.environ.get("AIRFLOW_PYTHON") or (str(MADE) if MADE.exists() else "")
    if not python:
        pytest.skip(
            "no Airflow: `make airflow` installs it, or AIRFLOW_PYTHON names a Python with "
            "docs/airflow/requirements.txt"
        )
    return python


def airflow(folder: Path, what: str, **environment: str) -> dict[str, Any]:
    """What Airflow says of the DAG, in a home of its own, without network and examples."""
    fake = folder / "python"
    fake.write_text(CALLED, encoding="utf-8")
    fake.chmod(0o755)
    dags = folder / "dags"
    dags.mkdir()
    text = DAG.read_text(encoding="utf-8")
    (dags / DAG.name).write_text(text.replace('"retries": 2', '"retries": 0'), encoding="utf-8")
    own = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "AIRFLOW_HOME": str(folder / "home"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(dags),
        "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "OTTWIN_HOME": str(ROOT),
        "OTTWIN_PYTHON": str(fake),
        "OTTWIN_CALLS": str(folder / "calls"),
    }
    ended = subprocess.run(
        [airflow_python(), "-c", PROGRAM, str(dags), what],
        env=own | environment, cwd=folder, capture_output=True, text=True, timeout=400,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout[-3000:] + ended.stderr[-6000:]
    found: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return found


def test_the_steps_of_the_dag_are_those_of_the_workflow() -> None:
    steps = next(
        ast.literal_eval(node.value)
        for node in ast.parse(DAG.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "STEPS"
    )
    assert list(steps) == StepName.values


def test_airflow_is_pinned() -> None:
    lines = (DAG.parent / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line and not line.startswith("#")] == [
        "apache-airflow==3.3.2"
    ]


def test_airflow_parses_the_dag_and_runs_every_step_in_order(tmp_path: Path) -> None:
    found = airflow(tmp_path, "run")
    assert found["errors"] == {}
    names = list(StepName.values)
    assert found["order"] == names
    assert found["edges"] == sorted([one, two] for one, two in zip(names, names[1:], strict=False))
    calls = (tmp_path / "calls").read_text(encoding="utf-8").splitlines()
    assert calls == [f"manage.py run_workflow --only {name}" for name in names]
    assert (found["state"], set(found["states"].values())) == ("success", {"success"})


def test_airflow_stops_where_a_step_fails(tmp_path: Path) -> None:
    found = airflow(tmp_path, "run", OTTWIN_FAILS="train")
    assert (found["state"], found["states"]["train"]) == ("failed", "failed")
    assert found["states"]["judge"] == "upstream_failed"
    calls = (tmp_path / "calls").read_text(encoding="utf-8").splitlines()
    assert calls[-1].endswith("--only train")
