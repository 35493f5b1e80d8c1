"""The tables of films: catalogue, availability, fetching from TMDB, and the title index."""

from movies.models.availability import (
    FROM_TMDB,
    LONGEST_NOTE,
    STAFF,
    TMDB,
    TMDB_LIST,
    Availability,
    AvailabilityChange,
    AvailabilityReport,
)
from movies.models.catalogue import (
    FIRST_ENTERED_ID,
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
    FetchOutcome,
    IdSuggestion,
    MovieDetails,
    Notice,
    Offer,
    Provider,
)
from movies.models.listings import Listing, ListingPart, StagedFilm
from movies.models.search import TitleIndex
