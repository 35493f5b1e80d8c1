"""Where the films of the sample are: invented, but in the proportions of real catalogues."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import numpy as np
import pytest

from movies.movielens.sample_availability import (
    CHECKS,
    PLATFORM_PLANS,
    SHARES,
    Row,
    availability_rows,
    decade_of,
)
from movies.movielens.sample_films import SampleFilm, read_films

FILMS = {film.movie_id: film for film in read_films()}
LARGE = ("netflix", "disney_plus", "watcha", "wavve")
ENOUGH = 50  # films with a yes or no, before a platform can be compared


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return list(availability_rows(list(FILMS.values()), np.random.default_rng(4)))


def there(rows: Iterable[Row], slug: str) -> dict[int, bool]:
    """Film id -> whether the platform carries it, of the films known."""
    return {
        movie: said == "true" for movie, platform, said, _source, _day in rows if platform == slug
    }


def share(films: Iterable[SampleFilm], known: dict[int, bool]) -> float:
    said = [known[film.movie_id] for film in films if film.movie_id in known]
    return sum(said) / len(said)


# --- facts ---------------------------------------------------------------------------------------


def test_a_platforms_own_films_are_known_by_heart() -> None:
    own = {film.title: film.own for film in FILMS.values() if film.own}

    assert set(own.values()) == {"netflix", "disney_plus"}
    for title in ("Roma", "The Irishman", "Okja", "Kill Boksoon", "Spirited Away"):
        assert own[title] == "netflix"
    for title in ("Toy Story", "Frozen", "Avengers: Endgame", "Avatar", "Alien", "Black Swan"):
        assert own[title] == "disney_plus"
    # Of Sony, Warner Bros. and a studio that Netflix does not own.
    assert not {"Spider-Man: No Way Home", "The Batman", "Shrek", "Parasite"} & own.keys()


def test_own_films_are_on_their_own_platform_and_nowhere_else(rows: list[Row]) -> None:
    for plan in PLATFORM_PLANS:
        known = there(rows, plan.slug)
        own = [film.movie_id for film in FILMS.values() if film.own == plan.slug]
        of_others = {film.movie_id for film in FILMS.values() if film.own not in ("", plan.slug)}
        assert all(known[movie] for movie in own)
        assert not any(known[movie] for movie in of_others & known.keys())


@pytest.mark.parametrize("slug", SHARES)
def test_a_platform_carries_as_much_of_each_decade_as_in_reality(
    slug: str, rows: list[Row]
) -> None:
    """Within two films and one in ten unknown ones; more only where its own films alone are."""
    known = there(rows, slug)
    for decade, real in SHARES[slug].items():
        films = [film for film in FILMS.values() if decade_of(film.year) == decade]
        own = sum(film.own == slug for film in films) / len(films)
        expected = max(real, own)
        assert share(films, known) == pytest.approx(expected, abs=0.1 * expected + 2 / len(films))


def test_the_whole_catalogues_are_as_large_as_real_ones(rows: list[Row]) -> None:
    shares = {slug: share(FILMS.values(), there(rows, slug)) for slug in SHARES}

    # Of all films of latest-small.
    real = {"netflix": 0.19, "disney_plus": 0.25, "watcha": 0.24, "wavve": 0.19}
    for slug, expected in (real | {"prime_video": 0.05}).items():
        assert shares[slug] == pytest.approx(expected, abs=0.04)


# --- inventions ----------------------------------------------------------------------------------


def test_every_row_says_that_it_is_invented_and_no_pair_is_there_twice(rows: list[Row]) -> None:
    assert {source for _movie, _slug, _said, source, _day in rows} == {"sample"}
    assert {said for _movie, _slug, said, _source, _day in rows} == {"true", "false"}
    assert len({row[:2] for row in rows}) == len(rows)
    assert {movie for movie, *_rest in rows} == FILMS.keys()


def test_all_but_two_platforms_are_known_well_and_none_completely(rows: list[Row]) -> None:
    known = Counter(slug for _movie, slug, *_rest in rows)

    little_known = {"tving", "coupang_play"}
    assert {slug for slug, count in known.items() if count < ENOUGH} == little_known
    assert min(count for slug, count in known.items() if slug not in little_known) > 400
    assert max(known.values()) < len(FILMS), "some films are unknown"


def test_every_check_of_a_known_platform_says_no_too_and_of_a_large_one_yes(
    rows: list[Row],
) -> None:
    said: dict[tuple[str, str], set[str]] = {}
    for _movie, slug, answer, _source, day in rows:
        said.setdefault((slug, day), set()).add(answer)

    for slug in {*SHARES, "apple_tv_plus"}:
        for day, _share in CHECKS:
            assert "false" in said[slug, day], (slug, day)
            assert "true" in said[slug, day] or slug not in LARGE, (slug, day)


def test_films_were_checked_at_different_times_but_never_before_they_existed(
    rows: list[Row],
) -> None:
    days = {movie: {day for one, *_rest, day in rows if one == movie} for movie in FILMS}
    counts = Counter(day for (day,) in days.values())  # one day for each film

    assert counts.keys() == {day for day, _share in CHECKS}
    newest = max(counts)
    assert counts[newest] > len(FILMS) / 2
    assert min(counts.values()) > 20
    for movie, (day,) in days.items():
        assert int(day[:4]) > FILMS[movie].year


def test_platforms_favour_what_real_ones_favour(rows: list[Row]) -> None:
    def lift(slug: str, films: Iterable[SampleFilm]) -> float:
        known = there(rows, slug)
        return share(films, known) / share(FILMS.values(), known)

    def of(*genres: str) -> list[SampleFilm]:
        return [film for film in FILMS.values() if not set(genres).isdisjoint(film.genres)]

    korean = [film for film in FILMS.values() if film.korean]
    foreign = [film for film in FILMS.values() if film.foreign]
    assert max(LARGE, key=lambda slug: lift(slug, of("Children"))) == "disney_plus"
    assert max(LARGE, key=lambda slug: lift(slug, korean)) == "wavve"
    assert max(LARGE, key=lambda slug: lift(slug, foreign)) == "watcha"
    assert max(LARGE, key=lambda slug: lift(slug, of("Horror"))) == "netflix"


def test_films_are_on_several_platforms_or_on_none(rows: list[Row]) -> None:
    carried = Counter(movie for movie, _slug, said, *_rest in rows if said == "true")

    assert max(carried.values()) >= 3
    assert 0.4 * len(FILMS) < len(carried) < 0.8 * len(FILMS)


def test_another_seed_gives_another_catalogue_of_the_same_size(rows: list[Row]) -> None:
    other = list(availability_rows(list(FILMS.values()), np.random.default_rng(5)))

    assert other != rows
    for slug in SHARES:
        first, second = (sum(there(drawn, slug).values()) for drawn in (rows, other))
        assert first == pytest.approx(second, rel=0.1)
