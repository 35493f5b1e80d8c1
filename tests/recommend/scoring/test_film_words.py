"""The text of a film, and how it is cut into words."""

from __future__ import annotations

import pytest

from recommend.scoring.film_words import film_text, words


def text_of(overview: str = "", *, title: str = "Up", keywords: list[str] | None = None) -> str:
    return film_text(title=title, title_ko="업", overview=overview, keywords=keywords or [])


def test_the_fields_are_joined_with_a_space() -> None:
    assert (
        text_of("집이 난다", keywords=["balloon", "old man"]) == "Up 업 집이 난다 balloon old man"
    )


@pytest.mark.parametrize(
    ("overview", "left"),
    [
        ("<b>집</b>이<br/>난다", "집 이 난다"),
        ("a &lt;script&gt;x&lt;/script&gt; &amp; b", "a x b"),
        ("3 < 4, 5 > 2", "3 4 5 2"),
        ("<!-- 숨김 -->밖", "밖"),
        ("don't 🙂 stop—now", "don t stop now"),
        ("Amélie 東京 Москва", "Amélie"),
        ("ㅋㅋ\x00\u202e끝\n줄", "ㅋㅋ 끝 줄"),
        ("", ""),
    ],
)
def test_only_digits_latin_and_hangul_stay(overview: str, left: str) -> None:
    assert text_of(overview) == f"Up 업 {left}".strip()


def test_nothing_known_is_no_text() -> None:
    assert film_text(title="", title_ko="", overview="…", keywords=[]) == ""


def test_words_keep_their_order_and_repetition_and_stop_words() -> None:
    assert words("The war, the WAR of 1944") == ["the", "war", "the", "war", "of", "1944"]


def test_hangul_comes_as_pairs() -> None:
    assert words("사랑을 나 a") == ["사랑", "랑을", "나"]
