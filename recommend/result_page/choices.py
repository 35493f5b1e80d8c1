"""What the reader of a result has chosen in its address. Whatever makes no sense is ignored."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

NUMBER = re.compile(r"-?[0-9]{1,6}")


@dataclass(frozen=True)
class Choices:
    """The weight of the statistics in percent, and which of the films to show.

    None or "" where nothing was chosen; `decade` by its first year.
    """

    weight: int | None = None
    on: str = ""
    genre: str = ""
    decade: int | None = None

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Choices:
        """From the fields of an address or a form; a weight beyond 0 to 100 is clipped."""
        weight = _number(given.get("weight", ""))
        return cls(
            weight=None if weight is None else min(max(weight, 0), 100),
            on=given.get("on", ""),
            genre=given.get("genre", ""),
            decade=_number(given.get("decade", "")),
        )

    @property
    def exponent(self) -> float | None:
        return None if self.weight is None else self.weight / 100

    @property
    def is_filter(self) -> bool:
        return bool(self.on or self.genre or self.decade is not None)

    @property
    def query(self) -> str:
        """For an address, with its "?", or "" where nothing was chosen."""
        chosen = {key: value for key, value in vars(self).items() if value not in ("", None)}
        return f"?{urlencode(chosen)}" if chosen else ""


def _number(text: str) -> int | None:
    return int(text) if NUMBER.fullmatch(text) else None
