"""Which particle a title takes in Korean."""

from __future__ import annotations

import pytest
from django.utils import translation

from common.particles import object_particle


@pytest.mark.parametrize(
    ("word", "particle"),
    [
        ("매트릭스", "를"),
        ("기생충", "을"),
        ("대부 2", "를"),
        ("세븐 7", "을"),
        ("터미네이터 10", "을"),
        ("이티 (E.T.)", "을"),
        ("Alien", "을"),
        ("Fargo", "를"),
        ("‘파고’", "를"),
        ("쇼생크 탈출!", "을"),
        ("", "를"),
    ],
)
def test_by_the_last_sound(word: str, particle: str) -> None:
    with translation.override("ko"):
        assert object_particle(word) == particle


def test_other_languages_have_none() -> None:
    with translation.override("en"):
        assert object_particle("기생충") == ""
