"""Says what is wrong with an uploaded file in the language of the page, one message a fault.

The core words faults in English, for commands and logs. Those that people make in spreadsheets are
known here by their words; any other is shown as the core says it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from common import tables
from common.errors import DataError

FAULTS = (
    _("%(cell)s is not a whole number"),
    _("%(cell)s is out of range"),
    _("%(cell)s is not a number"),
    _("%(cell)s is not true or false"),
    _("%(cell)s is not a day such as 2026-01-31"),
    _("%(cell)s is not a day of the calendar"),
    _("%(cell)s is not between %(least)s and %(most)s"),
    _("%(cell)s is in the future"),
    _("%(cell)s names no platform"),
    _("%(cell)s names no platform; say where else it is, or leave out the row"),
    _(
        "%(cell)s is not a platform here; known: %(known)s (`manage.py load_reference_data` loads "
        "those that the project ships)"
    ),
    _("%(cell)s is empty; name a platform"),
    _("%(cell)s is empty; name the source"),
    _("%(cell)s is no resolution; expected 480, 720, 1080, 2160 or such as FHD 1080p or 4K HDR"),
    _("%(cell)s names a product that is neither stored nor in the file"),
    _("%(cell)s is repeated (same %(columns)s as an earlier line)"),
    _("%(cell)s is there twice, first in line %(first)s; expected once"),
    _("has %(fields)s fields; expected %(expected)s"),
    _("the header is %(header)s; expected %(expected)s"),
    _("has a header but no rows"),
    _("has a cell of several lines; expected one"),
    _("is a blank line; expected a row: remove it"),
    _("is empty"),
    _("is not UTF-8 text; save it as CSV in UTF-8"),
    _("is not an Excel workbook (.xlsx)"),
)
# Every text as a pattern of the messages that it makes.
PATTERNS = [
    (re.compile(re.sub(r"%\\\((\w+)\\\)s", r"(?P<\1>.+)", re.escape(text)), re.DOTALL), text)
    for text in FAULTS
]


def said(error: Exception) -> Iterator[str]:
    """The faults of the file, one after the other, in the order of its lines."""
    if isinstance(error, tables.SeveralFaultsError):
        for fault in error.faults:
            yield from said(fault)
    elif isinstance(error, DataError) and error.file and error.line is not None:
        place = gettext("%(file)s, line %(line)d") % {"file": error.file, "line": error.line}
        yield f"{place}: {translated(error.message)}"
    elif isinstance(error, DataError) and error.file:
        yield f"{error.file}: {translated(error.message)}"
    else:
        yield str(error)


def translated(message: str) -> str:
    for pattern, text in PATTERNS:
        if found := pattern.fullmatch(message):
            return gettext(text) % found.groupdict() if found.groupdict() else gettext(text)
    return message
