"""`manage.py load_reference_data`"""

from __future__ import annotations

from typing import Any

from common.commands.base import DataCommand
from movies.titles.index import refresh_titles
from ottstats.services import reference
from recommend.services.watching import watch_load


class Command(DataCommand):
    help = "Load the platforms, products and statistics shipped with the project; keep staff edits."

    def run(self, **options: Any) -> str:
        with watch_load("load_reference_data"):
            counts = reference.load_reference_data()
        refresh_titles()  # an update may search them in another way
        return (
            f"Reference data: {counts.added} added, {counts.updated} updated, "
            f"{counts.same} unchanged, {counts.kept} kept as staff left them"
        )
