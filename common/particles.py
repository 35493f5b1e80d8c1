"""The Korean particle that a word takes, by how the word ends."""

from __future__ import annotations

from django.utils.translation import get_language

FIRST_SYLLABLE, LAST_SYLLABLE, FINALS = 0xAC00, 0xD7A3, 28
# As they are read: 영, 일, 삼, 육, 칠, 팔 end in a consonant, 이, 사, 오, 구 do not.
DIGITS_WITH_FINAL = "013678"
# Sounds that Korean keeps at the end of a foreign word; after others it adds a vowel.
LETTERS_WITH_FINAL = "bcklmnpt"


def object_particle(word: str) -> str:
    """을 or 를 for the word, and nothing on pages in another language.

    Words in Latin letters are judged by their last letter, which is right for most of them.
    """
    if not (get_language() or "").startswith("ko"):
        return ""
    return "을" if _ends_in_consonant(word) else "를"


def _ends_in_consonant(word: str) -> bool:
    last = next((letter for letter in reversed(word) if letter.isalnum()), "").lower()
    if last and FIRST_SYLLABLE <= ord(last) <= LAST_SYLLABLE:
        return (ord(last) - FIRST_SYLLABLE) % FINALS != 0
    return bool(last) and (last in DIGITS_WITH_FINAL or last in LETTERS_WITH_FINAL)
