"""Tables of ratings, model runs, recommended films, events of members, simulated people, seasons,
jobs of the model lab, and workflows."""

from recommend.models.genres import GENRE_ARRAYS, GenreModel
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
from recommend.models.seasons import SeasonKeywords
from recommend.models.workflow import MOST_TRIALS, StepName, Workflow, WorkflowStep

__all__ = [
    "GENRE_ARRAYS",
    "MOST_TRIALS",
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
    "PickFromLike",
    "Rating",
    "RatingSource",
    "Reaction",
    "RecommendedMovie",
    "SeasonKeywords",
    "StepName",
    "SurveyFilm",
    "TasteVector",
    "Viewing",
    "Workflow",
    "WorkflowStep",
]
