"""Finds the encoding of a text file: UTF-8, UTF-16 with its mark, or cp949 (Korean Windows).

Nothing is guessed: UTF-16 is known by its byte order mark, and cp949 is taken only if the whole
file decodes and what it says is Korean.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

UTF_8: Final = "utf-8"
UTF_16: Final = "utf-16"
CP949: Final = "cp949"
UTF_16_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_MARK_BYTES: Final = 2
NAMES: Final = {UTF_8: "UTF-8", UTF_16: "UTF-16", CP949: "cp949"}

_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_SYLLABLE = re.compile("[가-힣]")
# Of the letters that are not ASCII, those in everyday Hangul (KS X 1001). The bytes of Chinese or
# Latin-1 text, where they decode at all, give Chinese characters and rare syllables.
_KOREAN_FROM: Final = 0.9


class EncodingFinder:
    """Fed the bytes of a file block by block, in bounded memory."""

    def __init__(self) -> None:
        self._decoders: dict[str, codecs.IncrementalDecoder] | None = None
        self._first = b""
        self._letters = self._korean = 0

    def feed(self, block: bytes) -> None:
        if self._decoders is None:
            block = self._first + block
            self._first = block[:_MARK_BYTES]
            if len(block) < _MARK_BYTES:
                return
            names = [UTF_16] if self.is_utf_16 else [UTF_8, CP949]
            self._decoders = {name: codecs.getincrementaldecoder(name)() for name in names}
        is_plain = block.isascii() and not self.is_utf_16
        for name, decoder in list(self._decoders.items()):
            if is_plain and not decoder.getstate()[0]:
                continue
            try:
                text = decoder.decode(block)
            except UnicodeError:
                del self._decoders[name]
                continue
            if name == CP949:
                self._count(text)

    def _count(self, text: str) -> None:
        for foreign in _NOT_ASCII.findall(text):
            self._letters += sum(map(str.isalpha, foreign))
            syllables = "".join(_SYLLABLE.findall(foreign))
            self._korean += len(syllables.encode("euc_kr", "ignore")) // 2

    @property
    def is_utf_16(self) -> bool:
        """Whether the file begins with the byte order mark of UTF-16."""
        return self._first.startswith(UTF_16_MARKS)

    def found(self) -> str | None:
        """The name of the codec; None if it is none of these."""
        decoders = (self._decoders or {}).items()
        whole = [name for name, decoder in decoders if not decoder.getstate()[0]]
        is_korean = self._korean and self._korean >= _KOREAN_FROM * self._letters
        if CP949 in whole and not is_korean:
            whole.remove(CP949)
        return whole[0] if whole else None


def encoding_of(content: bytes) -> str | None:
    """The codec of a whole file, or None: see `EncodingFinder`."""
    finder = EncodingFinder()
    finder.feed(content)
    return finder.found()
