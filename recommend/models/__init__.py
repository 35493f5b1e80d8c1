"""Tables of ratings, model runs, recommended films, simulated people, and jobs of the model lab."""

from recommend.models.home import HomeMember, HomePerson, HomeRating, HomeTaste
from recommend.models.lab import LabJob
from recommend.models.members import MemberEvent, PickFromLike
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

__all__ = [
    "RUN_ARRAYS",
    "HomeMember",
    "HomePerson",
    "HomeRating",
    "HomeTaste",
    "LabJob",
    "MemberEvent",
    "ModelRun",
    "MovieFactors",
    "Persona",
    "PickFromLike",
    "Rating",
    "RatingSource",
    "Reaction",
    "RecommendedMovie",
    "SurveyFilm",
    "TasteVector",
    "Viewing",
]
