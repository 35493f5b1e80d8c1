"""`manage.py work_in_lab`"""

from __future__ import annotations

from typing import Any

from common.commands.base import DataCommand
from recommend.lab.jobs import work_off_one


class Command(DataCommand):
    help = (
        "Do the jobs of the model lab that wait, one after another, then end. Pages start this "
        "where no Redis is set; a second one at the same time does nothing."
    )
    kept = "what jobs have finished stays"

    def run(self, **options: Any) -> str:
        done = 0
        while work_off_one(report=self.report) is not None:
            done += 1
        return f"{done} jobs of the lab done"
