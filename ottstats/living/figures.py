"""The use of seven services in Seoul by cell and month, as arrays. Pure: no Django import.

A cell is a district, gender and age decade. Five services are a use index: "days" of several apps
added up, which exceed the days of a month; Netflix and YouTube are z-scores already.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from common.arrays import Floats, Ints

SERVICES = ("game", "finance", "delivery", "shopping", "video", "netflix", "youtube")
Z_SCORES = ("netflix", "youtube")  # published as such; the others are a use index
GENDERS = ("female", "male")
AGES = (20, 30, 40, 50, 60, 70)  # first year of a decade; 70: from 70 to 79
BANDS = (20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75)  # first year of five
LARGEST = 1_000_000  # of any figure of use; NaN and infinity are larger for PostgreSQL
SOURCE = "서울 열린데이터광장, 서울 시민생활 데이터 (Seoul Metropolitan Government, SK Telecom)"
SOURCE_URL = "https://data.seoul.go.kr/"


@dataclass(frozen=True)
class Cell:
    """`district` by its Korean name, `gender` of `GENDERS`, `age` of `AGES`."""

    district: str
    gender: str
    age: int


@dataclass(frozen=True, eq=False)
class LivingYear:
    """All cells by month. `months` (m) such as "2023-01", ascending; `districts` (d) by Korean
    name, sorted; `use` (d, 2, 6, m, 7) by gender, age, month and service; `population`
    (d, 2, 6, m) people."""

    months: Sequence[str]
    districts: Sequence[str]
    use: Floats
    population: Floats

    def place(self, cell: Cell) -> tuple[int, int, int]:
        """Where a cell is in the arrays; `ValueError` if there is none."""
        return (
            list(self.districts).index(cell.district),
            GENDERS.index(cell.gender),
            AGES.index(cell.age),
        )

    def cell(self, place: int) -> Cell:
        """The cell at a place of the arrays whose first three axes are flattened."""
        district, rest = divmod(place, len(GENDERS) * len(AGES))
        gender, age = divmod(rest, len(AGES))
        return Cell(self.districts[district], GENDERS[gender], AGES[age])


@dataclass(frozen=True, eq=False)
class LivingDongs:
    """All dongs, means over the months. `district_of` (k,): place of each in
    `LivingYear.districts`; `use` (k, 2, 12, 7) by gender, five-year band and service."""

    district_of: Ints
    use: Floats
