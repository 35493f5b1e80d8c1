"""Tables: films, where they can be watched, fetching from TMDB, titles, products, attractions."""

from movies.models.attractions import Attraction, AttractionPlatform
from movies.models.availability import (
    FROM_TMDB,
    LONGEST_NOTE,
    LONGEST_SOURCE,
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
    Movie,
)
from movies.models.changes import CatalogueChange
from movies.models.fetching import (
    FetchAttempt,
    FetchFailure,
    FetchJob,
    FetchOutcome,
    IdSuggestion,
    MovieDetails,
    Notice,
    Offer,
    Provider,
)
from movies.models.listings import Listing, ListingPart, StagedFilm
from movies.models.people import Gender, MovieLensUser
from movies.models.platforms import Platform, localized
from movies.models.products import (
    MOST_STREAMS,
    PRICE_DOUBTFUL_AFTER,
    PRICE_OLD_AFTER,
    REQUIRED_PRODUCT,
    FactCertainty,
    Product,
)
from movies.models.search import TitleIndex
from movies.models.texts import FilmText
