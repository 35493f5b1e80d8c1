"""Admin pages of model runs, lab jobs, ratings, vectors and personas; importing registers them."""

from recommend.admin import jobs, rows, runs

__all__ = ["jobs", "rows", "runs"]
