"""Writes parts of a Markdown file between markers; the prose around them stays.

    <!-- generated: comparison ml-1m -->
    …
    <!-- end: comparison ml-1m -->

Pure: no Django import.
"""

from __future__ import annotations

import re
from pathlib import Path

from common.errors import DataError

MARKER = re.compile(r"<!-- (generated|end): (.+?) -->")


def write_part(path: Path, name: str, body: str) -> None:
    """Put `body` in place of the part `name`, or at the end of the file if it has no such part.

    A missing file is created. Raises `DataError` as `check_parts` does.
    """
    check_parts(path)
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    first, last = f"<!-- generated: {name} -->", f"<!-- end: {name} -->"
    part = f"{first}\n\n{body.strip()}\n\n{last}"
    if first in text:
        text = text[: text.index(first)] + part + text[text.index(last) + len(last) :]
    else:
        text = f"{text.rstrip()}\n\n{part}\n".lstrip()
    path.write_text(text, encoding="utf-8")


def check_parts(path: Path) -> None:
    """Raises `DataError`, naming the line, unless each part begins and ends once, in this order.

    Call it before long work, whose results would otherwise have no place to go.
    """
    inside, seen = "", set()
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    for number, line in enumerate(lines, start=1):
        for kind, name in MARKER.findall(line):
            opens = kind == "generated"
            if inside != ("" if opens else name) or (opens and name in seen):
                raise DataError(
                    f"the marker {kind!r} of {name!r} is out of place; each part has one of "
                    "either kind, and no part is inside another",
                    file=str(path),
                    line=number,
                )
            inside = name if opens else ""
            seen.add(name)
    if inside:
        raise DataError(
            f"the marker 'end' of {inside!r} is missing", file=str(path), line=len(lines)
        )
