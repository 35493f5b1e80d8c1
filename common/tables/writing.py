"""Cells of files that spreadsheets open: text stays text."""

from __future__ import annotations

import re

# What spreadsheets may read as a formula; in East Asian editions also the full-width signs.
_LIKE_A_FORMULA = r"'*[=+\-@\t\r\n＝＋－＠]"
_FORMULA = re.compile(_LIKE_A_FORMULA)
GUARDED = rf"^'(?={_LIKE_A_FORMULA})"  # the apostrophe of `harmless`, for whoever reads the file


def harmless(text: str) -> str:
    """Puts an apostrophe before text that a spreadsheet would read as a formula.

    Titles come from outside.
    """
    return f"'{text}" if _FORMULA.match(text) else text
