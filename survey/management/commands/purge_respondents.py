"""`manage.py purge_respondents`, for installations without a Celery beat."""

from __future__ import annotations

from typing import Any

from common.commands.base import DataCommand
from survey.members.leaving import purge_gone_members
from survey.members.tokens import purge_over
from survey.services import purge_expired_respondents


class Command(DataCommand):
    help = (
        "Delete the respondents whose retention period is over, with their results, members who "
        "have not come for a year, and tokens that are over."
    )

    def run(self, **options: Any) -> str:
        members, tokens = purge_gone_members(), purge_over()
        return (
            f"Deleted {purge_expired_respondents()} expired respondents, {members} members and "
            f"{tokens} tokens"
        )
