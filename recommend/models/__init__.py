"""Ratings, the trained models, and the films that were recommended to each respondent.

And simulated people, on whom staff try a change before they save it, and the work of the model lab.
"""

from recommend.models.lab import LabJob
from recommend.models.personas import Persona
from recommend.models.ratings import Rating, RatingQuerySet, RatingSource, Viewing
from recommend.models.results import Reaction, RecommendedMovie
from recommend.models.runs import (
    RUN_ARRAYS,
    ModelRun,
    ModelRunQuerySet,
    MovieFactors,
    SurveyFilm,
    TasteVector,
)
from recommend.scoring import FACTORS, LIKED_FROM, Calibration, Weights

__all__ = [
    "FACTORS",
    "LIKED_FROM",
    "RUN_ARRAYS",
    "Calibration",
    "LabJob",
    "ModelRun",
    "ModelRunQuerySet",
    "MovieFactors",
    "Persona",
    "Rating",
    "RatingQuerySet",
    "RatingSource",
    "Reaction",
    "RecommendedMovie",
    "SurveyFilm",
    "TasteVector",
    "Viewing",
    "Weights",
]
