"""Numerals of titles: III, Ⅲ, three and 삼 are 3. Pure text.

A title, and what people type, is looked at twice: as it is written and with digits for its
numerals. So a word that only looks like a numeral still matches as it is written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

_ROMAN: Final = {
    "i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10,
    "xi": 11, "xii": 12, "xiii": 13, "xiv": 14, "xv": 15, "xvi": 16, "xvii": 17, "xviii": 18,
    "xix": 19, "xx": 20,
}  # fmt: skip
_ONES: Final = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9,
}  # fmt: skip
_TEENS: Final = {
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15,
    "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
_TENS: Final = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90,
}  # fmt: skip
_SINO: Final = dict(zip("일이삼사오육칠팔구", range(1, 10), strict=True))
_NATIVE: Final = {
    "둘": 2, "두": 2, "셋": 3, "세": 3, "넷": 4, "네": 4, "다섯": 5, "여섯": 6, "일곱": 7,
    "여덟": 8, "아홉": 9, "열": 10, "열하나": 11, "열한": 11, "열둘": 12, "열두": 12,
}  # fmt: skip
_MONTHS: Final = {"유": 6, "시": 10}  # as they are said before 월
_PLAIN_KOREAN: Final = frozenset("삼육칠셋넷둘")  # hardly mean anything else as a word

# Runs of Hangul, of other letters, and of digits, so that 에이리언III has two words.
_WORD: Final = re.compile(r"[가-힣]+|[0-9]+|[^\W\d_가-힣]+(?:['’][^\W\d_]+)*")
_MONTH: Final = re.compile(r"(십?[일이삼사오육칠팔구]|십|유|시)(월(?:의|에|은|이|과)?)")
_PART: Final = re.compile(r"(제?)(.{1,3}?)(편|부|탄|장|막|회|의)?")


def with_digits(text: str) -> str:
    """`text` with digits for its numerals. Idempotent; spaces and punctuation stay."""
    plain = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text))
    found = list(_WORD.finditer(plain))
    words = [match[0].lower() for match in found]
    pieces, end, place = list[str](), 0, 0
    while place < len(words):
        number, used = _english(words, place)
        changed = str(number) if used else _one_word(words, place)
        last = found[place + max(used, 1) - 1]
        if changed is not None:
            pieces += [plain[end : found[place].start()], changed]
            end = last.end()
        place += max(used, 1)
    return "".join(pieces) + plain[end:] if pieces else text


def _one_word(words: Sequence[str], place: int) -> str | None:
    word = words[place]
    if word in _ROMAN:
        return str(_ROMAN[word]) if place or len(word) > 1 else None
    if month := _MONTH.fullmatch(word):
        return f"{_MONTHS.get(month[1]) or _sino(month[1])}{month[2]}"
    return _korean(words, place)


def _korean(words: Sequence[str], place: int) -> str | None:
    """셋 and 세 (of 세 얼간이) as whole words; 삼 and 삼편 as the part of a title, not at its
    beginning, and what may be another word, such as 이 or 사, only at its end; 제삼의 anywhere."""
    word, is_last = words[place], place == len(words) - 1
    if word in _NATIVE and (place or not is_last):
        return str(_NATIVE[word])
    part = _PART.fullmatch(word)
    if part is None or (number := _sino(part[2])) is None:
        return None
    if part[1]:
        is_numeral = bool(part[3]) or part[2] not in "일이"  # 제일 and 제이 are words
    else:
        is_numeral = place > 0 and part[3] != "의" and (is_last or word in _PLAIN_KOREAN)
    return f"{part[1]}{number}{part[3] or ''}" if is_numeral else None


def _sino(text: str) -> int | None:
    """일 to 구십구."""
    if found := re.fullmatch(r"([이삼사오육칠팔구])?(십)?([일이삼사오육칠팔구])?", text):
        tens, ten, ones = found[1], found[2], found[3]
        if ten:
            return 10 * _SINO.get(tens or "일", 1) + _SINO.get(ones or "", 0)
        if bool(tens) != bool(ones):
            return _SINO[tens or ones]
    return _SINO.get(text)


def _english(words: Sequence[str], place: int) -> tuple[int, int]:
    """The number that begins at this word, and of how many words; 0 words if none does."""
    number, used = _below_hundred(words, place)
    at = place + used
    if at < len(words) and words[at] == "hundred":
        number, at = max(number, 1) * 100, at + 1
        skipped = at + (at < len(words) and words[at] == "and")
        rest, more = _below_hundred(words, skipped)
        if more:
            return number + rest, skipped + more - place
        return number, at - place
    return number, used


def _below_hundred(words: Sequence[str], place: int) -> tuple[int, int]:
    """As `_english`, of numbers below 100."""
    word, after = [*words[place : place + 2], "", ""][:2]
    if word in _TENS:
        return (_TENS[word] + _ONES[after], 2) if after in _ONES else (_TENS[word], 1)
    small = _ONES.get(word) or _TEENS.get(word)
    return (small, 1) if small else (0, 0)
