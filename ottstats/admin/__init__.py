"""Admin pages of the statistics."""

from ottstats.admin import living, recommended, usage

__all__ = ["living", "recommended", "usage"]
