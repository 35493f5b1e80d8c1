"""The pages of staff, by topic. Importing this package registers them all."""

from movies.admin import availability, catalogue, fetching, films, queues

__all__ = ["availability", "catalogue", "fetching", "films", "queues"]
