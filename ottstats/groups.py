"""The demographic groups of published statistics. Pure: no Django import."""

from __future__ import annotations

import re
from functools import cache

# Groups of our respondents, in the bands of the published figures, so that both can be compared.
# People under 14 may not answer.
AGE_GROUPS = ("13-19", "20-29", "30-39", "40-49", "50-59", "60-69", "70+")


def age_range(group: str) -> tuple[int, int] | None:
    """First and last age of a group such as "20-29" or "70+"; None if it is not an age group."""
    if match := re.fullmatch(r"([0-9]{1,3})-([0-9]{1,3})", group):
        low, high = int(match[1]), int(match[2])
        return (low, high) if low <= high else None
    if match := re.fullmatch(r"([0-9]{1,3})\+", group):
        return int(match[1]), 200
    return None


def in_group(age: int, group: str) -> bool:
    """Whether a person of that age belongs to the group."""
    limits = age_range(group)
    return limits is not None and limits[0] <= age <= limits[1]


@cache
def age_group(age: int) -> str:
    """The band of `AGE_GROUPS` that contains the age; `ValueError` below the lowest."""
    for group in AGE_GROUPS:
        if in_group(age, group):
            return group
    raise ValueError(f"an age is at least {AGE_GROUPS[0].split('-')[0]}, not {age}")
