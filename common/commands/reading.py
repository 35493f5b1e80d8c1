"""What a load of films, people and ratings read and what it left out, in words. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def reading_lines(counts: Mapping[str, Any]) -> list[str]:
    """The lines before the summary of a load, from the counts in its ledger row.

    Loads of earlier versions have no `used`, `ignored` and `with_…`; then there are no lines.
    """
    if "used" not in counts:
        return []
    lines = [f"Used: {'; '.join(counts['used'])}"]
    if "with_gender" in counts:
        lines.append(_of(counts, "users", ("person", "people"), ("gender", "age")))
    if "with_year" in counts:
        lines.append(_of(counts, "movies", ("film", "films"), ("year", "genres")))
    return [*lines, f"Ignored: {'; '.join(counts['ignored']) or 'nothing'}"]


def _of(counts: Mapping[str, Any], key: str, things: tuple[str, str], parts: Sequence[str]) -> str:
    having = ", ".join(f"{counts[f'with_{part}']:,} with {part}" for part in parts)
    return f"{counts[key]:,} {things[counts[key] != 1]}: {having}"
