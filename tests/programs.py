"""Programs other than Python that some tests run."""

from __future__ import annotations

import os
import shutil

import pytest

PACKAGES = {"xgettext": "gettext"}  # of Debian, if named differently from the program


def needed_program(*names: str) -> str:
    """The path of the first program found; otherwise skip with a hint what to install, in CI fail.

    For the body of a fixture or a test: a CI that skips would be green without having tested.
    """
    for name in names:
        if path := shutil.which(name):
            return path
    missing = f"{' or '.join(names)} is not installed"
    if os.environ.get("CI"):
        pytest.fail(f"{missing}, and CI must not skip this")
    pytest.skip(f"{missing} (Debian: apt-get install {PACKAGES.get(names[0], names[0])})")
