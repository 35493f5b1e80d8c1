"""Compares titles with what people type. Pure text: knows neither films nor a database.

A title is folded into the letters of the keyboard, so that the text in the search box, even with a
half-composed Korean syllable, is a beginning of the folded title. This module makes what is stored
of a film for the search (`index_entry`) and the keys that a query looks up: a key is the number of
a piece of text, and an index over the films' keys finds the few films that can match.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from movies.titles.numerals import with_digits

FOLDING: Final = 2  # raise it when `index_entry` changes: then all films are folded again

# --- letters -------------------------------------------------------------------------------------

_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS = "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
_FIRST_INITIAL, _FIRST_VOWEL, _FIRST_FINAL = 0x1100, 0x1161, 0x11A8
_FIRST_SYLLABLE, _SYLLABLES_OF_INITIAL = 0xAC00, 588
# Letters that are typed with two keys.
_TYPED = {
    "ㄳ": "ㄱㅅ", "ㄵ": "ㄴㅈ", "ㄶ": "ㄴㅎ", "ㄺ": "ㄹㄱ", "ㄻ": "ㄹㅁ", "ㄼ": "ㄹㅂ",
    "ㄽ": "ㄹㅅ", "ㄾ": "ㄹㅌ", "ㄿ": "ㄹㅍ", "ㅀ": "ㄹㅎ", "ㅄ": "ㅂㅅ",
    "ㅘ": "ㅗㅏ", "ㅙ": "ㅗㅐ", "ㅚ": "ㅗㅣ", "ㅝ": "ㅜㅓ", "ㅞ": "ㅜㅔ", "ㅟ": "ㅜㅣ",
    "ㅢ": "ㅡㅣ",
}  # fmt: skip
_LETTER = {
    letter: chr(first + place)
    for letters, first in ((_INITIALS, _FIRST_INITIAL), (_VOWELS, _FIRST_VOWEL))
    for place, letter in enumerate(letters)
}
_FOLDED = {
    first + place: "".join(_LETTER[key] for key in _TYPED.get(letter, letter))
    for letters, first in ((_VOWELS, _FIRST_VOWEL), (_FINALS, _FIRST_FINAL))
    for place, letter in enumerate(letters)
}
# Standing alone, Unicode reads these two as initials of old Korean.
_FOLDED |= {0x1121: _LETTER["ㅂ"] + _LETTER["ㅅ"], 0x111A: _LETTER["ㄹ"] + _LETTER["ㅎ"]}
# Letters with a stroke, and ligatures, which Unicode does not decompose.
_FOLDED |= {ord("æ"): "ae", ord("œ"): "oe", ord("ø"): "o", ord("đ"): "d", ord("ð"): "d"}
_FOLDED |= {ord("ł"): "l", ord("ħ"): "h", ord("þ"): "th", ord("ı"): "i"}

# The letters of one keyboard, key by key: Latin, and Korean (KS X 5002).
_LATIN_KEYS = "qwertyuiopasdfghjklzxcvbnmQWERTOP"
_KOREAN_KEYS = "ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔㅁㄴㅇㄹㅎㅗㅓㅏㅣㅋㅌㅊㅍㅠㅜㅡㅃㅉㄸㄲㅆㅒㅖ"
_KEYBOARD = list(zip(_LATIN_KEYS, _KOREAN_KEYS, strict=True))
_TO_LATIN = {ord(_LETTER[korean]): latin.lower() for latin, korean in _KEYBOARD}
_TO_KOREAN = {ord(latin.upper()): korean for latin, korean in _KEYBOARD}  # most keys ignore shift
_TO_KOREAN |= {ord(latin): korean for latin, korean in _KEYBOARD}

_HANGUL = re.compile("[가-힣]")
# An apostrophe after a single letter is an article's (L'Avventura); else it belongs to the word.
_WORD = re.compile(r"[^\W_]{2,}(?:['’][^\W_]+)*|[^\W_]")
_OTHER_NAME = re.compile(r"\s\((?:a\.?k\.?a\.?:?\s+)?([^()]+)\)$", re.IGNORECASE)
_BEHIND = re.compile(r"(?<=\S)\s+\(.*", re.DOTALL)
_SYLLABLE = re.compile(f"[{_LETTER['ㄱ']}-{_LETTER['ㅎ']}][{_LETTER['ㅏ']}-{_LETTER['ㅣ']}]")
ARTICLES: Final = frozenset(
    ["the", "a", "an", "le", "la", "les", "l", "un", "une", "il", "lo", "gli", "i", "el"]
    + ["los", "las", "der", "die", "das", "ein", "eine"]
)


def folded(text: str) -> str:
    """Only the letters and digits of `text`: no case, accents, spaces, punctuation. Idempotent.

    Hangul becomes the letters that are typed for it; a final consonant is the same letter as an
    initial one, and compounds are two letters: 닭 is ㄷㅏㄹㄱ and 과 is ㄱㅗㅏ. So "기새" and
    "기생ㅊ" are beginnings of 기생충.
    """
    return "".join(words(text))


def words(text: str) -> list[str]:
    """`text` folded word by word; all but letters and digits separates words."""
    return _each_word(text, _fold)


def _each_word(text: str, change: Callable[[str], str]) -> list[str]:
    found = map(change, _WORD.findall(unicodedata.normalize("NFC", text)))
    return [word for word in found if word]


def _fold(word: str) -> str:
    """Removes accents twice: changing the case brings some back."""
    if word.isascii():
        return "".join(filter(str.isalnum, word.lower()))
    bare = (c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
    text = unicodedata.normalize("NFKD", "".join(bare).casefold()).translate(_FOLDED)
    return "".join(filter(str.isalnum, text))


def initials(text: str) -> list[str]:
    """For each word, the initial consonants of its syllables; other letters are only folded.

    해리포터 2 gives ㅎㄹㅍㅌ and 2.
    """
    return _each_word(text, lambda word: "".join(map(_initial, word)))


def _initial(letter: str) -> str:
    if not _HANGUL.match(letter):
        return _fold(letter)
    return chr(_FIRST_INITIAL + (ord(letter) - _FIRST_SYLLABLE) // _SYLLABLES_OF_INITIAL)


def other_keyboard(text: str) -> str:
    """What the same keys write in the other language, folded.

    "rltodcnd" is 기생충. Text with Hangul becomes Latin: "ㅑㅜㅊ데샤ㅐㅜ" is inception.
    """
    letters = folded(text)
    latin = letters.translate(_TO_LATIN)
    return latin if latin != letters else folded(text.translate(_TO_KOREAN))


def asked_for(text: str) -> list[list[str]]:
    """The folded words of a query, without a year or other titles in parentheses behind them: as
    typed and, if that is another text, with digits for numerals."""
    asked = _BEHIND.sub("", text)
    forms = {"".join(typed): typed for typed in (words(asked), words(with_digits(asked)))}
    return list(forms.values())


def telling(typed: Sequence[str]) -> list[str]:
    """Folded words without articles and "and"; all of them if nothing else is left."""
    return [word for word in typed if word not in ARTICLES and word != "and"] or list(typed)


# --- what is stored of a film --------------------------------------------------------------------


def index_entry(*titles: str) -> tuple[str, list[int]]:
    """What the search stores of a film with these titles: its names, and their sorted keys.

    A title has several names: itself, those in parentheses at its end, these with digits for their
    numerals, and its initials if it has Hangul. Stored is, for each word of a name, " " and the
    folded rest of the name from this word on; "^" precedes it where the name begins (also after its
    article), and "$" follows it, except after initials: people who type initials seldom mean a
    title as short as that. So LIKE finds

        %^ text$%   films called so          %^ text%   films whose name begins so
        % text%     a word that begins so    %text%     films with it anywhere
    """
    entries: dict[str, None] = {}  # in order, each once
    keys: set[str] = set()
    names = [name for title in titles for name in reversed(split_title(title))]
    for name in dict.fromkeys([*names, *map(with_digits, names)]):
        entries |= dict.fromkeys(_beginnings(words(name), "$"))
        keys |= _keys_of(words(name), typos=True)
        if _HANGUL.search(name):
            entries |= dict.fromkeys(_beginnings(initials(name), ""))
            keys |= _keys_of(initials(name), typos=False)
    return "".join(entries), _numbers(keys)


def split_title(title: str) -> list[str]:
    """The title without the other titles in parentheses at its end, then each of those."""
    rest, others = unicodedata.normalize("NFC", title).strip(), list[str]()
    while found := _OTHER_NAME.search(rest):
        others.insert(0, found[1])
        rest = rest[: found.start()].rstrip()
    return [rest, *others]


def _beginnings(name: Sequence[str], end: str) -> Iterator[str]:
    for place in range(len(name)):
        mark = "^" if _begins_name(name, place) else ""
        yield f"{mark} {''.join(name[place:])}{end}"


def _begins_name(name: Sequence[str], place: int) -> bool:
    return place == 0 or (place == 1 and name[0] in ARTICLES)


# --- keys ----------------------------------------------------------------------------------------

PIECE: Final = 3  # letters; of two only a syllable, consonant and vowel
MOST_LOOKED_UP: Final = 24  # letters
SHORTEST_WITH_TYPO: Final = 3
TWO_TYPOS_FROM: Final = 8  # letters
_NUMBERS: Final = 1 << 20


class TitleLookup(NamedTuple):
    """What a film needs to match: all of the keys, and all of the texts in its names."""

    keys: list[int]
    texts: list[str]


def called(letters: str) -> TitleLookup:
    """A name is `letters`, with or without its article."""
    return TitleLookup(_numbers([f"^{letters}$"]), [f"^ {letters}$"])


def beginning(letters: str) -> TitleLookup:
    """A name begins with `letters`, with or without its article."""
    keys = [f"^{letters[:2]}", *_some_pieces(letters)]
    return TitleLookup(_numbers(keys), [f"^ {letters}"])


def with_words(typed: Sequence[str]) -> TitleLookup:
    """Each of the folded texts begins at a word, in any order; one may span several words."""
    keys = {key for word in typed for key in (f" {word[:2]}", *_some_pieces(word))}
    return TitleLookup(_numbers(keys), [f" {word}" for word in typed])


def containing(letters: str) -> TitleLookup | None:
    """Anywhere in a name; None for too few letters, which half of all names have."""
    keys = _some_pieces(letters) or _SYLLABLE.findall(letters[:2])
    return TitleLookup(_numbers(keys), [letters]) if keys else None


def _some_pieces(letters: str) -> list[str]:
    """Adjacent pieces and the last one; more would hardly narrow the result."""
    pieces = _pieces(letters[:MOST_LOOKED_UP])
    return [*pieces[::PIECE], *pieces[-1:]]


def typo_keys(letters: str) -> list[int]:
    """Keys; a film has at least one if one of its words begins with `letters` but for a typo.

    A typo is one letter too many, missing or wrong, or two neighbours swapped. If two texts differ
    by one, deleting at most one letter of each makes them equal; that also holds for their first
    n letters, whatever follows (SymSpell: W. Garbe, "1000x Faster Spelling Correction algorithm",
    2012, with its prefix length n). Films have the keys of the first 5 and 7 letters from each
    word on, so a query is cut to 7 letters, or to 5. Of shorter words, only those of four letters
    have keys. [] for fewer than three letters.
    """
    if len(letters) <= SHORTEST_WITH_TYPO:
        return _numbers([f"~{letters}"] if len(letters) == SHORTEST_WITH_TYPO else [])
    return _numbers(_deletions(letters[: 7 if len(letters) >= 7 else 5]))


def edits(letters: str, text: str, most: int) -> int:
    """The fewest typos that turn `letters` into a beginning of `text`; `most` + 1 for more.

    The restricted Damerau-Levenshtein distance (F. J. Damerau, 1964) to the nearest beginning. A
    common prefix costs nothing and is never compared again.
    """
    if text.startswith(letters):
        return 0
    if most == 0:
        return 1
    place = 0
    for one, other in zip(letters, text, strict=False):
        if one != other:
            break
        place += 1
    rest, other_rest = letters[place:], text[place:]
    fewest = min(
        edits(rest[1:], other_rest[1:], most - 1),  # another letter
        edits(rest[1:], other_rest, most - 1),  # one too many
        edits(rest, other_rest[1:], most - 1),  # one too few
    )
    if len(rest) > 1 and rest[:2] == other_rest[1::-1]:
        fewest = min(fewest, edits(rest[2:], other_rest[2:], most - 1))
    return 1 + fewest


def is_meant(letters: str, names: str, typos: int) -> bool:
    """Whether a word of the stored `names` begins with `letters` but for at most `typos` typos.

    With more letters than typos, the two then share one of their first letters, which is a quick
    test.
    """
    first = frozenset(letters[: typos + 1])
    return any(
        edits(letters, text, typos) <= typos
        for text in re.findall(r"\w+", names)
        if not first.isdisjoint(text[: typos + 1])
    )


def typos_allowed(letters: str) -> int:
    """2 for eight letters or more, else 1. Two are found only if one is after the seventh."""
    return 2 if len(letters) >= TWO_TYPOS_FROM else 1


def _keys_of(name: Sequence[str], *, typos: bool) -> set[str]:
    """All keys of a name."""
    whole = "".join(name)
    keys = {*_pieces(whole), *_SYLLABLE.findall(whole)}
    for place, word in enumerate(name):
        rest = "".join(name[place:])
        keys |= {f" {rest[:1]}", f" {rest[:2]}"}
        if _begins_name(name, place):
            keys |= {f"^{rest[:1]}", f"^{rest[:2]}", f"^{rest}$"}
        is_telling = place == 0 or (len(word) >= SHORTEST_WITH_TYPO and word not in ARTICLES)
        if typos and is_telling and len(rest) > SHORTEST_WITH_TYPO:
            keys |= _deletions(rest[:5]) | _deletions(rest[:7])
            if len(word) == SHORTEST_WITH_TYPO + 1:
                keys |= _deletions(word)
    return keys


def _pieces(text: str) -> list[str]:
    return [text[place : place + PIECE] for place in range(len(text) - PIECE + 1)]


def _deletions(text: str) -> set[str]:
    """`text`, and `text` without each of its letters in turn."""
    return {f"~{text}", *(f"~{text[:place]}{text[place + 1 :]}" for place in range(len(text)))}


def _numbers(keys: Iterable[str]) -> list[int]:
    """CRC-32 cut to 20 bits: a collision only costs a comparison, and the index is a third smaller
    than with 31 bits."""
    return sorted({zlib.crc32(key.encode()) % _NUMBERS for key in keys})
