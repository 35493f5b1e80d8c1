"""Age bands of MovieLens and their neighbours. Pure: no Django import.

MovieLens 1M publishes an age only as the lower end of its band (1 means under 18). Every exact
age, of a respondent or of a MovieLens 100K user, maps to the band that contains it.
"""

from __future__ import annotations

from bisect import bisect_right

AGE_BANDS = (1, 18, 25, 35, 45, 50, 56)


def age_band(age: int) -> int:
    """The lower end of the band that contains `age` (years, >= 1)."""
    if age < AGE_BANDS[0]:
        raise ValueError(f"an age is at least {AGE_BANDS[0]}, not {age}")
    return AGE_BANDS[bisect_right(AGE_BANDS, age) - 1]


def neighbouring_bands(band: int) -> tuple[int, ...]:
    """The band itself and those directly below and above it."""
    index = AGE_BANDS.index(band)
    return AGE_BANDS[max(index - 1, 0) : index + 2]


def band_limits(band: int) -> tuple[int, int | None]:
    """First and last age of a band; the last band is open."""
    index = AGE_BANDS.index(band)
    return band, AGE_BANDS[index + 1] - 1 if index + 1 < len(AGE_BANDS) else None


GENDERS = ("", "female", "male")
GROUPS = (len(GENDERS), len(AGE_BANDS) + 1)  # place 0 of both: not given, so all people


def group_of(gender: str, age: int | None) -> tuple[int, int]:
    """Index of a demographic group in an array of shape `GROUPS`."""
    band = 0 if age is None else AGE_BANDS.index(age_band(age)) + 1
    return GENDERS.index(gender), band
