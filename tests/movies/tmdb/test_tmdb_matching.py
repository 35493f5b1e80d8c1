"""Which film of TMDB is a film of ours: strictly, with a reason for each doubt."""

from __future__ import annotations

from datetime import date

import pytest

from movies.tmdb.answers import FoundMovie, MovieAnswer
from movies.tmdb.matching import OurFilm, doubt, plain, strict_match, titles


def found(number: int, title: str, year: int | None, original: str = "") -> FoundMovie:
    day = date(year, 5, 1) if year else None
    return FoundMovie(id=number, title=title, original_title=original, release_date=day)


def answer(title: str, year: int | None, imdb_id: str | None = None) -> MovieAnswer:
    body = {
        "id": 1,
        "title": title,
        "original_title": title,
        "release_date": date(year, 5, 1) if year else None,
        "imdb_id": imdb_id,
        "watch/providers": {"results": {}},
    }
    return MovieAnswer.model_validate(body)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Amélie", "amelie"),
        ("Lock, Stock & Two Smoking Barrels", "lock stock and two smoking barrels"),
        ("  WALL·E ", "wall e"),
        ("기생충", plain("기생충")),
        ("Se7en", "se7en"),
    ],
)
def test_a_plain_title_has_letters_and_digits_alone(title: str, expected: str) -> None:
    assert plain(title) == expected


def test_the_other_titles_in_parentheses_count_too() -> None:
    assert titles("Maybe, Maybe Not (Der bewegte Mann)") >= {"maybe maybe not", "der bewegte mann"}


@pytest.mark.parametrize(
    ("films", "match", "reasons"),
    [
        ([found(1, "Heat", 1995), found(2, "Heat", 1986)], 1, []),
        ([found(3, "열기", 1995, "HEAT")], 3, []),
        ([found(1, "Heat", 1995), found(2, "Heat", 1995)], None, ["one of several"] * 2),
        ([found(1, "Heat", 1996)], None, ["not the same year"]),
        ([found(1, "Heat", 1990)], None, []),
        ([found(1, "Dead Heat", 1995)], None, ["another title"]),
        ([found(1, "Heat", None)], None, []),
        ([], None, []),
    ],
)
def test_only_one_film_of_the_same_title_and_year_is_taken(
    films: list[FoundMovie], match: int | None, reasons: list[str]
) -> None:
    taken, suggestions = strict_match(OurFilm(9, "Heat", 1995), films)
    assert (taken.id if taken else None) == match
    assert len(suggestions) == len(reasons)
    assert all(why in made.reason for why, made in zip(reasons, suggestions, strict=True))


def test_without_a_year_nothing_is_taken() -> None:
    assert strict_match(OurFilm(9, "Heat", None), [found(1, "Heat", 1995)]) == (None, [])


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        (OurFilm(1, "Heat", 1995, imdb_id=5), answer("Other", 1950, "tt0000005"), ""),
        (OurFilm(1, "Heat", 1995, imdb_id=5), answer("Heat", 1995, "tt0000006"), "IMDb id"),
        (OurFilm(1, "Heat", 1995), answer("Chaleur", 1996), ""),
        (OurFilm(1, "Heat", 1995), answer("HEAT!", 1950), ""),
        (OurFilm(1, "Heat", 1995), answer("Chaleur", 1950), "neither title nor year"),
        (OurFilm(1, "Heat", None), answer("Chaleur", None), "neither title nor year"),
        (OurFilm(1, "Heat", 1995, is_confirmed=True), answer("Chaleur", 1950), ""),
    ],
)
def test_an_answer_is_doubted_by_imdb_id_else_by_title_and_year(
    ours: OurFilm, theirs: MovieAnswer, expected: str
) -> None:
    reason = doubt(ours, theirs)
    assert expected in reason
    assert bool(reason) == bool(expected)
