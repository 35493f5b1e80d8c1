"""Films of one series: by their titles, by TMDB, or by staff."""

from __future__ import annotations

import random
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from movies.fetching.store import film_as_known, forget_details, store_lookup
from movies.models import Movie, MovieDetails
from movies.titles.series import LONGEST_KEY, series_keys
from movies.titles.series_of_films import correct_series, refresh_series, settle_series
from movies.tmdb.answers import MovieAnswer
from movies.tmdb.lookup import FilmLookup

Film = tuple[str, int | None]

SERIES: dict[str, list[Film]] = {
    "toy story": [("Toy Story", 1995), ("Toy Story 2", 1999)],
    "godfather": [
        ("The Godfather", 1972),
        ("The Godfather: Part II", 1974),
        ("The Godfather: Part III", 1990),
    ],
    "star wars": [
        ("Star Wars: Episode IV - A New Hope", 1977),
        ("Star Wars: Episode V - The Empire Strikes Back", 1980),
        ("Star Wars: The Clone Wars", 2008),
    ],
    "star trek": [
        ("Star Trek: The Motion Picture", 1979),
        ("Star Trek III: The Search for Spock", 1984),
        ("Star Trek: First Contact", 1996),
        ("Star Trek VI: The Undiscovered Country", 1991),
        ("Star Trek", 2009),
    ],
    "die hard": [("Die Hard", 1988), ("Die Hard 2", 1990), ("Die Hard: With a Vengeance", 1995)],
    "lethal weapon": [("Lethal Weapon 3", 1992), ("Lethal Weapon 4", 1998)],
    "back to the future": [("Back to the Future", 1985), ("Back to the Future Part III", 1990)],
    "police academy": [
        ("Police Academy", 1984),
        ("Police Academy 4: Citizens on Patrol", 1987),
        ("Police Academy 5: Assignment: Miami Beach", 1988),
    ],
    "halloween": [
        ("Halloween", 1978),
        ("Halloween II", 1981),
        ("Halloween H20: 20 Years Later", 1998),
    ],
    "rocky": [("Rocky", 1976), ("Rocky II", 1979), ("Rocky V", 1990)],
    "nightmare on elm street": [
        ("A Nightmare on Elm Street", 1984),
        ("A Nightmare on Elm Street Part 2: Freddy's Revenge", 1985),
        ("Freddy's Dead (A Nightmare on Elm Street Part 6: Freddy's Dead)", 1991),
    ],
    "indiana jones": [
        ("Indiana Jones and the Temple of Doom", 1984),
        ("Indiana Jones and the Last Crusade", 1989),
    ],
    "batman": [("Batman", 1989), ("Batman Returns", 1992), ("Batman: Mask of the Phantasm", 1993)],
    "alien": [("Alien", 1979), ("Aliens", 1986), ("Alien³", 1992), ("Alien: Resurrection", 1997)],
    "naked gun": [
        ("The Naked Gun: From the Files of Police Squad!", 1988),
        ("The Naked Gun 2 1/2: The Smell of Fear", 1991),
        ("Naked Gun 33 1/3: The Final Insult", 1994),
    ],
    "mission impossible": [
        ("Mission: Impossible", 1996),
        ("Mission: Impossible 2", 2000),
        ("Mission: Impossible - Ghost Protocol", 2011),
    ],
    "first blood": [
        ("First Blood", 1982),
        ("Rambo: First Blood Part II", 1985),
        ("Rambo III", 1988),
    ],
    "hellraiser": [("Hellraiser", 1987), ("Hellbound: Hellraiser II", 1988)],
    "jurassic park": [
        ("Jurassic Park", 1993),
        ("The Lost World: Jurassic Park", 1997),
        ("Jurassic Park III", 2001),
    ],
    "kill bill": [("Kill Bill: Vol. 1", 2003), ("Kill Bill: Vol. 2", 2004)],
    "john wick": [("John Wick", 2014), ("John Wick: Chapter Two", 2017)],
    "lord of the rings": [
        ("The Lord of the Rings: The Two Towers", 2002),
        ("The Lord of the Rings: The Return of the King", 2003),
    ],
    "planet of the apes": [
        ("Planet of the Apes", 1968),
        ("Beneath the Planet of the Apes", 1970),
        ("Escape from the Planet of the Apes", 1971),
    ],
    "mad max": [("Mad Max", 1979), ("The Road Warrior (Mad Max 2)", 1981)],
    "48 hrs": [("48 Hrs.", 1982), ("Another 48 Hrs.", 1990)],
    "jaws": [("Jaws", 1975), ("Jaws 2", 1978), ("Jaws 3-D", 1983)],
}
TRAPS: list[Film] = [
    ("Sabrina", 1954),
    ("Sabrina", 1995),  # a remake
    ("Hamlet", 1990),
    ("Hamlet", 1996),
    ("Hamlet 2", 2008),
    ("Malcolm", 1986),
    ("Malcolm X", 1992),
    ("Apollo 13", 1995),
    ("Apollo 18", 2011),
    ("Seven", 1979),
    ("Seven (a.k.a. Se7en)", 1995),
    ("The Mission", 1986),
    ("Robin Hood", 1973),
    ("Robin Hood: Prince of Thieves", 1991),
    ("Robin Hood: Men in Tights", 1993),
    ("Richard III", 1912),
    ("Richard III", 1995),
    ("Iron Man", 1931),
    ("Ivan Vasilievich: Back to the Future", 1973),
    ("Dead Man", 1995),
    ("Dead Man Walking", 1995),
    ("Dead Man on Campus", 1998),
    ("Big", 1988),
    ("The Big Sleep", 1946),
    ("Big Night", 1996),
    ("Love Story", 1970),
    ("Love Affair", 1939),
    ("Another Earth", 2011),
    ("Earth", 2007),
    ("Naked", 1993),
    ("Naked in New York", 1994),
    ("Taxi Driver", 1976),
    ("The 39 Steps", 1935),
    ("2001: A Space Odyssey", 1968),
    ("2010", 1984),
    ("Oblivion", 2013),
    ("Oblivion 2: Backlash", 1996),
    ("My Bloody Valentine", 1981),
    ("My Bloody Valentine 3-D", 2009),
    ("Escape from Planet Earth", 2013),
    ("Planet Earth", 2006),
    ("Reds", 1981),
    ("Beauty and the Beast", 1991),
    ("Beauty and the Boss", 1932),
    ("American Beauty", 1999),
    ("American Graffiti", 1973),
    ("Seven Samurai", 1954),
    ("기생충", 2019),
]


def keys_of(films: list[Film]) -> list[str]:
    return series_keys([title for title, _ in films], [year for _, year in films])


@pytest.mark.parametrize("name", SERIES)
def test_films_of_a_series_share_a_key(name: str) -> None:
    assert keys_of(SERIES[name]) == [name] * len(SERIES[name])


@pytest.mark.parametrize("name", SERIES)
def test_a_film_alone_is_of_no_series(name: str) -> None:
    assert keys_of(SERIES[name][-1:]) == [""]


def test_what_only_looks_like_a_series_is_none() -> None:
    found = dict(zip(TRAPS, keys_of(TRAPS), strict=True))
    assert {film: key for film, key in found.items() if key} == {}


def test_in_one_catalogue_each_film_is_of_its_own_series_in_any_order() -> None:
    films = [(film, name) for name, films in SERIES.items() for film in films]
    films += [(film, "") for film in TRAPS]
    for seed in range(5):
        random.Random(seed).shuffle(films)
        found = keys_of([film for film, _ in films])
        wrong = {film: key for (film, name), key in zip(films, found, strict=True) if key != name}
        assert wrong == {}


def test_years_are_not_needed() -> None:
    for name, films in SERIES.items():
        assert series_keys([title for title, _ in films]) == [name] * len(films)
    assert series_keys([]) == []


def test_a_key_fits_into_its_column() -> None:
    title = "Word " * 50
    assert {len(key) for key in series_keys([title, f"{title} 2"])} == {LONGEST_KEY}


# --- stored --------------------------------------------------------------------------------------

FILMS: list[Film] = [
    ("Toy Story", 1995),
    ("Toy Story 2", 1999),
    ("Heat", 1995),
    ("Raiders of the Lost Ark", 1981),
    ("Indiana Jones and the Temple of Doom", 1984),
    ("Indiana Jones and the Last Crusade", 1989),
]


@pytest.fixture
def films(db: None) -> None:
    Movie.objects.bulk_create(
        Movie(movie_id=number, title=title, year=year)
        for number, (title, year) in enumerate(FILMS, 1)
    )
    refresh_series()


def stored() -> list[str]:
    return list(Movie.objects.order_by("pk").values_list("series", flat=True))


def fetch(number: int, collection: dict[str, Any] | None) -> None:
    """TMDB's answer for a film arrives."""
    answer = MovieAnswer.model_validate(
        {
            "id": number,
            "title": "Title",
            "original_title": "Title",
            "belongs_to_collection": collection,
            "watch/providers": {"results": {}},
        }
    )
    film = film_as_known(Movie.objects.get(pk=number), ())
    assert store_lookup(film=film, lookup=FilmLookup(outcome="ok", answer=answer), worker="test")


def test_the_titles_are_read_once_for_all(films: None) -> None:
    assert stored() == ["toy story"] * 2 + [""] * 2 + ["indiana jones"] * 2
    assert refresh_series() == 0


def test_a_collection_of_tmdb_takes_the_whole_series_with_it(
    films: None, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        fetch(5, {"id": 84, "name": "Indiana Jones Collection", "poster_path": None})
        fetch(4, {"id": 84, "name": "Indiana Jones Collection", "poster_path": None})
        fetch(3, None)
    assert stored() == ["toy story"] * 2 + [""] + ["tmdb:84"] * 3
    assert MovieDetails.objects.get(pk=4).collection == "Indiana Jones Collection"
    assert refresh_series() == 0
    with django_capture_on_commit_callbacks(execute=True):
        forget_details(Movie.objects.all())
    assert stored() == ["toy story"] * 2 + [""] * 2 + ["indiana jones"] * 2


def test_two_collections_under_one_name_stay_apart_and_the_rest_keeps_the_name(films: None) -> None:
    for number, collection in ((1, 10), (2, 20)):
        MovieDetails.objects.create(
            movie_id=number, collection_id=collection, fetched_at=timezone.now()
        )
    Movie.objects.create(movie_id=7, title="Toy Story 3", year=2010)
    refresh_series()
    assert stored()[:2] == ["tmdb:10", "tmdb:20"]
    assert stored()[6] == "toy story"


def test_staff_have_the_last_word_and_can_take_it_back(
    films: None, django_capture_on_commit_callbacks: Any
) -> None:
    MovieDetails.objects.create(movie_id=2, collection_id=10, fetched_at=timezone.now())
    MovieDetails.objects.create(movie_id=6, collection_id=84, fetched_at=timezone.now())
    settle_series()
    assert stored() == ["tmdb:10"] * 2 + [""] * 2 + ["tmdb:84"] * 2
    for number, series in ((2, "-"), (4, "indiana  jones "), (3, "my own")):
        with django_capture_on_commit_callbacks(execute=True):
            correct_series(movie=Movie.objects.get(pk=number), series=series)
    assert stored() == ["toy story", "", "my own", "tmdb:84", "tmdb:84", "tmdb:84"]
    refresh_series()
    assert stored()[1:4] == ["", "my own", "tmdb:84"], "a load leaves corrections"
    with django_capture_on_commit_callbacks(execute=True):
        correct_series(movie=Movie.objects.get(pk=2), series="")
    assert stored()[:2] == ["tmdb:10"] * 2


def test_staff_correct_a_series_on_the_page_of_the_film(
    films: None, admin_client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    page = "/admin/movies/movie/4/change/"
    assert "indiana jones" in admin_client.get("/admin/movies/movie/5/change/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        response = admin_client.post(page, {"series_staff": "indiana jones"})
    assert response.status_code == 302
    assert stored()[3] == "indiana jones"
    with django_capture_on_commit_callbacks() as callbacks:
        admin_client.post(page, {"series_staff": "indiana jones"})
    assert callbacks == [], "nothing was changed"
