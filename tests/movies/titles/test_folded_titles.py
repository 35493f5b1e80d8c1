"""What counts as the same title, and what a film is found by: text only, no database."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from movies.titles.folding import (
    TitleLookup,
    beginning,
    called,
    containing,
    edits,
    folded,
    index_entry,
    initials,
    is_meant,
    other_keyboard,
    telling,
    typo_keys,
    typos_allowed,
    with_words,
    words,
)

SYLLABLES = st.sampled_from(
    "가각간강개과귀꽃나낡눈닭되따라뢰마밟벌빵새생셔싫쌩아앉없왜외의저쫓초충크탈포픔해훼"
)
KOREAN = st.text(SYLLABLES, min_size=1, max_size=5)
LATIN = st.text("abcdeilnorstxyzéüø", min_size=1, max_size=8)
WORDS = st.lists(st.one_of(KOREAN, LATIN, st.sampled_from(["the", "2", "L'"])), min_size=1)
TITLES = WORDS.map(" ".join)

unhurried = settings(deadline=None)  # on a busy machine


def matches(lookup: TitleLookup | None, title: str) -> bool:
    """The comparison that the database makes."""
    names, keys = index_entry(title)
    if lookup is None:
        return False
    return set(lookup.keys) <= set(keys) and all(text in names for text in lookup.texts)


# --- the same letters ---


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Amélie", "AMELIE"),
        ("쇼생크 탈출", "쇼생크탈출"),
        ("WALL·E", "wall-e"),
        ("Spider-Man", "spiderman"),
        ("Ocean’s Eleven", "oceans eleven"),
        ("Straße", "strasse"),
        ("Æon Flux", "aeon flux"),
        ("Søren Łódź", "soren lodz"),
        ("İstanbul", "istanbul"),
        ("Alien³", "alien 3"),
        ("8½", "8 1/2"),
        ("１９１７", "1917"),
        ("기생충", unicodedata.normalize("NFD", "기생충")),
        ("ㄳ", "ㄱㅅ"),
        ("ㅄ", "ㅂㅅ"),
        ("닭", "ㄷㅏㄹㄱ"),
        ("과", "고ㅏ"),
        ("Amour", " a_m%o\\u'r\x00 "),
    ],
)
def test_texts_of_the_same_letters_are_the_same(one: str, other: str) -> None:
    assert folded(one) == folded(other) != ""


@pytest.mark.parametrize("text", ["", " ", "!?", "%_\\", "\x00", "…", "☆", "'", "\ud800"])
def test_without_letters_and_digits_nothing_is_left(text: str) -> None:
    assert folded(text) == ""
    assert words(text) == []


@unhurried
@given(st.text())
def test_folding_what_is_folded_changes_nothing(text: str) -> None:
    letters = folded(text)
    assert folded(letters) == letters
    assert letters == "" or letters.isalnum()


def test_words_are_kept_apart_and_an_apostrophe_belongs_to_its_word() -> None:
    assert words("L'Avventura (1960): Ocean's rock'n'roll") == [
        *("l", "avventura", "1960", "oceans", "rocknroll")
    ]
    assert telling(["the", "lord", "and", "rings"]) == ["lord", "rings"]
    assert telling(["the", "a"]) == ["the", "a"]


# --- while a syllable is being composed ---

INITIAL = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
VOWEL = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
FINAL = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
PAIRS = {
    *(
        "ㅗㅏㅘ",
        "ㅗㅐㅙ",
        "ㅗㅣㅚ",
        "ㅜㅓㅝ",
        "ㅜㅔㅞ",
        "ㅜㅣㅟ",
        "ㅡㅣㅢ",
        "ㄱㅅㄳ",
        "ㄴㅈㄵ",
        "ㄴㅎㄶ",
    ),
    *("ㄹㄱㄺ", "ㄹㅁㄻ", "ㄹㅂㄼ", "ㄹㅅㄽ", "ㄹㅌㄾ", "ㄹㅍㄿ", "ㄹㅎㅀ", "ㅂㅅㅄ"),
}
TOGETHER = {pair[:2]: pair[2] for pair in PAIRS}
APART = {pair[2]: pair[:2] for pair in PAIRS}


def typed(keys: str) -> str:
    """What an input method shows after these keys of the Korean keyboard."""
    shown, initial, vowel, final = "", "", "", ""

    def flush() -> str:
        if not initial or not vowel:
            return initial + vowel
        place = INITIAL.index(initial) * 588 + VOWEL.index(vowel) * 28
        return chr(0xAC00 + place + FINAL.index(final or " "))

    for key in keys:
        if key in VOWEL:
            if final:  # its last consonant begins the next syllable
                *stays, moves = APART.get(final, final)
                final = "".join(stays)
                shown += flush()
                initial, vowel, final = moves, key, ""
            elif initial and not vowel:
                vowel = key
            elif vowel + key in TOGETHER and initial:
                vowel = TOGETHER[vowel + key]
            else:
                shown += flush()
                initial, vowel = "", key
        elif initial and vowel and not final and key in FINAL:
            final = key
        elif final + key in TOGETHER and final:
            final = TOGETHER[final + key]
        else:
            shown += flush()
            initial, vowel, final = key, "", ""
    return shown + flush()


def keys_of(title: str) -> str:
    """The keys that a Korean title is typed with."""
    letters = ""
    for syllable in title:
        place = ord(syllable) - 0xAC00
        vowel, final = VOWEL[place % 588 // 28], FINAL[place % 28].strip()
        letters += INITIAL[place // 588] + APART.get(vowel, vowel) + APART.get(final, final)
    return letters


def test_the_input_method_of_these_tests_composes() -> None:
    shown = [typed("ㄱㅣㅅㅐㅇㅊㅜㅇ"[:count]) for count in range(1, 9)]
    assert shown == ["ㄱ", "기", "깃", "기새", "기생", "기생ㅊ", "기생추", "기생충"]
    assert typed("ㄷㅏㄹㄱㅇㅗㅏ") == "닭와"
    assert typed("ㄷㅏㄹㄱㅏ") == "달가"


@unhurried
@given(KOREAN, st.data())
def test_a_film_is_found_at_every_key_of_its_title(title: str, data: st.DataObject) -> None:
    keys = keys_of(title)
    count = data.draw(st.integers(1, len(keys)))
    shown = folded(typed(keys[:count]))
    assert folded(title).startswith(shown)
    assert matches(beginning(shown), title)


@unhurried
@given(TITLES, st.data())
def test_a_film_is_found_by_every_beginning_of_a_word_and_by_what_is_inside(
    title: str, data: st.DataObject
) -> None:
    typed_words = words(title)
    place = data.draw(st.integers(0, len(typed_words) - 1))
    rest = "".join(typed_words[place:])
    letters = rest[: data.draw(st.integers(1, len(rest)))]
    assert matches(with_words([letters]), title)
    if place == 0:
        assert matches(beginning(letters), title)
        assert matches(called(rest), title)
    start = data.draw(st.integers(0, len(rest) - 1))
    inside = rest[start : start + data.draw(st.integers(1, 6))]
    assert matches(containing(inside), title) is (containing(inside) is not None)
    assert len(inside) < 3 or containing(inside) is not None
    assert matches(with_words(typed_words[::-1]), title)


def test_a_single_syllable_is_looked_for_inside_a_single_letter_is_not() -> None:
    assert matches(containing(folded("쿄")), "도쿄 이야기")
    assert containing("t") is containing("to") is containing(folded("ㄱㅅ")) is None


# --- names and initials ---


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("The Matrix", "matrix"),
        ("L'Avventura", "avventura"),
        ("La Cité des enfants perdus", "cite des enfants perdus"),
        ("The City of Lost Children (La Cité des enfants perdus)", "cité des enfants perdus"),
        ("The City of Lost Children (La Cité des enfants perdus)", "city of lost children"),
        ("Seven (a.k.a. Se7en)", "se7en"),
        ("(500) Days of Summer", "500 days of summer"),
    ],
)
def test_a_title_is_also_called_by_its_other_names(title: str, name: str) -> None:
    assert matches(called(folded(name)), title)


def test_initials_stand_for_a_korean_name() -> None:
    assert initials("기생충") == [folded("ㄱㅅㅊ")]
    assert initials("X맨 2!") == [folded("xㅁ"), "2"]
    for text in ("ㄱ", "ㄱㅅ", "ㄳ", "ㄱㅅㅊ"):
        assert matches(beginning(folded(text)), "기생충")
    assert matches(beginning(folded("ㄱㅅ")), unicodedata.normalize("NFD", "기생충"))
    assert matches(with_words([folded("ㅌㅊ")]), "쇼생크 탈출")
    assert matches(containing(folded("ㅅㅋㅌ")), "쇼생크 탈출")
    assert not matches(called(folded("ㄱㅅㅊ")), "기생충")
    assert not matches(beginning(folded("ㄱㅊ")), "기생충")


@unhurried
@given(KOREAN, st.data())
def test_a_film_is_found_by_the_first_initials(title: str, data: st.DataObject) -> None:
    letters = initials(title)[0]
    assert matches(beginning(letters[: data.draw(st.integers(1, len(letters)))]), title)


@pytest.mark.parametrize(
    ("keys", "meant"),
    [
        ("rltodcnd", "기생충"),
        ("Rhc", "꽃"),
        ("DKQKXK", "아빠타"),  # shift is part of the key
        ("ㅑㅜㅊ데샤ㅐㅜ", "inception"),
        ("쟈ㅣㅣ", "will"),
        ("1917", "1917"),
    ],
)
def test_the_other_language_of_the_keyboard(keys: str, meant: str) -> None:
    assert other_keyboard(keys) == folded(meant)


# --- typos ---


def with_one_typo(letters: str, data: st.DataObject) -> str:
    place = data.draw(st.integers(0, len(letters) - 1))
    other = data.draw(st.sampled_from("abxyz" + folded("ㄱㅊㅏㅔ")))
    before, here, after = letters[:place], letters[place], letters[place + 1 :]
    return data.draw(
        st.sampled_from(
            [
                before + other + here + after,
                before + after,
                before + other + after,
                before + after[:1] + here + after[1:],
            ]
        )
    )


@unhurried
@given(TITLES, st.data())
def test_one_typo_in_a_word_of_four_letters_or_more_is_always_forgiven(
    title: str, data: st.DataObject
) -> None:
    long = [word for word in words(title) if len(word) >= 4]
    assume(long)
    letters = with_one_typo(data.draw(st.sampled_from(long)), data)
    names, keys = index_entry(title)
    assert matches(with_words([letters]), title) or set(typo_keys(letters)) & set(keys)
    assert is_meant(letters, names, 1)


@unhurried
@given(TITLES, st.data())
def test_one_typo_in_a_title_typed_without_spaces_is_always_forgiven(
    title: str, data: st.DataObject
) -> None:
    letters = folded(title)
    assume(len(letters) >= 5)
    letters = with_one_typo(letters, data)
    names, keys = index_entry(title)
    assert matches(with_words([letters]), title) or set(typo_keys(letters)) & set(keys)
    assert is_meant(letters, names, 1)


def fewest_edits(letters: str, text: str) -> int:
    """By the whole table of restricted Damerau-Levenshtein distances."""
    table = [[max(i, j) if 0 in (i, j) else 0 for j in range(len(text) + 1)]
             for i in range(len(letters) + 1)]  # fmt: skip
    for i in range(1, len(letters) + 1):
        for j in range(1, len(text) + 1):
            differs = letters[i - 1] != text[j - 1]
            table[i][j] = min(
                table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + differs
            )
            swapped = i > 1 and j > 1 and letters[i - 2 : i] == text[j - 1] + text[j - 2]
            if swapped:
                table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
    return min(table[-1])


@unhurried
@given(st.text("abc", min_size=1, max_size=8), st.text("abc", max_size=9), st.integers(0, 3))
def test_edits_are_counted_up_to_the_limit(letters: str, text: str, most: int) -> None:
    fewest = fewest_edits(letters, text)
    assert edits(letters, text, most) == min(fewest, most + 1)
    if len(letters) > most:
        assert is_meant(letters, f"^ {text}$", most) is (fewest <= most and text != "")


def test_the_longer_the_text_the_more_typos() -> None:
    assert [typos_allowed("x" * count) for count in (3, 7, 8, 30)] == [1, 1, 2, 2]
    assert typo_keys("ab") == []
