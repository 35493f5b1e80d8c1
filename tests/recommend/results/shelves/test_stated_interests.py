"""Genres that people state, as interests or in keywords, lead until likes take their place."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, combinations, permutations
from pathlib import Path

import numpy as np
import pytest

from common.arrays import Floats
from recommend.lab.training.genre_model.fit import FilmAnalyzer, FilmToLearn, fit_genres
from recommend.lab.training.genre_model.store import genre_words
from recommend.ranking.words.served_genres import LIKE, NO_TOKENS, ServedGenres
from recommend.results.shelves.genre_taste import genres_named, taste_of_words
from recommend.scoring.film_words import film_text
from recommend.scoring.genre_model import GenreCounts, GenreEvent
from tests.recommend.genre_texts import real_films

FILMS = {"Drama": 300.0, "Comedy": 220.0, "Action": 80.0, "Horror": 40.0, "Romance": 60.0,
         "Sci-Fi": 30.0, "War": 20.0, "Western": 12.0, "Fantasy": 6.0}  # fmt: skip
GENRES = list(FILMS)


@pytest.fixture(scope="module")
def served() -> ServedGenres:
    """Of nine genres; Drama has .39 of the base, and Comedy .29."""
    fitted = fit_genres(*[[FilmToLearn(1, ("Drama",), "바다")]] * 2, FilmAnalyzer(frozenset()))
    words = np.array([[FILMS[genre]] for genre in sorted(GENRES)])
    model = GenreCounts(tuple(sorted(GENRES)), ("바다",), words[:, 0], words)
    return ServedGenres(model, fitted.films, films=10)


def likes(genres: Sequence[str], number: int) -> list[GenreEvent]:
    return [GenreEvent(tuple(genres), LIKE, NO_TOKENS, NO_TOKENS)] * number


def chances(
    served: ServedGenres, stated: Sequence[str] = (), events: Sequence[GenreEvent] = ()
) -> dict[str, float]:
    found: Floats = np.exp(served.chances(events, [], stated))
    return dict(zip(served.model.genres, found.tolist(), strict=True))


def first(found: dict[str, float], number: int) -> set[str]:
    return set(sorted(found, key=lambda genre: -found[genre])[:number])


@pytest.mark.parametrize("genre", GENRES)
def test_a_sole_interest_comes_first(served: ServedGenres, genre: str) -> None:
    assert first(chances(served, [genre]), 1) == {genre}


@pytest.mark.parametrize("number", [2, 3, 4, 5, 6])
def test_of_several_interests_two_come_first(served: ServedGenres, number: int) -> None:
    small = [genre for genre in GENRES if genre not in ("Drama", "Comedy")]
    for stated in chain(combinations(GENRES[:7], number), combinations(small, number)):
        assert first(chances(served, stated), 2) <= set(stated), stated


def test_interests_weigh_as_much_as_the_base(served: ServedGenres) -> None:
    before, after = chances(served), chances(served, ["Horror", "War"])
    assert after["Drama"] == pytest.approx(before["Drama"] / 2, abs=1e-12)
    assert after["War"] == pytest.approx(before["War"] / 2 + 1 / 4, abs=1e-12)


def test_ten_likes_of_another_genre_overtake_an_interest(served: ServedGenres) -> None:
    for stated, liked in permutations(GENRES, 2):
        for others in combinations([one for one in GENRES if one not in (stated, liked)], 2):
            if "Drama" in (stated, *others) or "Comedy" in (stated, *others):
                continue
            for genres in ((liked,), (liked, others[0]), (liked, *others)):
                found = chances(served, [stated], likes(genres, 10))
                assert found[liked] > found[stated], (stated, genres)


def test_each_like_takes_the_place_of_as_much_of_an_interest(served: ServedGenres) -> None:
    shares = [chances(served, ["Horror"], likes(["War"], number))["Horror"] for number in range(11)]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] - shares[5] == pytest.approx(1 / 4, abs=1e-12)
    for number in (10, 30):
        events = likes(["War"], number)
        assert chances(served, ["Horror"], events) == chances(served, [], events)


def test_after_taking_likes_back_all_is_as_before(served: ServedGenres) -> None:
    events = [*likes(["War", "Action"], 1), *likes(["Fantasy"], 10)]
    before = chances(served, ["Horror"], events[:1])
    assert chances(served, ["Horror"], events) != before
    assert chances(served, ["Horror"], events[:1]) == before


def test_an_interest_that_the_model_does_not_know_takes_no_share(served: ServedGenres) -> None:
    assert chances(served, ["Horror", "Telenovela"]) == chances(served, ["Horror"])
    assert chances(served, ["Telenovela"]) == chances(served)


@pytest.mark.parametrize(
    ("asked", "genres"),
    [
        ("로맨스영화", ["Romance"]),
        ("SF영화", ["Sci-Fi"]),
        ("스릴러영화", ["Thriller"]),
        ("코미디영화를", ["Comedy"]),
        ("액션영화", ["Action"]),
        ("공포!", ["Horror"]),
        ("#공포", ["Horror"]),
        ("<b>공포</b>", ["Horror"]),
        ("horror/thriller", ["Horror", "Thriller"]),
        ("science fiction film", ["Sci-Fi"]),
        ("Sci-Fi, scifi", ["Sci-Fi"]),
        ("범죄스릴러", ["Crime", "Thriller"]),
        ("필름누아르", ["Film-Noir"]),
        ("film noir", ["Film-Noir"]),
        ("Children's", ["Children"]),
        ("어린이", ["Children"]),
        ("서부", ["Western"]),
        ("IMAX 전쟁", ["War"]),
        ("어디서부터", []),
        ("남서부", []),
        ("리액션", []),
        ("software warm dramatic", []),
        ("가족", []),
        ("🎬", []),
    ],
)
def test_genres_are_found_in_compounds_and_beside_punctuation(
    asked: str, genres: list[str]
) -> None:
    text = film_text(title="", title_ko="", overview=asked, keywords=[])
    assert genres_named(text)[0] == genres


def test_what_is_no_genre_stays_as_words() -> None:
    assert genres_named("귀신 나오는 공포영화")[1].split() == ["귀신", "나오는", "영화"]
    assert genres_named("어디서부터 SF")[1].split() == ["어디서부터"]


@pytest.mark.realdata
def test_genres_of_real_films_lead_as_they_are_stated(real_data: Path) -> None:
    films = real_films(real_data)
    fitted = fit_genres(films, films, FilmAnalyzer(genre_words()))
    served = ServedGenres(fitted.model, fitted.films, films=10)
    genres = served.model.genres
    assert len(genres) == 18
    for number in (1, 2, 3):
        for stated in combinations(genres, number):
            assert first(chances(served, stated), min(number, 2)) <= set(stated), stated
    for keyword, genre in {
        "공포": "Horror", "로맨스영화": "Romance", "SF영화": "Sci-Fi", "스릴러영화": "Thriller",
        "액션영화": "Action", "서부 영화": "Western", "science fiction film": "Sci-Fi",
    }.items():  # fmt: skip
        assert taste_of_words(served, [keyword]).genres[0][0] == genre, keyword
    for stated, liked in permutations(genres, 2):
        own = [one for one in films if liked in one.genres and stated not in one.genres][:10]
        events = [likes(film.genres, 1)[0] for film in own]
        found = chances(served, [stated], events)
        assert len(events) < 10 or found[liked] > found[stated], (stated, liked)
