"""Watches over the answers, and tells staff if they look wrong.

Three notices: one platform comes first, or one product is named, in almost every answer of a week,
and a load of facts gave most simulated people another platform. None is an error in itself: such
were the first signs of a wrong file that nobody had noticed.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta

from django.db import InterfaceError, OperationalError
from django.utils import timezone

from common.errors import NotReadyError
from movies.models import Notice, Platform, Product
from movies.services.notices import put_notice
from recommend.results.staff.winners import WEEK, advised_products, winners_by_day
from recommend.services import personas
from recommend.services.members.seasons import remind_of_seasons

logger = logging.getLogger(__name__)

MOST_OF_A_WEEK = 80  # percent of the answers that one platform may have
FEWEST_ANSWERS = 20  # fewer in a week say nothing
MOST_MOVED = 30  # percentage points that a load may move
WATCHED = 40  # personas who answer before and after a load: 12 of them are 30 points
SHOWN_FOR = timedelta(days=14)  # how long staff see what a load has moved


def check_winners() -> str:
    """Refresh the notices; returns what wins too often, "" if nothing does.

    What a load has moved is shown for `SHOWN_FOR`, because nothing undoes it. The notice that
    seasons end soon is refreshed too. Idempotent.
    """
    winners = winners_by_day(WEEK).of_the_last(WEEK)
    platform = _told(winners, winners.total(), _names())
    put_notice(Notice.Key.ONE_WINNER, platform)
    products, answers = advised_products(WEEK)
    names = dict(Product.objects.order_by("valid_from").values_list("slug", "name"))
    product = _told(products, answers, names)
    put_notice(Notice.Key.ONE_PRODUCT, product)
    Notice.objects.filter(
        key=Notice.Key.WINNERS_MOVED, since__lt=timezone.now() - SHOWN_FOR
    ).delete()
    remind_of_seasons()
    return "; ".join(filter(None, [platform, product]))


def too_often(won: Counter[str], answers: int) -> tuple[str, int] | None:
    """The slug that is in more than `MOST_OF_A_WEEK` of the answers and in how many, or None."""
    if answers < FEWEST_ANSWERS or not won:
        return None
    ((slug, most),) = won.most_common(1)
    return (slug, most) if 100 * most > MOST_OF_A_WEEK * answers else None


def _told(won: Counter[str], answers: int, names: Mapping[str, str]) -> str:
    """What wins too often, in words, or ""."""
    found = too_often(won, answers)
    if found is None:
        return ""
    slug, most = found
    day = timezone.localdate() - timedelta(days=WEEK - 1)
    share = f"{most:,} / {answers:,} ({100 * most / answers:.0f} %)"
    return f"{names.get(slug, slug)}: {share}, {day} –"


@contextmanager
def watch_load(what: str) -> Iterator[None]:
    """Compare the winners of the personas before and after the load in this block.

    Use it around a whole load, outside its transaction: what is compared is what was committed.
    Staff see a notice that names `what` if more than `MOST_MOVED` points of the winners' shares
    moved. A failed load passes through unchanged; a failed comparison is logged and fails nothing.
    Without a live run nothing is compared.
    """
    before = _winners_of_personas()
    yield
    if not before:
        return
    try:
        if (after := _winners_of_personas()) and moved_points(before, after) > MOST_MOVED:
            _tell(what, before, after)
    except Exception:
        logger.exception("What the load has moved was not stored")


def moved_points(before: Counter[str], after: Counter[str]) -> float:
    """Percentage points of the winners' shares that went from some platforms to others.

    Half the sum of the absolute differences: 0 if all shares stay, 100 if all winners are new.
    Both have at least one winner.
    """
    return sum(
        abs(100 * before[slug] / before.total() - 100 * after[slug] / after.total()) / 2
        for slug in before | after
    )


def _winners_of_personas() -> Counter[str] | None:
    """Of the first personas, answered now; None without a live run, or if that fails."""
    try:
        return personas.winners(count=WATCHED)
    except NotReadyError:
        return None
    except (OperationalError, InterfaceError) as error:  # the load itself says what to do
        logger.warning("The load is not watched: %s", str(error).splitlines()[0])
        return None
    except Exception:
        logger.exception("The personas could not be answered; the load is not watched")
        return None


def _tell(what: str, before: Counter[str], after: Counter[str]) -> None:
    names = _names()
    moves = [
        f"{names.get(slug, slug)} {100 * before[slug] / before.total():.0f} → "
        f"{100 * after[slug] / after.total():.0f} %"
        for slug in sorted(before | after, key=lambda one: (before[one] - after[one], one))
        if before[slug] != after[slug]
    ]
    detail = f"{what}: {', '.join(moves)}"
    logger.warning("Most personas get another platform after the load of %s", detail)
    Notice.objects.filter(key=Notice.Key.WINNERS_MOVED).delete()  # `since` is that of this load
    put_notice(Notice.Key.WINNERS_MOVED, detail)


def _names() -> dict[str, str]:
    return dict(Platform.objects.values_list("slug", "name"))
