"""Invented living data of Seoul in the database, for tests of what is shown of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from common.arrays import Floats
from common.models import DataLoad
from ottstats.living.figures import AGES, BANDS, GENDERS, SERVICES
from ottstats.models import District, DistrictPopulation, LivingCell, LivingDong

FEWEST = 3  # dongs of a district: too few for an interval
MIDDLES = np.array([40.0, 80.0, 12.0, 130.0, 25.0, 0.0, 0.0])  # of each service
SPREADS = np.array([8.0, 15.0, 3.0, 20.0, 6.0, 0.4, 0.3])
NAMES = {
    "11010": ("Jongno-gu", "종로구"),
    "11020": ("Jung-gu", "중구"),
    "11030": ("Yongsan-gu", "용산구"),
    "11040": ("Seongdong-gu", "성동구"),
    "11050": ("Gwangjin-gu", "광진구"),
    "11060": ("Dongdaemun-gu", "동대문구"),
    "11070": ("Jungnang-gu", "중랑구"),
    "11080": ("Seongbuk-gu", "성북구"),
    "11090": ("Gangbuk-gu", "강북구"),
    "11100": ("Dobong-gu", "도봉구"),
    "11110": ("Nowon-gu", "노원구"),
    "11120": ("Eunpyeong-gu", "은평구"),
    "11130": ("Seodaemun-gu", "서대문구"),
    "11140": ("Mapo-gu", "마포구"),
    "11150": ("Yangcheon-gu", "양천구"),
    "11160": ("Gangseo-gu", "강서구"),
    "11170": ("Guro-gu", "구로구"),
    "11180": ("Geumcheon-gu", "금천구"),
    "11190": ("Yeongdeungpo-gu", "영등포구"),
    "11200": ("Dongjak-gu", "동작구"),
    "11210": ("Gwanak-gu", "관악구"),
    "11220": ("Seocho-gu", "서초구"),
    "11230": ("Gangnam-gu", "강남구"),
    "11240": ("Songpa-gu", "송파구"),
    "11250": ("Gangdong-gu", "강동구"),
}


def living_world(
    months: Sequence[str] = ("2023-01", "2023-02"), districts: int = 25, seed: int = 1
) -> None:
    """Fill the tables of the living data in place of what they have, and write the ledger's row.

    Districts that are there already stay. Netflix and YouTube are around 0 and may be negative. The
    districts have from 3 dongs (the first, by code: too few for an interval) to 17 of them.
    """
    for model in (LivingCell, LivingDong, DistrictPopulation):
        model.objects.all().delete()
    rng = np.random.default_rng(seed)
    codes = _districts(districts)
    people = rng.uniform(1_000, 9_000, (len(codes), len(GENDERS), len(BANDS)))
    _fill_cells(rng, codes, people, months)
    _fill_dongs(rng, codes)
    DistrictPopulation.objects.bulk_create(
        DistrictPopulation(
            district_id=codes[place],
            gender=GENDERS[gender],
            age=BANDS[band],
            population=people[place, gender, band],
            single_households=people[place, gender, band] * 0.25,
        )
        for place, gender, band in np.ndindex(people.shape)
    )
    DataLoad.objects.create(
        kind=DataLoad.Kind.LIVING_DATA, name="living world", digest=f"{seed:064}", seconds=0
    )


def _districts(count: int) -> list[str]:
    """The codes of the first `count` districts, made where they are missing; squares on a map."""
    codes = list(NAMES)[:count]
    District.objects.bulk_create(
        (
            District(code=code, name=NAMES[code][0], name_ko=NAMES[code][1], outline=_square(place))
            for place, code in enumerate(codes)
        ),
        ignore_conflicts=True,
    )
    return codes


def _square(place: int) -> str:
    row, column = divmod(place, 5)
    x, y = column * 200, row * 160
    return f"M{x} {y}L{x + 190} {y}L{x + 190} {y + 150}L{x} {y + 150}Z"


def _dongs(place: int) -> int:
    return FEWEST + place % 15


def _invented(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    """(*shape, 7): the services of a person hang together a little."""
    common = rng.normal(size=(*shape, 1))
    own = rng.normal(size=(*shape, len(SERVICES)))
    values: Floats = MIDDLES + SPREADS * (0.6 * common + 0.8 * own)
    values[..., :5] = np.maximum(values[..., :5], 0.5)
    return values


def _used(values: Floats) -> dict[str, float]:
    return dict(zip(SERVICES, values.tolist(), strict=True))


def _fill_cells(
    rng: np.random.Generator, codes: Sequence[str], people: Floats, months: Sequence[str]
) -> None:
    decades = people.reshape(len(codes), len(GENDERS), len(AGES), 2).sum(axis=-1)
    use = _invented(rng, decades.shape)[:, :, :, None]
    use = use + 0.1 * SPREADS * rng.normal(size=(*decades.shape, len(months), len(SERVICES)))
    drift = 1 + 0.01 * (np.arange(len(months)) - (len(months) - 1) / 2)  # its mean is 1
    LivingCell.objects.bulk_create(
        LivingCell(
            district_id=codes[place],
            gender=GENDERS[gender],
            age=AGES[age],
            month=date.fromisoformat(f"{months[month]}-01"),
            population=decades[place, gender, age] * drift[month],
            dongs=_dongs(place),
            **_used(use[place, gender, age, month]),
        )
        for place, gender, age, month in np.ndindex(use.shape[:-1])
    )


def _fill_dongs(rng: np.random.Generator, codes: Sequence[str]) -> None:
    for place, code in enumerate(codes):
        use = _invented(rng, (_dongs(place), len(GENDERS), len(BANDS)))
        LivingDong.objects.bulk_create(
            LivingDong(
                district_id=code,
                number=number + 1,
                gender=GENDERS[gender],
                age=BANDS[band],
                **_used(use[number, gender, band]),
            )
            for number, gender, band in np.ndindex(use.shape[:-1])
        )
