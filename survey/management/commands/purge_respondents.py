"""`manage.py purge_respondents`, for installations without a Celery beat."""

from __future__ import annotations

from typing import Any

from common.commands.base import DataCommand
from survey.services import purge_expired_respondents


class Command(DataCommand):
    help = "Delete the respondents whose retention period is over, with their results."

    def run(self, **options: Any) -> str:
        return f"Deleted {purge_expired_respondents()} expired respondents"
