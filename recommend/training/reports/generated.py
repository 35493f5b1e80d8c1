"""Parts of a Markdown file that a command writes, between markers; the prose around them stays.

    <!-- generated: comparison ml-1m -->
    …
    <!-- end: comparison ml-1m -->

Pure: no Django import.
"""

from __future__ import annotations

from pathlib import Path

from common.errors import DataError


def write_part(path: Path, name: str, body: str) -> None:
    """Put `body` in place of the part `name`, or at the end of the file if it has none such.

    A file that is not there yet is made. Raises `DataError` if the markers do not come as a pair.
    """
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    path.write_text(with_part(text, name, body, where=str(path)), encoding="utf-8")


def with_part(text: str, name: str, body: str, *, where: str = "the text") -> str:
    """`text` with the part `name` replaced or added; lines as in `write_part`."""
    first, last = f"<!-- generated: {name} -->", f"<!-- end: {name} -->"
    part = f"{first}\n\n{body.strip()}\n\n{last}"
    counts = text.count(first), text.count(last)
    if counts == (0, 0):
        return f"{text.rstrip()}\n\n{part}\n".lstrip()
    if counts != (1, 1) or text.index(first) > text.index(last):
        line = next(
            number
            for number, one in enumerate(text.splitlines(), start=1)
            if first in one or last in one
        )
        raise DataError(
            f"{where}, line {line}: the markers of {name!r} must come once each, first "
            f"{first!r}, then {last!r}; delete what is too much and run again"
        )
    start, end = text.index(first), text.index(last) + len(last)
    return text[:start] + part + text[end:]
