"""The tables of films: what they are, where they can be watched, how that was fetched.

And what they are searched by.
"""

from movies.models.availability import (
    STAFF,
    TMDB,
    Availability,
    AvailabilityChange,
    AvailabilityReport,
)
from movies.models.catalogue import (
    LARGEST_MOVIE_ID,
    PRICE_OLD_AFTER,
    Gender,
    Movie,
    MovieLensUser,
    Platform,
    Product,
    localized,
)
from movies.models.fetching import (
    FetchAttempt,
    FetchJob,
    IdSuggestion,
    MovieDetails,
    Notice,
    Offer,
    Provider,
)
from movies.models.search import TitleIndex

__all__ = [
    "LARGEST_MOVIE_ID",
    "PRICE_OLD_AFTER",
    "STAFF",
    "TMDB",
    "Availability",
    "AvailabilityChange",
    "AvailabilityReport",
    "FetchAttempt",
    "FetchJob",
    "Gender",
    "IdSuggestion",
    "Movie",
    "MovieDetails",
    "MovieLensUser",
    "Notice",
    "Offer",
    "Platform",
    "Product",
    "Provider",
    "TitleIndex",
    "localized",
]
