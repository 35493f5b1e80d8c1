"""The pages of staff, by topic. Importing this package registers them all."""

from movies.admin import availability, dashboard, fetching, films, queues
from movies.admin.reference import attractions, platforms, products

__all__ = [
    "attractions",
    "availability",
    "dashboard",
    "fetching",
    "films",
    "platforms",
    "products",
    "queues",
]
