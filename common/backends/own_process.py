"""Work that takes minutes, in a process of its own: for sites without Redis and workers."""

from __future__ import annotations

import subprocess
import sys

from django.conf import settings


def start(command: str, *arguments: str) -> None:
    """Start `manage.py command arguments`; it goes on when the request has ended. Its log is ours.

    Raises OSError if the machine starts no process.
    """
    subprocess.Popen(  # noqa: S603 - our own commands, none of a request
        [sys.executable, str(settings.BASE_DIR / "manage.py"), command, *arguments],
        cwd=settings.BASE_DIR,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
