"""The monthly workflow of OTTwin as an Airflow DAG: one `manage.py` command a task, nothing else.

Put this file into Airflow's folder of DAGs. The steps, their order and what each may do again after
a failure are OTTwin's (`recommend.models.workflow.StepName`); a test compares them with `STEPS`.
Airflow needs two variables of the environment:

    OTTWIN_HOME    the folder with manage.py
    OTTWIN_PYTHON  OTTwin's Python; default: .venv/bin/python in that folder

Switch "Monthly workflow" off in admin, "Periodic tasks", or both will start it.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

STEPS = ("fetch", "details", "texts", "train", "judge", "publish", "refresh")
HOME = os.environ.get("OTTWIN_HOME", "/srv/ottwin")
PYTHON = os.environ.get("OTTWIN_PYTHON", f"{HOME}/.venv/bin/python")

with DAG(
    dag_id="ottwin_monthly",
    schedule="0 5 1 * *",
    start_date=datetime(2026, 1, 1, tzinfo=ZoneInfo("Asia/Seoul")),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(minutes=10)},
    doc_md=__doc__,
) as dag:
    before = None
    for step in STEPS:
        task = BashOperator(
            task_id=step,
            bash_command=f'"$OTTWIN_PYTHON" manage.py run_workflow --only {step}',
            cwd=HOME,
            env={"OTTWIN_PYTHON": PYTHON},
            append_env=True,
            execution_timeout=timedelta(hours=4),
        )
        if before is not None:
            before >> task
        before = task
