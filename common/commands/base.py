"""The base of operator commands: errors as one line, progress, and a summary at the end."""

from __future__ import annotations

import signal
import sys
from time import perf_counter
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError, ProgrammingError, connection
from django.db.migrations.executor import MigrationExecutor
from tqdm import tqdm

from common.backends.outages import outage
from common.errors import DataError, NotReadyError

BAR = "{l_bar}{bar}| {n_fmt}/{total_fmt} [{rate_fmt}, {remaining} left, ends at {eta:%H:%M}]"
NOT_MIGRATED = "the tables are not there, or of another version: run `manage.py migrate` first"


class DataCommand(BaseCommand):
    """Calls `run`, which returns the summary line; errors of core become exit code 1.

    A person or the system may stop it: then one line says what is `kept`, and the exit code is 128
    and the number of the signal.
    """

    kept: ClassVar[str] = "nothing was changed"
    # They find faults of programmers, and load every page and all of admin for it: 2 seconds.
    requires_system_checks = ()

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
        except ProgrammingError as error:
            if not _migrations_are_missing():
                raise
            raise CommandError(NOT_MIGRATED) from error
        except KeyboardInterrupt:
            raise self._stopped(128 + signal.SIGINT) from None
        except SystemExit as stop:  # manage.py makes it of SIGTERM and SIGHUP
            if not isinstance(stop.code, int) or stop.code <= 128:
                raise
            raise self._stopped(stop.code) from None
        finally:
            self._close_bar()
        self.stdout.write(f"{summary} ({perf_counter() - started:.1f} s)")

    def run(self, **options: Any) -> str:
        raise NotImplementedError

    def _stopped(self, code: int) -> CommandError:
        return CommandError(f"stopped; {self.kept}", returncode=code)

    def report(self, stage: str, done: int, total: int | None) -> None:
        """Report progress: a bar on a terminal, otherwise one plain line a stage."""
        if not sys.stderr.isatty():
            if done == 0:
                self.stdout.write(f"{stage} …")
                self.stdout.flush()
            return
        if self._bar is None or self._bar.desc != f"{stage}: ":
            self._close_bar()
            self._bar = tqdm(
                desc=stage, total=total, unit_scale=True, bar_format=BAR if total else None
            )
        self._bar.update(done - self._bar.n)

    def _close_bar(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None


def _migrations_are_missing() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
