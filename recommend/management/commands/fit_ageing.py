"""`manage.py fit_ageing`"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db import transaction

from common import tables
from common.commands.base import DataCommand
from common.errors import DataError
from movies.availability_file import COLUMNS, EVERY_WORD
from movies.models import Platform
from movies.services.availability import checked_statements
from recommend.lab.calibration.presence import (
    FEWEST_PAIRS,
    AgeingQuality,
    AgeingRate,
    Pairs,
    fit_ageing,
    judge_ageing,
    pairs_of,
)
from recommend.lab.reports.tables import Section

SEED = 1


class Command(DataCommand):
    help = "Fit how fast availability ages, on a file in which films were seen twice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file",
            type=Path,
            help=f"columns {', '.join(COLUMNS)}; every statement of every day",
        )
        parser.add_argument(
            "--store", action="store_true", help="write the rates to the platforms in the database"
        )

    def run(self, **options: Any) -> str:
        path = options["file"]
        platforms = {one.slug: one for one in Platform.objects.all()}
        frame = tables.read_table(path, required=COLUMNS)
        rows = checked_statements(frame, file=path.name, unique=EVERY_WORD)
        found = pairs_of(rows.drop(columns="line"))
        enough = {slug: pairs for slug, pairs in found.items() if _can_be_fitted(pairs)}
        if not enough:
            raise DataError(
                f"no platform has {FEWEST_PAIRS} pairs of statements of different days about one "
                "film, some there and some not",
                file=path.name,
            )
        shares = {slug: _published(platforms[slug], pairs) for slug, pairs in enough.items()}
        rates = {slug: fit_ageing(pairs, published=shares[slug]) for slug, pairs in enough.items()}
        judged = {
            slug: judge_ageing(pairs, published=shares[slug], seed=SEED)
            for slug, pairs in enough.items()
        }
        self._tell(rates, judged)
        if options["store"]:
            _store(rates)
        done = "stored" if options["store"] else "fitted, not stored (--store)"
        return f"Rates of {len(rates)} platforms {done}"

    def _tell(self, rates: Mapping[str, AgeingRate], judged: Mapping[str, AgeingQuality]) -> None:
        ages = sorted({age for one in judged.values() for age in one.errors})
        titles = ("platform", "share", "turnover", "pairs", "loss", "same", "base", *ages)
        rows = []
        for slug, rate in rates.items():
            one = judged[slug]
            losses = (one.loss, one.same_loss, one.base_loss)
            errors = [f"{one.errors[age]:.3f}" if age in one.errors else "" for age in ages]
            numbers = [f"{rate.share:.3f}", f"{rate.turnover:.3f}", f"{one.pairs:,}"]
            rows.append([slug, *numbers, *(f"{loss:.4f}" for loss in losses), *errors])
        caption = "log loss of pairs more than a year apart; calibration error by distance"
        for line in Section(caption, titles, rows).lines():
            self.stdout.write(line)


def _can_be_fitted(pairs: Pairs) -> bool:
    return len(pairs.films) >= FEWEST_PAIRS and 0.0 < float(pairs.seen.mean()) < 1.0


def _published(platform: Platform, pairs: Pairs) -> float:
    """The published share, else that of what was seen later."""
    if platform.published_known:
        return platform.published_carried / platform.published_known
    return float(pairs.later.mean())


@transaction.atomic
def _store(rates: Mapping[str, AgeingRate]) -> None:
    for slug, rate in rates.items():
        Platform.objects.filter(pk=slug).update(stationary_share=rate.share, turnover=rate.turnover)
