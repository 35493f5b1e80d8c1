"""Keeps ids out of the log: the id in the link to a result suffices to read and delete it.

Uses only the standard library, because Django sets up logging before anything else.
"""

from __future__ import annotations

import logging
import re

MASK = "[id]"
_HEX = "[0-9a-fA-F]"
_DASH = "(?:-|%2[dD])"  # web servers log addresses as received
UUID = re.compile(
    rf"{_HEX}{{8}}(?:{_DASH}{_HEX}{{4}}){{3}}{_DASH}{_HEX}{{12}}"
    rf"|(?<!{_HEX}){_HEX}{{32}}(?!{_HEX})"
)


def mask_ids(text: str) -> str:
    """The text with `[id]` in place of every UUID, with or without dashes."""
    return UUID.sub(MASK, text)


class MaskIds(logging.Filter):
    """Masks the message, its arguments, the traceback and the stack of every record.

    It changes the record itself, so later handlers do not see the ids either.
    """

    _formatter = logging.Formatter()

    def filter(self, record: logging.LogRecord) -> bool:
        try:
            message = record.getMessage()
        except Exception:  # arguments that do not match must not end the request
            message = f"{record.msg!r} {record.args!r}"
        record.msg, record.args = mask_ids(message), None
        if record.exc_info:
            text = record.exc_text or self._formatter.formatException(record.exc_info)
            record.exc_text = mask_ids(text)
        if record.stack_info:
            record.stack_info = mask_ids(record.stack_info)
        return True
