"""The version of the project: the newest heading of CHANGELOG.md."""

from __future__ import annotations

import re
from pathlib import Path

CHANGELOG = Path(__file__).resolve().parent.parent / "CHANGELOG.md"


def version() -> str:
    """For example "0.1.0"."""
    heading = re.search(r"^## (\d+\.\d+\.\d+)", CHANGELOG.read_text(encoding="utf-8"), re.MULTILINE)
    if heading is None:
        raise ValueError(f"{CHANGELOG.name} has no heading such as '## 1.2.3'")
    return heading[1]
