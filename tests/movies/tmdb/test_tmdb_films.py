"""What a well-behaved TMDB answers, and the invented films: other tests rely on both."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tests.movies.tmdb.tmdb_films import SHOPS, Catalogue, StubFilm, invented_films

NETFLIX, WAVVE, HULU = 8, 356, 15
FILMS = [
    StubFilm(
        tmdb_id=11,
        title="붉은 등대",
        original_title="Der rote Leuchtturm",
        english_title="The Red Lighthouse",
        release_date="1999-10-15",
        imdb_id="tt0000011",
        original_language="de",
        offers={"flatrate": [NETFLIX, 4242], "rent": [WAVVE]},
    ),
    StubFilm(12, "Quiet", "Quiet", "Quiet", "2004-02-01", "tt0000012", offers={}),
    StubFilm(13, "Red Sand", "Red Sand", "Red Sand", "2004-05-01", None, offers=None),
    StubFilm(14, "Dust", "Dust", "Dust", "", None, offers=None, elsewhere=False),
]


@pytest.fixture
def catalogue() -> Catalogue:
    return Catalogue(FILMS, {NETFLIX: "Netflix", WAVVE: "wavve"})


def found(catalogue: Catalogue, path: str, **query: str) -> Any:
    status, body = catalogue.answer(f"/3/{path}", query)
    assert status == 200
    return body


def test_details_carry_the_providers_only_when_asked_for(catalogue: Catalogue) -> None:
    plain = found(catalogue, "movie/11")
    full = found(
        catalogue, "movie/11", append_to_response="credits,watch/providers", language="ko-KR"
    )

    assert "watch/providers" not in plain
    assert (plain["title"], full["title"]) == ("The Red Lighthouse", "붉은 등대")
    assert full["original_title"] == "Der rote Leuchtturm"
    assert (full["id"], full["imdb_id"], full["runtime"]) == (11, "tt0000011", 100)
    assert set(full["watch/providers"]) == {"results"}
    korea = full["watch/providers"]["results"]["KR"]
    assert set(korea) == {"link", "flatrate", "rent"}
    assert [offer["provider_id"] for offer in korea["flatrate"]] == [NETFLIX, 4242]
    assert [offer["provider_name"] for offer in korea["flatrate"]] == ["Netflix", "Provider 4242"]


@pytest.mark.parametrize(
    ("film", "countries", "korea"),
    [
        (11, {"JP", "KR", "US"}, {"link", "flatrate", "rent"}),
        (12, {"JP", "KR", "US"}, {"link"}),
        (13, {"JP", "US"}, None),
        (14, set(), None),
    ],
)
def test_the_providers_of_a_film_are_listed_by_country(
    catalogue: Catalogue, film: int, countries: set[str], korea: set[str] | None
) -> None:
    body = found(catalogue, f"movie/{film}", append_to_response="watch/providers")
    results = body["watch/providers"]["results"]
    assert (body["id"], set(results)) == (film, countries)
    assert (set(results["KR"]) if "KR" in results else None) == korea


def test_the_provider_list_depends_on_the_country(catalogue: Catalogue) -> None:
    korean = found(catalogue, "watch/providers/movie", watch_region="KR")["results"]
    anywhere = found(catalogue, "watch/providers/movie")["results"]
    assert [each["provider_id"] for each in korean] == [NETFLIX, WAVVE]
    assert {each["provider_id"] for each in anywhere} == {NETFLIX, WAVVE, HULU}
    assert korean[0] == {"provider_id": NETFLIX, "provider_name": "Netflix"}


def test_films_are_found_by_imdb_id(catalogue: Catalogue) -> None:
    films = found(catalogue, "find/tt0000011", external_source="imdb_id")["movie_results"]
    assert [film["id"] for film in films] == [11]
    assert found(catalogue, "find/tt9999999", external_source="imdb_id")["movie_results"] == []


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"query": "red"}, {13, 11}),
        ({"query": "RED lighthouse"}, {11}),
        ({"query": "leuchtturm", "year": "1999"}, {11}),
        ({"query": "등대"}, {11}),
        ({"query": "red", "year": "2004"}, {13}),
        ({"query": "red", "year": "1999"}, {11}),
        ({"query": "dust", "year": "1999"}, set()),
        ({"query": "nothing like it"}, set()),
    ],
)
def test_films_are_searched_by_any_title_and_year(
    catalogue: Catalogue, asked: dict[str, str], expected: set[int]
) -> None:
    body = found(catalogue, "search/movie", **asked)
    assert {film["id"] for film in body["results"]} == expected
    assert (body["page"], body["total_results"]) == (1, len(expected))


def test_a_search_shows_its_first_page() -> None:
    body = found(Catalogue(invented_films(45), {}), "search/movie", query="film")
    assert (len(body["results"]), body["total_results"]) == (20, 45)


def test_unknown_films_are_answered_in_both_forms(catalogue: Catalogue) -> None:
    answers = [catalogue.answer(f"/3/movie/{number}", {}) for number in (999, 998, 997)]
    assert [status for status, _ in answers] == [404] * 3
    assert [body["status_code"] for _, body in answers] == [34] * 3
    assert ["success" in body for _, body in answers] == [True, False, True]
    assert catalogue.answer("/3/nowhere", {})[0] == 404


def test_invented_films_are_a_mixture_and_repeat() -> None:
    films = invented_films(200)
    assert films == invented_films(200)
    assert films != invented_films(200, seed=2)
    assert [film.tmdb_id for film in films] == list(range(1001, 1201))
    assert (films[16].title, films[16].english_title) == ("영화 17", "Film 17")
    assert films[0].imdb_id == "tt0000001"
    assert all("1930-01-01" <= film.release_date <= "2020-12-31" for film in films)
    kinds = Counter(None if film.offers is None else frozenset(film.offers) for film in films)
    assert kinds[None] == 40
    assert kinds[frozenset()] == 20
    shops = [kind for kind in kinds if kind and kind <= {"rent", "buy"}]
    assert sum(kinds[kind] for kind in shops) == 30
    assert sum(not film.elsewhere for film in films) == 10
    offers = [film.offers or {} for film in films]
    sold = {number for each in offers for kind in ("rent", "buy") for number in each.get(kind, ())}
    assert sold == set(SHOPS)
