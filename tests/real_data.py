"""Files of real data, which are not part of the project."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.paths import ROOT


def real_file(name: str) -> Path:
    """A file of the folder of real data; skips the test where it is missing."""
    folder = Path(os.environ.get("OTTWIN_DATA") or ROOT.parent / "shared" / "data")
    if not (folder / name).exists():
        pytest.skip(f"{name} is not in {folder}; download it, or set OTTWIN_DATA to its folder")
    return folder / name
