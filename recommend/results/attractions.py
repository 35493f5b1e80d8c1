"""What is to be seen on platforms besides films. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from movies.models import Attraction, AttractionPlatform
from movies.models.attractions import shown_on


def attractions_on(platforms: Collection[str], day: date) -> dict[str, list[Attraction]]:
    """The attractions offered that day, by platform, each once, by kind and slug.

    One query, or none without platforms.
    """
    found: dict[str, dict[int, Attraction]] = defaultdict(dict)
    if not platforms:
        return {}
    places = AttractionPlatform.objects.filter(
        shown_on(day, "attraction__"), platform__in=platforms, platform__is_active=True
    ).select_related("attraction")
    for place in places.order_by("attraction__kind", "attraction__slug"):
        found[place.platform_id].setdefault(place.attraction_id, place.attraction)
    return {slug: list(rows.values()) for slug, rows in found.items()}
