"""What a member typed once counts less, the more films they like."""

from __future__ import annotations

import numpy as np
import pytest

from recommend.lab.training.genre_model.fit import FilmAnalyzer, fit_genres
from recommend.ranking.words.served_genres import LIKE, ServedGenres
from recommend.scoring.genre_model import GenreEvent, genre_chances
from tests.recommend.genre_texts import invented_films

FILMS = invented_films()


@pytest.fixture(scope="module")
def served() -> ServedGenres:
    fitted = fit_genres(FILMS, FILMS, FilmAnalyzer(frozenset()))
    return ServedGenres(fitted.model, fitted.films, films=2)


def likes(served: ServedGenres, genre: str, number: int) -> list[GenreEvent]:
    films = [film for film in FILMS if film.genres == (genre,)][:number]
    tokens = [served.tokens.of_film(film.movie_id) for film in films]
    return [
        GenreEvent(film.genres, LIKE, *two) for film, two in zip(films, tokens, strict=True) if two
    ]


def test_likes_lead_away_from_the_words(served: ServedGenres) -> None:
    horror, comedy = (served.model.class_places[name] for name in ("Horror", "Comedy"))
    first = [
        int(served.chances(likes(served, "Comedy", number), ["귀신", "무서"]).argmax())
        for number in (0, 1, 6)
    ]
    assert first == [horror, horror, comedy]


def test_without_events_they_count_whole(served: ServedGenres) -> None:
    plain = genre_chances(served.model, [], ["귀신"], base_films=LIKE * served.films)
    assert served.chances([], ["귀신"]) == pytest.approx(plain, abs=1e-12)


def test_after_as_many_likes_as_the_base_they_count_half(served: ServedGenres) -> None:
    events = likes(served, "Comedy", served.films)
    base = {"base_films": LIKE * served.films, "word_films": served.model.films}
    none = genre_chances(served.model, events, **base)
    whole = genre_chances(served.model, events, ["귀신"], **base)
    found = served.chances(events, ["귀신"])
    assert np.diff(found) == pytest.approx((np.diff(none) + np.diff(whole)) / 2, abs=1e-12)
