"""Whole numbers as people in Korea write them: "15,000원", "만 25세", "1만 5천원", "월 2만원".

A text is read as the one number that it means, or refused: 15.000 is fifteen to some people and
fifteen thousand to others, so it is nothing. The API takes numbers only.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from enum import Enum
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext

MOST_DIGITS = 300  # a form says of more than it takes that it is too much
WRITTEN = "0123456789０１２３４５６７８９"  # no 2² and no digits of other scripts

_DIGITS = str.maketrans("일이삼사오육칠팔구영", "1234567890")
_GROUPED = re.compile(r"[0-9]{1,3}(?P<comma>[, '’_])[0-9]{3}(?:(?P=comma)[0-9]{3})*")
_SMALL = (("천", 1000), ("백", 100), ("십", 10))
_LARGE = (("억", 10**8), ("만", 10**4))


class Unit(Enum):
    """What may stand before and behind a number, as patterns, and whether 만 and 천 are numerals.

    Before an age, 만 says how it is counted.
    """

    WON = (
        r"(?:(?:매월|매달|한\s?달에?|월|달에)\s*)?[₩\\]?\s*",
        r"\s*(?:원|won|krw)?(?:\s*(?:/\s*(?:월|달|month)|(?:a|per) month|씩))?",
        True,
    )
    YEARS = (r"(?:만\s*)?", r"\s*(?:세|살|years? old|years?)?", False)
    CALENDAR_YEAR = (r"", r"\s*(?:년생|년)?", False)
    HOURS = (r"", r"\s*(?:시간|hours?|h)?", False)
    MONTHS = (r"", r"\s*(?:개월|달|months?)?", False)

    def read(self, text: str) -> int | None:
        """The number, or None if the text is not one in this unit."""
        before, behind, has_numerals = self.value
        found = re.fullmatch(rf"{before}(?P<sign>[-−]?)(?P<number>\S.*?){behind}", text)
        if found is None:
            return None
        number = _amount(found["number"]) if has_numerals else _plain(found["number"])
        return number if number is None or not found["sign"] else -number


def read_number(text: str, units: Sequence[Unit] = (Unit.WON, Unit.YEARS)) -> int | None:
    """The number that the text means in the first unit that fits; None if it means none."""
    if any(letter.isdigit() and letter not in WRITTEN for letter in text):
        return None
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    return next((n for unit in units if (n := unit.read(plain)) is not None), None)


def _plain(text: str) -> int | None:
    """Digits, in groups of three or not grouped."""
    if not re.fullmatch(r"[0-9]+", text):
        if not _GROUPED.fullmatch(text):
            return None
        text = re.sub(r"[^0-9]", "", text)
    return int(text) if len(text) <= MOST_DIGITS else None


def _amount(text: str) -> int | None:
    """Digits, or numerals such as 1만5천, 만오천, 1.5만 and 15천."""
    if (number := _plain(text)) is not None:
        return number
    if not re.search("[억만천백십]", text):
        return None
    return _section(re.sub(r"\s+", "", text).translate(_DIGITS), (*_LARGE, *_SMALL))


def _section(text: str, numerals: Sequence[tuple[str, int]]) -> int | None:
    """Each numeral once, the larger ones first. What follows one without a numeral fills its zeros:
    2만5000 and 2만500, but not 2만5, which people also say for 25,000."""
    for place, (letter, value) in enumerate(numerals):
        if text.count(letter) > 1 and value >= 10**4:
            return None
        head, found, rest = text.partition(letter)
        if not found:
            continue
        zeros = len(str(value)) - 1
        if rest.isdigit() and len(rest) not in (zeros, 3 if letter == "만" else zeros):
            return None
        times = _times(head, value, bool(rest), numerals[place + 1 :])
        left = _section(rest, numerals[place + 1 :]) if rest else 0
        if times is None or left is None or left >= value:
            return None
        return times + left
    return _plain(text)


def _times(
    head: str, value: int, more_follows: bool, smaller: Sequence[tuple[str, int]]
) -> int | None:
    """What stands before a numeral, times its value: nothing is once, 1.5 only where it ends."""
    if not head:
        return value
    if found := re.fullmatch(r"([0-9]{1,4})\.([0-9])", head):
        return None if more_follows else int(found[1] + found[2]) * value // 10
    number = _section(head, smaller)
    return None if number is None else number * value


class WholeNumberField(forms.IntegerField):
    """A number in a plain text box, because browsers silently empty a number box with a word in it.

    Sets no autocomplete="off": with it a browser that goes back empties the box and sends the same
    form with another answer.
    """

    widget = forms.TextInput(attrs={"inputmode": "numeric"})

    def __init__(
        self, *args: Any, units: Sequence[Unit] = (Unit.WON, Unit.YEARS), **kwargs: Any
    ) -> None:
        self.units = units
        super().__init__(*args, **kwargs)

    def to_python(self, value: Any) -> int | None:
        if isinstance(value, str) and value.strip():
            value = read_number(value, self.units)
            if value is None:
                raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}


def won_amount(won: int) -> str:
    """An amount such as "15,000 won"."""
    return gettext("%(price)s won") % {"price": f"{won:,}"}


def short_amount(won: int) -> str:
    """A round amount as people say it, short enough for a step: 1만5천, or 15k."""
    if not (get_language() or "").startswith("ko"):
        return f"{won // 1000}k"
    ten_thousands, thousands = divmod(won // 1000, 10)
    parts = (f"{ten_thousands}만" if ten_thousands else "", f"{thousands}천" if thousands else "")
    return "".join(parts)
