"""`manage.py load_products FILE`"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from common.commands.base import DataCommand
from movies.services import products
from recommend.services.watching import watch_load


class Command(DataCommand):
    help = (
        "Load products with their prices from a CSV, all rows or none: "
        f"{','.join(products.REQUIRED)} and, as far as known, {','.join(products.OPTIONAL)}. "
        "A row with another first day is a new price; the old one stays."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def run(self, **options: Any) -> str:
        path: Path = options["file"]
        with watch_load(path.name):
            return products.load_products(path=path).summary("products", path.name)
