"""What OTTwin's own respondents were recommended and want to watch, by gender and age together.

`ottstats.daily.demand` decides once a day what may be shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from movies.models import Platform
from ottstats.daily.demand import DemandCounts
from ottstats.groups import age_group
from ottstats.services.day_counts import counts_of_today


@dataclass(frozen=True)
class PlatformDemand:
    """The people of a cell to whom the platform was recommended, and those who want to watch a
    series, show or sport that it has, rounded down to tens; None: hidden. `in_district`:
    recommended, of the district."""

    platform: Platform
    recommended: int | None
    wanted: int | None
    in_district: int | None


@dataclass(frozen=True, eq=False)
class OwnDemand:
    """The demand of all genders and ages, in all of Korea."""

    platforms: Sequence[Platform]
    counts: DemandCounts

    def of(self, gender: str, age: int, district: str = "") -> list[PlatformDemand]:
        """The platforms with a shown count, most recommended first, then by name.

        70 and older are one group, as on the statistics page.
        """
        rows = []
        for platform in self.platforms:
            key = platform.slug, gender, age_group(age)
            counts = (
                self.counts.recommended.get(key),
                self.counts.wanted.get(key),
                self.counts.in_district.get((key, district)),
            )
            if any(count is not None for count in counts):
                rows.append(PlatformDemand(platform, *counts))
        return sorted(
            rows, key=lambda row: (-(row.recommended or 0), -(row.wanted or 0), str(row.platform))
        )


def own_demand() -> OwnDemand:
    """What may be shown of all groups."""
    return OwnDemand(list(Platform.objects.named()), counts_of_today().demand)
