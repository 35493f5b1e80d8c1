"""Admin pages of model runs, lab jobs, ratings, vectors, personas and people at home; importing
registers them."""

from recommend.admin import home, jobs, rows, runs, staff_home

__all__ = ["home", "jobs", "rows", "runs", "staff_home"]
