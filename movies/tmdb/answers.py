"""TMDB's answers in their documented shape, checked field by field.

Only ids and the offers of providers must be right. Any other field that is not is left unknown and
named in `odd_fields`: it says nothing against the rest of the answer.

Source: the recorded bodies described in docs/data.md and TMDB's reference (version 3).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

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


def _stored_form(text: str) -> str:
    """NFC, in which all texts are stored. PostgreSQL refuses NUL, which no real text contains."""
    if "\x00" in text:
        raise ValueError("a NUL in a text")
    return unicodedata.normalize("NFC", text)


def _or_unknown(unknown: Any) -> WrapValidator:
    """Takes `unknown` for a value that is not as documented, and notes the field's name."""

    def validate(value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
        try:
            return handler(value)
        except ValidationError:
            if info.context is not None:
                info.context.append(info.field_name)
            return unknown

    return WrapValidator(validate)


NO_TEXT, UNKNOWN = _or_unknown(""), _or_unknown(None)

Text = Annotated[str, AfterValidator(_stored_form)]
Day = Annotated[date | None, BeforeValidator(_day), UNKNOWN]
Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]
Title = Annotated[Text, Field(max_length=1_000), NO_TEXT]
Name = Annotated[Text, Field(max_length=100), NO_TEXT]
Language = Annotated[Text, Field(max_length=10), NO_TEXT]
Overview = Annotated[Text | None, Field(max_length=20_000), UNKNOWN]
PosterPath = Annotated[Text | None, Field(max_length=100), UNKNOWN]


class TmdbAnswer(BaseModel):
    """Ignores fields that we do not use; a wrong type is never converted."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")

    _odd_fields: Sequence[str] = PrivateAttr(())

    @property
    def odd_fields(self) -> Sequence[str]:
        """The names of fields anywhere in the answer that are not as documented."""
        return self._odd_fields

    def noting(self, odd_fields: Sequence[str]) -> Self:
        self._odd_fields = tuple(odd_fields)
        return self


class ProviderOffer(TmdbAnswer):
    provider_id: Id
    provider_name: Name = ""


def _no_offers(value: Any, info: ValidationInfo) -> Any:
    """A kind that is null has no offers, as one that is missing."""
    if value is None and info.context is not None:
        info.context.append(info.field_name)
    return [] if value is None else value


Offers = Annotated[list[ProviderOffer], BeforeValidator(_no_offers)]


class CountryOffers(TmdbAnswer):
    """Where a film can be watched in one country; a missing kind has no offers."""

    flatrate: Offers = []
    free: Offers = []
    ads: Offers = []
    rent: Offers = []
    buy: Offers = []

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
    title: Title = ""
    original_title: Title = ""
    release_date: Day = None

    @property
    def year(self) -> int | None:
        return self.release_date.year if self.release_date else None


class MovieAnswer(FoundMovie):
    """A film and where it can be watched. `title` is Korean if TMDB has a Korean one."""

    original_language: Language = ""
    overview: Overview = None
    poster_path: PosterPath = None
    runtime: Annotated[int | None, Field(ge=0, le=32_767), UNKNOWN] = None
    imdb_id: Annotated[str | None, UNKNOWN] = None
    belongs_to_collection: Annotated[Collection | None, UNKNOWN] = None
    offers: Annotated[OffersByCountry, BeforeValidator(_korea_only)] = Field(
        alias="watch/providers"
    )


class ListedMovie(FoundMovie):
    """A film in the list of a provider. `title` is Korean if TMDB has a Korean one."""

    id: Annotated[int, Field(ge=1, le=LARGEST_LISTED_ID)]
    original_language: Language = ""
    genre_ids: Annotated[list[int], _or_unknown([])] = []
    overview: Overview = None
    poster_path: PosterPath = None

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
    provider_name: Name = ""


class ProvidersAnswer(TmdbAnswer):
    results: Annotated[list[ListedProvider], Field(min_length=1)]
