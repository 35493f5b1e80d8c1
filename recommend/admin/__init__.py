"""Admin pages of model runs, lab jobs, workflows, ratings, vectors, personas, people at home, genre
models and seasons; importing registers them."""

from recommend.admin import home, jobs, rows, runs, staff_home, workflows
from recommend.admin.genres import models, seasons

__all__ = ["home", "jobs", "models", "rows", "runs", "seasons", "staff_home", "workflows"]
