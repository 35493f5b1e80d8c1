"""Logs of a service for the films of `world`."""

from __future__ import annotations

from pathlib import Path

HEADER = "user_id,movie_id,watched_seconds,duration_seconds,watched_at,gender,age"
ROWS = [
    "zoe@example.org,1,6000,6000,2026-01-01T20:00:00+09:00,F,31",
    "zoe@example.org,1,5900,6000,2026-02-01T20:00:00+09:00,female,",
    "zoe@example.org,2,600,6000,2026-01-02 20:00,,",
    "adam,1,2000,6000,2026-01-03,M,40",
    "adam,1,3100,6000,2026-01-04T08:00:00.5Z,,40",
    "adam,3,4800,6000,2026-01-05T08:00Z,m,",
    "양파,2,0,5400,2026-01-05T08:00Z,,",
]


def write(path: Path, *rows: str, header: str = HEADER) -> Path:
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path
