"""Tables: published usage, recommended platforms, the counts of a day, the living data of Seoul."""

from ottstats.models.days import DayCounts
from ottstats.models.living import District, DistrictPopulation, LivingCell, LivingDong
from ottstats.models.recommended import PlatformRecommendation, PlatformTally
from ottstats.models.usage import UsageStatistic, UsageStatisticQuerySet
