#!/usr/bin/env python
"""Django's command line. Mistakes in the configuration are one line, not a traceback."""

import os
import signal
import sys
from types import FrameType


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    # Without a handler these end the process at once, and nobody stops the embedded database.
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:  # not under nohup
            signal.signal(number, _exit_cleanly)
    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
    except ImportError:
        sys.exit("Django is not installed: activate the virtual environment (.venv) first.")
    from django.db import InterfaceError, OperationalError

    from common.backends.outages import outage
    from config.database import DatabaseServerError

    try:
        execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, DatabaseServerError) as error:
        if "--traceback" in sys.argv:
            raise
        sys.exit(str(error))
    except (OperationalError, InterfaceError, OSError) as error:
        line = outage(error)
        if line is None or "--traceback" in sys.argv:
            raise
        sys.exit(f"{' '.join(sys.argv[1:2])}: {line}")
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)  # noqa: T201 - there is no command any more
        sys.exit(128 + signal.SIGINT)


def _exit_cleanly(signal_number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + signal_number)


if __name__ == "__main__":
    main()
