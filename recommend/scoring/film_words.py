"""The words of films: one text of what a film is about, and how a text is cut into words.

Pure. Used by the content vectors, the genre model, and what members type.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from movies.titles.plain import plain

# All but digits, Latin letters and Hangul.
OTHER: Final = re.compile(
    r"[^0-9A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff"
    r"\u1100-\u11ff\u3131-\u318e\ua960-\ua97c\uac00-\ud7a3\ud7b0-\ud7fb]+"
)
# Scripts that write words without spaces, or, as Korean, with endings attached to them.
BY_PAIRS: Final = re.compile(
    r"[\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7a3]+"
)
WORD: Final = re.compile(r"[\w']+")


def film_text(*, title: str, title_ko: str, overview: str, keywords: Sequence[str]) -> str:
    """Title, Korean title, overview and keywords, joined with a space.

    Tags are left out, and everything but digits, Latin letters and Hangul becomes a space; words
    are one space apart. "" if nothing is known.
    """
    joined = " ".join(plain(field) for field in (title, title_ko, overview, *keywords))
    return OTHER.sub(" ", unicodedata.normalize("NFC", joined)).strip()


def words(text: str) -> list[str]:
    """Words of a title or a plot, in lower case, in their order; a repeated one comes again.

    Hangul, kana and Chinese characters come as overlapping pairs: 사랑을 as 사랑 and 랑을, which
    finds 사랑이 too. For Korean that is about as good as a morphological analysis (J. H. Lee,
    J. S. Ahn, "Using n-grams for Korean text retrieval", SIGIR 1996) and needs no dictionary; it
    is also what Lucene's CJKAnalyzer does. Single Latin letters and digits are left out.
    """
    found: list[str] = []
    for word in WORD.findall(text.casefold()):
        runs = BY_PAIRS.findall(word)
        for run in runs:
            found += [run[start : start + 2] for start in range(max(len(run) - 1, 1))]
        rest = BY_PAIRS.sub("", word).strip("_'")
        if len(rest) > 1:
            found.append(rest)
    return found
