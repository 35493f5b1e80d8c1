"""The base of operator commands: errors as one line, progress, and a summary at the end."""

from __future__ import annotations

import sys
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError
from tqdm import tqdm

from common.errors import DataError, NotReadyError
from common.outages import outage


class DataCommand(BaseCommand):
    """Calls `run`, which returns the summary line; errors of core become exit code 1."""

    def handle(self, *args: Any, **options: Any) -> None:
        started = perf_counter()
        self._bar: tqdm[Any] | None = None
        try:
            summary = self.run(**options)
        except (DataError, NotReadyError) as error:
            raise CommandError(str(error)) from error
        except (OperationalError, InterfaceError, OSError) as error:
            if (line := outage(error)) is None:
                raise
            raise CommandError(line) from error
        finally:
            self._close_bar()
        self.stdout.write(f"{summary} ({perf_counter() - started:.1f} s)")

    def run(self, **options: Any) -> str:
        raise NotImplementedError

    def report(self, stage: str, done: int, total: int | None) -> None:
        """Report progress: a bar on a terminal, otherwise one plain line a stage."""
        if not sys.stderr.isatty():
            if done == 0:
                self.stdout.write(f"{stage} …")
                self.stdout.flush()
            return
        if self._bar is None or self._bar.desc != f"{stage}: ":
            self._close_bar()
            self._bar = tqdm(desc=stage, total=total, unit_scale=True)
        self._bar.update(done - self._bar.n)

    def _close_bar(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None
