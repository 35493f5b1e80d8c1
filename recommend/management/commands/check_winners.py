"""`manage.py check_winners`, for installations without a Celery beat."""

from __future__ import annotations

from typing import Any

from common.commands.base import DataCommand
from recommend.services import watching


class Command(DataCommand):
    help = (
        f"Tell staff if one platform came first, or one product was named, in more than "
        f"{watching.MOST_OF_A_WEEK}% of the answers of the last 7 days."
    )

    def run(self, **options: Any) -> str:
        return watching.check_winners() or "Nothing wins too often"
