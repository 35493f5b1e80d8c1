"""Admin pages of model runs, of the ratings and vectors behind them, and of personas.

Importing this package registers them all.
"""

from recommend.admin import jobs, rows, runs

__all__ = ["jobs", "rows", "runs"]
