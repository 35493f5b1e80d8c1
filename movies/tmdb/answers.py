"""TMDB's answers in their documented shape, checked field by field.

Source: the recorded bodies described in docs/data.md and TMDB's reference (version 3).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

COUNTRY = "KR"
KINDS = ("flatrate", "free", "ads", "rent", "buy")
LARGEST_ID = 2**31 - 1
LARGEST_LISTED_ID = LARGEST_ID - 1_000_000_000  # our id of a film that a list brings is larger
LONGEST_PAGE = 20  # films on a page of a list
MOST_PAGES = 500  # of a list, however many there are

# TMDB's genres (GET /genre/movie/list) by our names, which are MovieLens'. Two have none there:
# History (36) and TV Movie (10770).
GENRE_NAMES = {
    12: "Adventure",
    14: "Fantasy",
    16: "Animation",
    18: "Drama",
    27: "Horror",
    28: "Action",
    35: "Comedy",
    37: "Western",
    53: "Thriller",
    80: "Crime",
    99: "Documentary",
    878: "Sci-Fi",
    9648: "Mystery",
    10402: "Musical",
    10749: "Romance",
    10751: "Children",
    10752: "War",
}


def _day(value: Any) -> Any:
    """An unknown day is "" or missing; a known one is text such as 1999-10-15."""
    if value in ("", None):
        return None
    return date.fromisoformat(value) if isinstance(value, str) else value


def _without_nul(text: str) -> str:
    """PostgreSQL refuses NUL, which no real text contains."""
    if "\x00" in text:
        raise ValueError("a NUL in a text")
    return text


Text = Annotated[str, AfterValidator(_without_nul)]
Day = Annotated[date | None, BeforeValidator(_day)]
Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]
Title = Annotated[Text, Field(max_length=1_000)]


class TmdbAnswer(BaseModel):
    """Ignores fields that we do not use; a wrong type is an error, never converted."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")


class ProviderOffer(TmdbAnswer):
    provider_id: Id
    provider_name: Text = ""


class CountryOffers(TmdbAnswer):
    """Where a film can be watched in one country; a missing kind has no offers."""

    flatrate: list[ProviderOffer] = []
    free: list[ProviderOffer] = []
    ads: list[ProviderOffer] = []
    rent: list[ProviderOffer] = []
    buy: list[ProviderOffer] = []

    def by_kind(self) -> Iterator[tuple[str, ProviderOffer]]:
        """Kind and provider of every offer."""
        for kind in KINDS:
            for offer in getattr(self, kind):
                yield kind, offer


class OffersByCountry(TmdbAnswer):
    """`korea` None: no entry for Korea. `countries`: how many countries have one."""

    korea: CountryOffers | None
    countries: int


def _korea_only(value: Any) -> Any:
    """Counts other countries without reading them. An empty `results` may be a list."""
    results = value.get("results") if isinstance(value, dict) else None
    if results == []:
        results = {}
    if not isinstance(results, dict):
        raise ValueError("watch/providers has no results")  # noqa: TRY004 - pydantic wants this
    return {"korea": results.get(COUNTRY), "countries": len(results)}


class Collection(TmdbAnswer):
    """The films of a series."""

    id: Id
    name: Title = ""


class FoundMovie(TmdbAnswer):
    """A film in a list of results."""

    id: Id
    title: Title
    original_title: Title = ""
    release_date: Day = None

    @property
    def year(self) -> int | None:
        return self.release_date.year if self.release_date else None


class MovieAnswer(FoundMovie):
    """A film and where it can be watched. `title` is Korean if TMDB has a Korean one."""

    original_title: Title
    original_language: Annotated[Text, Field(max_length=10)] = ""
    overview: Annotated[Text, Field(max_length=20_000)] | None = None
    poster_path: Annotated[Text, Field(max_length=100)] | None = None
    runtime: Annotated[int, Field(ge=0, le=32_767)] | None = None
    imdb_id: str | None = None
    belongs_to_collection: Collection | None = None
    offers: Annotated[OffersByCountry, BeforeValidator(_korea_only)] = Field(
        alias="watch/providers"
    )


class ListedMovie(FoundMovie):
    """A film in the list of a provider. `title` is Korean if TMDB has a Korean one."""

    id: Annotated[int, Field(ge=1, le=LARGEST_LISTED_ID)]
    original_language: Annotated[Text, Field(max_length=10)] = ""
    genre_ids: list[int] = []
    overview: Annotated[Text, Field(max_length=20_000)] | None = None
    poster_path: Annotated[Text, Field(max_length=100)] | None = None

    @property
    def genres(self) -> list[str]:
        """Our names, in TMDB's order; genres without one are left out."""
        return [GENRE_NAMES[number] for number in self.genre_ids if number in GENRE_NAMES]


class ListAnswer(TmdbAnswer):
    """One page of a list. Of `total_pages`, only `MOST_PAGES` can be asked for."""

    page: Annotated[int, Field(ge=1)]
    results: Annotated[list[ListedMovie], Field(max_length=LONGEST_PAGE)]
    total_pages: Annotated[int, Field(ge=0)]
    total_results: Annotated[int, Field(ge=0)]


class SearchAnswer(TmdbAnswer):
    results: list[FoundMovie]


class FindAnswer(TmdbAnswer):
    movie_results: list[FoundMovie]


class ListedProvider(TmdbAnswer):
    provider_id: Id
    provider_name: Annotated[Text, Field(max_length=100)]


class ProvidersAnswer(TmdbAnswer):
    results: Annotated[list[ListedProvider], Field(min_length=1)]
