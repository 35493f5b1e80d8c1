"""The pages of staff, by topic. Importing this package registers them all."""

from movies.admin import availability, catalogue, dashboard, fetching, films, queues

__all__ = ["availability", "catalogue", "dashboard", "fetching", "films", "queues"]
