"""Tables of ratings, model runs, recommended films, people, seasons, and jobs of the model lab."""

from recommend.models.genres import GENRE_ARRAYS, GenreModel
from recommend.models.home import HomeMember, HomePerson, HomeRating, HomeTaste
from recommend.models.lab import LabJob
from recommend.models.members import MemberEvent
from recommend.models.personas import Persona
from recommend.models.ratings import Rating, RatingSource, Viewing
from recommend.models.results import Reaction, RecommendedMovie
from recommend.models.runs import (
    RUN_ARRAYS,
    ModelRun,
    MovieFactors,
    SurveyFilm,
    TasteVector,
)
from recommend.models.seasons import SeasonKeywords

__all__ = [
    "GENRE_ARRAYS",
    "RUN_ARRAYS",
    "GenreModel",
    "HomeMember",
    "HomePerson",
    "HomeRating",
    "HomeTaste",
    "LabJob",
    "MemberEvent",
    "ModelRun",
    "MovieFactors",
    "Persona",
    "Rating",
    "RatingSource",
    "Reaction",
    "RecommendedMovie",
    "SeasonKeywords",
    "SurveyFilm",
    "TasteVector",
    "Viewing",
]
