"""Districts whose use of Netflix is known by hand: z-scores on a line, with one district above."""

from __future__ import annotations

from datetime import date

from common.models import DataLoad
from ottstats.living.figures import AGES, GENDERS, SERVICES
from ottstats.models import District, LivingCell

ZERO, SLOPE = -0.6, 0.01
PERCENTS = (58.9, 54.4, 40.1, 24.6, 8.6, 1.5)  # KOBACO 2023, from 20-29 to 70+
ABOVE, BELOW = "서초구", "금천구"  # by a fifth of the height above ZERO


def netflix_by_district(*, month: str = "2023-01", bent: float = 0.0) -> None:
    """Fill two districts of 1,000 people a cell; `bent` is added to the z-score of those of 20."""
    District.objects.bulk_create(
        [
            District(code="11220", name="Seocho-gu", name_ko=ABOVE, outline="M0 0L1 1Z"),
            District(code="11180", name="Geumcheon-gu", name_ko=BELOW, outline="M0 0L1 1Z"),
        ],
        ignore_conflicts=True,
    )
    LivingCell.objects.bulk_create(
        LivingCell(
            district=district,
            gender=gender,
            age=age,
            month=date.fromisoformat(f"{month}-01"),
            population=1_000,
            dongs=10,
            **dict.fromkeys(SERVICES, 1.0) | {"netflix": _z(age, percent, district.name_ko, bent)},
        )
        for district in District.objects.filter(name_ko__in=[ABOVE, BELOW])
        for gender in GENDERS
        for age, percent in zip(AGES, PERCENTS, strict=True)
    )
    DataLoad.objects.create(
        kind=DataLoad.Kind.LIVING_DATA, name="two districts", digest=f"{month}{bent}", seconds=0
    )


def _z(age: int, percent: float, district: str, bent: float) -> float:
    height = SLOPE * percent + (bent if age == AGES[0] else 0)
    return ZERO + height * (1.2 if district == ABOVE else 0.8)
