"""Invented films, and what a well-behaved TMDB answers about them.

Shapes are TMDB's, cut down to the fields that the client reads.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

Json = dict[str, Any]

PAGE = 20  # results on a page
MOST_PAGES = 500  # of a list
GENRE_IDS = (28, 12, 16, 35, 80, 99, 18, 10751, 14, 36, 27, 10402, 9648, 10749, 878, 53, 10752, 37)

KOREAN_PROVIDERS: Mapping[int, str] = {
    8: "Netflix",
    1796: "Netflix Standard with Ads",
    337: "Disney Plus",
    356: "wavve",
    97: "Watcha",
    119: "Amazon Prime Video",
    350: "Apple TV",
    1883: "TVING",
    3: "Google Play Movies",
    96: "Naver Store",
}
SHOPS = (3, 96, 356)  # rent and sell
FOREIGN_PROVIDER = 15  # in no Korean list: finding it means the country was not asked for
# Netflix too is offered abroad, so a client that mixes up countries finds what Korea has not.
ABROAD: Mapping[str, Mapping[str, Sequence[int]]] = {
    "JP": {"flatrate": [FOREIGN_PROVIDER], "rent": [3]},
    "US": {"flatrate": [8, FOREIGN_PROVIDER], "buy": [3]},
}


@dataclass(frozen=True)
class StubFilm:
    tmdb_id: int
    title: str  # for language=ko-KR: Korean, or the original if there is no translation
    original_title: str
    english_title: str  # for every other language
    release_date: str  # "1999-10-15" or ""
    imdb_id: str | None  # "tt0137523"
    overview: str = ""
    runtime: int | None = 100
    original_language: str = "en"
    poster_path: str | None = "/poster.jpg"
    genre_ids: tuple[int, ...] = ()
    # flatrate, ads, free, rent or buy -> provider ids in KR; {}: KR has but a link; None: no KR
    offers: Mapping[str, Sequence[int]] | None = field(kw_only=True)
    elsewhere: bool = True  # whether other countries have entries

    def offered_as(self, kinds: Iterable[str]) -> set[int]:
        """The Korean providers that offer it in one of these ways."""
        return {number for kind in kinds for number in (self.offers or {}).get(kind, ())}

    def entry(self, language: str) -> Json:
        """The film as searches list it."""
        return {
            "adult": False,  # stands for all that the client does not read
            "genre_ids": list(self.genre_ids),
            "id": self.tmdb_id,
            "original_language": self.original_language,
            "original_title": self.original_title,
            "overview": self.overview,
            "poster_path": self.poster_path,
            "release_date": self.release_date,
            "title": self.title if language.startswith("ko") else self.english_title,
        }


def invented_films(
    count: int, *, seed: int = 1, providers: Sequence[int] = tuple(KOREAN_PROVIDERS)[:8]
) -> list[StubFilm]:
    """Films 1..`count`: film n has TMDB id 1000 + n, IMDb id n and the titles "Film n" / "영화 n".

    Of every twenty, seven have one subscription, four several, three are only rented or sold, two
    have an entry without offers, three are not in Korea and one is nowhere; the order is random.
    """
    chance = random.Random(seed)
    deck = ["one"] * 7 + ["several"] * 4 + ["shop"] * 3 + ["link"] * 2 + ["abroad"] * 3
    deck.append("nowhere")
    kinds: list[str] = []
    while len(kinds) < count:
        kinds += chance.sample(deck, len(deck))
    first = date(1930, 1, 1)
    days = (date(2020, 12, 31) - first).days
    return [
        StubFilm(
            tmdb_id=1000 + n,
            title=f"영화 {n}",
            original_title=f"Film {n}",
            english_title=f"Film {n}",
            release_date=(first + timedelta(chance.randint(0, days))).isoformat(),
            imdb_id=f"tt{n:07}",
            overview=f"지어낸 이야기 {n}",
            genre_ids=(GENRE_IDS[n % len(GENRE_IDS)], GENRE_IDS[n * 7 % len(GENRE_IDS)]),
            runtime=chance.randint(70, 180),
            offers=_invented_offers(kinds[n - 1], chance, providers),
            elsewhere=kinds[n - 1] != "nowhere",
        )
        for n in range(1, count + 1)
    ]


def _invented_offers(
    kind: str, chance: random.Random, providers: Sequence[int]
) -> dict[str, tuple[int, ...]] | None:
    if kind in ("abroad", "nowhere"):
        return None
    if kind == "link":
        return {}
    shops = {"rent": tuple(chance.sample(SHOPS, 2)), "buy": (chance.choice(SHOPS),)}
    if kind == "shop":
        return {sale: shops[sale] for sale in chance.choice([("rent",), ("buy",), ("rent", "buy")])}
    if kind == "one":
        return {"flatrate": (chance.choice(providers),)}
    drawn = tuple(chance.sample(providers, min(len(providers), chance.randint(3, 5))))
    return {"flatrate": drawn[:2], chance.choice(["ads", "free"]): drawn[2:] or drawn[:1], **shops}


class Catalogue:
    """Answers by path and query; knows nothing of HTTP but the status."""

    def __init__(self, films: Iterable[StubFilm], providers: Mapping[int, str]) -> None:
        self.films = {film.tmdb_id: film for film in films}
        self.korean = providers  # as TMDB lists them for Korea
        self._names = {FOREIGN_PROVIDER: "Hulu", **providers}
        self._missing = 0
        self._lists: dict[tuple[str, ...], list[StubFilm]] = {}

    def add(self, film: StubFilm) -> None:
        self.films[film.tmdb_id] = film
        self._lists.clear()

    def remove(self, tmdb_id: int) -> None:
        del self.films[tmdb_id]
        self._lists.clear()

    def answer(self, path: str, query: Mapping[str, str]) -> tuple[int, Json]:
        language = query.get("language", "en-US")
        match path.split("/")[2:]:
            case ["movie", number] if film := self.films.get(int(number)):
                body = film.entry(language) | {"imdb_id": film.imdb_id, "runtime": film.runtime}
                if "watch/providers" in query.get("append_to_response", "").split(","):
                    body["watch/providers"] = {"results": self._countries(film)}
                return 200, body
            case ["watch", "providers", "movie"]:
                listed = self.korean if query.get("watch_region") == "KR" else self._names
                return 200, {"results": [self._provider(each) for each in listed]}
            case ["find", imdb_id]:
                films = [film for film in self.films.values() if film.imdb_id == imdb_id]
                return 200, {"movie_results": [film.entry(language) for film in films]}
            case ["search", "movie"]:
                return 200, self._search(query, language)
            case ["discover", "movie"]:
                return self._discover(query, language)
        self._missing += 1  # TMDB has been seen to answer in both forms
        body = {"status_code": 34}
        return 404, body | {"success": False} if self._missing % 2 else body

    def _provider(self, provider_id: int) -> Json:
        name = self._names.get(provider_id, f"Provider {provider_id}")
        return {"provider_id": provider_id, "provider_name": name}

    def _countries(self, film: StubFilm) -> Json:
        offers = dict(ABROAD) if film.elsewhere else {}
        if film.offers is not None:
            offers["KR"] = film.offers
        link = f"https://www.themoviedb.org/movie/{film.tmdb_id}/watch?locale="
        return {
            country: {"link": link + country}
            | {kind: [self._provider(each) for each in ids] for kind, ids in kinds.items()}
            for country, kinds in offers.items()
        }

    def _search(self, query: Mapping[str, str], language: str) -> Json:
        wanted, year = query["query"].strip().casefold(), query.get("year", "")
        found = [
            film
            for film in self.films.values()
            if film.release_date.startswith(year)
            if wanted in f"{film.title}\n{film.original_title}\n{film.english_title}".casefold()
        ]
        results = [film.entry(language) for film in found[:PAGE]]
        return {"page": 1, "results": results, "total_results": len(found)}

    def _discover(self, query: Mapping[str, str], language: str) -> tuple[int, Json]:
        page = int(query.get("page", "1"))
        if not 1 <= page <= MOST_PAGES:
            message = "Invalid page: Pages start at 1 and max at 500."
            return 400, {"success": False, "status_code": 22, "status_message": message}
        films = self._listed(query)
        return 200, {
            "page": page,
            "results": [film.entry(language) for film in films[PAGE * (page - 1) : PAGE * page]],
            "total_pages": -(-len(films) // PAGE),
            "total_results": len(films),
        }

    def _listed(self, query: Mapping[str, str]) -> list[StubFilm]:
        """Films that one of the providers offers in one of these ways, by day of release.

        A span of days leaves out films without a day. Without `include_video` or another country
        than Korea the stub knows nothing to leave out, so it insists on both.
        """
        assert (query["watch_region"], query["include_video"]) == ("KR", "true")
        assert query["sort_by"] == "primary_release_date.asc"
        spans = ("primary_release_date.gte", "primary_release_date.lte")
        asked = ("with_watch_providers", "with_watch_monetization_types")
        key = tuple(query.get(name, "") for name in (*asked, *spans))
        if key not in self._lists:
            providers, kinds, first, last = key
            wanted = {int(number) for number in providers.split("|")}
            found = [
                film
                for film in self.films.values()
                if wanted & film.offered_as(kinds.split("|"))
                if not (first or last) or film.release_date
                if first <= film.release_date
                if not last or film.release_date <= last
            ]
            self._lists[key] = sorted(found, key=lambda film: (film.release_date, film.tmdb_id))
        return self._lists[key]
