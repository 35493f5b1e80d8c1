"""Admin pages of model runs, of the ratings and vectors behind them, and of personas."""

from recommend.admin.jobs import LabJobAdmin
from recommend.admin.rows import (
    MovieFactorsAdmin,
    PersonaAdmin,
    RatingAdmin,
    ReactionAdmin,
    RecommendedMovieAdmin,
    SurveyFilmAdmin,
    TasteVectorAdmin,
    ViewingAdmin,
)
from recommend.admin.runs import ModelRunAdmin

__all__ = [
    "LabJobAdmin",
    "ModelRunAdmin",
    "MovieFactorsAdmin",
    "PersonaAdmin",
    "RatingAdmin",
    "ReactionAdmin",
    "RecommendedMovieAdmin",
    "SurveyFilmAdmin",
    "TasteVectorAdmin",
    "ViewingAdmin",
]
