"""Work beside the request, in a process or a thread: for sites without Redis and workers."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable

from django.conf import settings


def in_thread(work: Callable[[], object]) -> None:
    """Do what takes seconds and needs no database in a thread; no request waits for it."""
    threading.Thread(target=work).start()


def in_process(command: str, *arguments: str) -> None:
    """Start `manage.py command arguments`; it goes on when the request has ended. Its log is ours.

    Raises OSError if the machine starts no process.
    """
    subprocess.Popen(  # noqa: S603 - our own commands, none of a request
        [sys.executable, str(settings.BASE_DIR / "manage.py"), command, *arguments],
        cwd=settings.BASE_DIR,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
