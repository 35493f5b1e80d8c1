"""`manage.py check_prices`, for installations without a Celery beat."""

from __future__ import annotations

from typing import Any

from common.commands.base import DataCommand
from movies.models import PRICE_OLD_AFTER
from movies.services.notices import remind_of_old_prices


class Command(DataCommand):
    help = (
        f"Remind staff of prices that nobody has checked for {PRICE_OLD_AFTER.days} days, of price "
        "freezes that end, of products that may close and of promotions that have ended."
    )

    def run(self, **options: Any) -> str:
        return (
            f"{remind_of_old_prices()} products on sale have a price that nobody has checked for "
            f"{PRICE_OLD_AFTER.days} days"
        )
