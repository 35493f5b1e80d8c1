"""Titles and descriptions without tags and control characters. Pure.

This does not make a text safe to show: pages escape it, as they do with every text.
"""

from __future__ import annotations

import html
import re
from typing import Final

# Linear, also for thousands of "<": a tag ends before the next one begins.
TAG: Final = re.compile(r"<[/!]?[A-Za-z-][^<>]*>")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")


def plain(text: str) -> str:
    """The text with references resolved, no tags, and single spaces in place of control characters.

    "a < b" is no tag. What is a tag only after its references are resolved goes too.
    """
    return " ".join(_CONTROL.sub(" ", TAG.sub(" ", html.unescape(text))).split())
