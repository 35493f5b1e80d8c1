"""`manage.py check_living_data`, for installations without a Celery beat."""

from __future__ import annotations

from typing import Any

from common.commands.base import DataCommand
from ottstats.services.living import remind_of_old_living_data


class Command(DataCommand):
    help = "Remind staff in admin if the newest month of Seoul's living data is old."

    def run(self, **options: Any) -> str:
        old = remind_of_old_living_data()
        return f"The living data are old: {old}" if old else "No living data are old"
