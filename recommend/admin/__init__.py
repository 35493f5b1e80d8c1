"""Admin pages of model runs, lab jobs, workflows, ratings, vectors, personas and people at home;
importing registers them."""

from recommend.admin import home, jobs, rows, runs, staff_home, workflows

__all__ = ["home", "jobs", "rows", "runs", "staff_home", "workflows"]
