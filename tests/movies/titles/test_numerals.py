"""Numerals in titles and queries are one thing, however they are written."""

from __future__ import annotations

import pytest

from movies.models import Movie
from movies.titles.index import refresh_titles
from movies.titles.numerals import with_digits
from movies.titles.search import find_films

TITLES = [
    ("Alien³ (Alien 3)", "에이리언 3"),
    ("Kill Bill: Vol. 2", "킬 빌 2"),
    ("12 Angry Men", "12인의 성난 사람들"),
    ("Christmas in August", "8월의 크리스마스"),
    ("Rocky IV", "록키 4"),
    ("Toy Story 2", "토이 스토리 2"),
    ("One Hundred and One Dalmatians", "101마리 달마시안"),
    ("3 Idiots", "세 얼간이"),
    ("Samgyeop", "삼겹살의 추억"),
    ("Vertigo", "현기증"),
    ("I, Robot", "아이, 로봇"),
    ("Ocean's Eleven", "오션스 일레븐"),
]


@pytest.fixture
def films(db: None) -> None:
    Movie.objects.bulk_create(
        Movie(movie_id=number, title=title, title_ko=korean, rating_count=100 - number)
        for number, (title, korean) in enumerate(TITLES, start=1)
    )
    refresh_titles()


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("에이리언 III", "Alien³ (Alien 3)"),
        ("에이리언Ⅲ", "Alien³ (Alien 3)"),
        ("에이리언 삼", "Alien³ (Alien 3)"),
        ("에이리언 셋", "Alien³ (Alien 3)"),
        ("alien three", "Alien³ (Alien 3)"),
        ("Kill Bill Vol II", "Kill Bill: Vol. 2"),
        ("킬빌 Ⅱ", "Kill Bill: Vol. 2"),
        ("킬 빌 이", "Kill Bill: Vol. 2"),
        ("twelve angry men", "12 Angry Men"),
        ("팔월의 크리스마스", "Christmas in August"),
        ("rocky four", "Rocky IV"),
        ("rocky 4", "Rocky IV"),
        ("록키 사", "Rocky IV"),
        ("토이스토리 two", "Toy Story 2"),
        ("101 dalmatians", "One Hundred and One Dalmatians"),
        ("3 얼간이", "3 Idiots"),
        ("three idiots", "3 Idiots"),
        ("ocean's 11", "Ocean's Eleven"),
        ("ㅇㅇㄹㅇ 3", "Alien³ (Alien 3)"),
        ("v", "Vertigo"),
        ("i robot", "I, Robot"),
        ("삼겹살", "Samgyeop"),
    ],
)
def test_a_film_is_found_however_its_number_is_written(films: None, text: str, title: str) -> None:
    assert find_films(text, 5)[0].title == title


@pytest.mark.parametrize("text", ["3겹살", "3겹", "5트로"])
def test_a_numeral_inside_another_word_is_none(films: None, text: str) -> None:
    assert "Samgyeop" not in [film.title for film in find_films(text, 5)]


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("에이리언III: 부제", "에이리언3: 부제"),
        ("제삼의 사나이", "제3의 사나이"),
        ("해리 포터 삼편", "해리 포터 3편"),
        ("터미네이터 십이", "터미네이터 12"),
        ("유월의 뱀", "6월의 뱀"),
        ("열두 명의 웬수들", "12 명의 웬수들"),
        ("Twenty-One Grams", "21 Grams"),
        ("Apollo Thirteen", "Apollo 13"),
        ("Two Hundred", "200"),
        ("Malcolm X", "Malcolm 10"),
    ],
)
def test_numerals_become_digits(text: str, digits: str) -> None:
    assert with_digits(text) == digits
    assert with_digits(digits) == digits


@pytest.mark.parametrize(
    "text",
    [
        "삼총사", "삼겹살", "사랑", "이장과 군수", "오! 수정", "일 포스티노", "이 세상 끝",
        "구타유발자들", "제일 좋은 날", "세상의 끝", "두근두근 내 인생", "V for Vendetta",
        "I Am Legend", "Vice", "Mixed", "Civil War", "Tenet", "Often", "Someone", "Se7en", "3", "",
    ],
)  # fmt: skip
def test_other_words_stay(text: str) -> None:
    assert with_digits(text) == text
