"""`manage.py fetch_availability`"""

from __future__ import annotations

import time
from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.conf import settings
from django.db.models import Count
from django.utils import timezone

from common.commands.arguments import whole_number
from common.errors import DataError
from movies.fetching import providers, queue
from movies.fetching import work as fetching
from movies.fetching.store import unreadable_since
from movies.management.base import TmdbCommand
from movies.models import LARGEST_MOVIE_ID, FetchAttempt, FetchJob, Notice
from movies.tasks import keep_fetching
from movies.tmdb.client import TmdbClient
from recommend.services.demand import refresh_demand

POLL_SECONDS = 0.5
PATIENCE_SECONDS = 60.0


class Command(TmdbCommand):
    help = (
        "Fetch details and Korean availability from TMDB: films that respondents like or get "
        "recommended first, then the stalest. With REDIS_URL the workers do it, else this process."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--limit", type=whole_number(1, LARGEST_MOVIE_ID), help="at most so many films"
        )
        parser.add_argument(
            "--stale-days",
            type=whole_number(0, 3650),
            default=queue.STALE_DAYS,
            help="films answered less than so many days ago are left out (default: %(default)s)",
        )
        parser.add_argument(
            "--movie",
            type=whole_number(1, LARGEST_MOVIE_ID),
            action="append",
            metavar="MOVIE_ID",
            help="this film, however fresh it is; may be said more than once",
        )

    def ask(self, client: TmdbClient, **options: Any) -> str:
        started = timezone.now()
        providers.sync_if_old(client)
        if options["movie"]:
            queue.queue_movies(options["movie"])
        else:
            refresh_demand()
            queue.plan_fetch(stale_days=options["stale_days"], limit=options["limit"])
        if settings.REDIS_URL:
            self._watch()
        else:
            fetching.work_off(client=client, report=self.report)
        return self._summary(started)

    def _watch(self) -> None:
        """Follow the workers until the queue is empty. Interrupting this does not stop them."""
        keep_fetching()
        total = left = FetchJob.objects.count()
        moved_at = time.monotonic()
        self.report("films", 0, total)
        while left:
            time.sleep(POLL_SECONDS)
            now_left = FetchJob.objects.count()
            if now_left != left:
                moved_at = time.monotonic()
            left = now_left
            self.report("films", max(total - left, 0), total)
            if time.monotonic() - moved_at > PATIENCE_SECONDS:
                raise DataError(
                    f"nothing has moved for {PATIENCE_SECONDS:.0f} seconds; is a worker running "
                    f"(`make worker`)? {left:,} films stay queued"
                )
        refused = Notice.objects.filter(key=Notice.Key.INVALID_KEY).first()
        if refused is not None:
            raise DataError(refused.detail)

    def _summary(self, started: Any) -> str:
        attempts = FetchAttempt.objects.filter(tried_at__gte=started)
        counts = Counter(
            dict(attempts.values_list("outcome").annotate(times=Count("pk")).order_by())
        )
        answered = attempts.filter(outcome__in=FetchAttempt.FINAL)
        films = answered.values("movie").distinct().count()
        words = ", ".join(
            f"{times:,} {outcome}" for outcome, times in sorted(counts.items(), key=lambda x: -x[1])
        )
        fetched = f"Fetched {films:,} films" + (f": {words}" if words else "; none was due")
        notes = (queue.left_since(started), unreadable_since(started))
        return "; ".join([fetched, *filter(None, notes)])
