"""Films that are on the lists of the stub, and the state that each must end in."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from movies.models import FIRST_ENTERED_ID, Availability, Movie, MovieDetails
from movies.tmdb.answers import GENRE_NAMES
from tests.movies.fetching.tmdb_world import COVERED, INCLUDED, PLATFORMS
from tests.movies.tmdb.tmdb_films import GENRE_IDS, StubFilm

FIVE = {"netflix": 8, "disney_plus": 337, "wavve": 356, "watcha": 97, "tving": 1883}


def listed_films(count: int, *, seed: int = 1, first: int = 500_001) -> list[StubFilm]:
    """Films on one to three of the five platforms, each in one of the three included ways.

    Some of them are for rent on others, which means nothing. Titles and years are all different
    from each other's.
    """
    chance = random.Random(seed)
    films = []
    for n in range(count):
        number = first + n
        carriers = chance.sample(list(FIVE.values()), chance.choice([1, 1, 1, 2, 3]))
        offers: dict[str, list[int]] = {}
        for provider in carriers:
            offers.setdefault(chance.choice(INCLUDED), []).append(provider)
        offers["rent"] = [chance.choice([3, 96, 356])]
        is_korean = n % 3 == 0
        day = date(1960, 1, 1) + timedelta(chance.randrange(24_000))
        films.append(
            StubFilm(
                tmdb_id=number,
                title=f"새 영화 {number}" if n % 2 or is_korean else f"New film {number}",
                original_title=f"새 영화 {number}" if is_korean else f"New film {number}",
                english_title=f"New film {number}",
                release_date=day.isoformat(),
                imdb_id=None,
                overview=f"이야기 {number}" if n % 5 else "",
                original_language="ko" if is_korean else "en",
                poster_path=f"/{number}.jpg" if n % 7 else None,
                genre_ids=tuple(chance.sample(GENRE_IDS, 2)),
                offers=offers,
            )
        )
    return films


def entered_id(film: StubFilm) -> int:
    return FIRST_ENTERED_ID + film.tmdb_id


def states_listed(film: StubFilm, slugs: Iterable[str]) -> dict[str, bool]:
    """What the lists of these platforms say of a film."""
    offered = film.offered_as(INCLUDED)
    return {slug: bool(offered & set(PLATFORMS[slug])) for slug in slugs if slug in COVERED}


def wrong_entered(films: Sequence[StubFilm], slugs: Iterable[str] = tuple(FIVE)) -> list[str]:
    """Descriptions of all films that are missing, superfluous, half or wrong."""
    listed = {entered_id(film): film for film in films}
    rows = {movie.pk: movie for movie in Movie.objects.entered()}
    details = {row.pk: row for row in MovieDetails.objects.filter(movie__in=rows)}
    faults = [f"{number}: lost" for number in listed.keys() - rows.keys()]
    faults += [f"{number}: on no list" for number in rows.keys() - listed.keys()]
    slugs = tuple(slugs)
    for number, film in listed.items():
        if number not in rows:
            continue
        movie, said = rows[number], details.get(number)
        korean = film.title if film.title.startswith("새") else ""
        found = (
            movie.title, movie.title_ko, movie.year, movie.genres, movie.poster_path,
            movie.tmdb_id, movie.tmdb_id_source, movie.platforms,
        )  # fmt: skip
        right = (
            film.original_title,
            korean,
            int(film.release_date[:4]),
            [GENRE_NAMES[one] for one in film.genre_ids if one in GENRE_NAMES],
            film.poster_path or "",
            film.tmdb_id,
            "listed",
            states_listed(film, slugs),
        )
        if found != right:
            faults.append(f"{number}: {found}, not {right}")
        if said is None or (said.overview, said.release_date) != (
            film.overview,
            date.fromisoformat(film.release_date),
        ):
            faults.append(f"{number}: its details are {said}")
    return faults


def words_by_platform() -> dict[str, Counter[bool]]:
    """How often `tmdb-discover` says yes and no of each platform."""
    counts: dict[str, Counter[bool]] = {}
    rows = Availability.objects.filter(source="tmdb-discover")
    for slug, included in rows.values_list("platform", "included"):
        counts.setdefault(slug, Counter())[included] += 1
    return counts
