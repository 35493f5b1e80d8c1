"""Whatever is asked of the audience and shown of the living data, no answer is an error of ours."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from ottstats.living.figures import AGES, GENDERS, SERVICES
from ottstats.living.formulas import METHODS
from tests.ottstats.living_world import NAMES, living_world

TIMES = 1_000
# Pages that show the same; asked where they are there.
PAGES = ("statistics-seoul", "audience-customer", "audience-service")
JUNK = (
    "", " ", "0", "-1", "301", "1e3", "9" * 400, "NaN", "inf", "null", "None", "[]", "{}", "１",
    "\0", "\ud7ff", "\uffff", "가", "강남", "' OR 1=1 --", "<script>", "%", "%s", "{most}", "../..",
    "2023-13", "2023-1", "2023-01-01", "99999-01", "Netflix", "FEMALE", "x" * 5_000,
)  # fmt: skip
VALID: dict[str, Sequence[str]] = {
    "district": [name for pair in NAMES.values() for name in pair] + list(NAMES),
    "gender": GENDERS,
    "age": [str(age) for age in AGES],
    "month": ("2023-01", "2023-02"),
    "method": METHODS,
    "service": SERVICES,
    "limit": [str(limit) for limit in (1, 20, 300)],
}
TAKES = {
    "services": ("district", "gender", "age", "month", "method"),
    "targets": ("service", "limit", "method"),
    "adverts": ("service", "district", "gender", "age"),
}


def a_query(rng: Random, takes: Sequence[str]) -> str:
    """Mostly what is taken and valid; some of it missing, doubled, foreign or junk."""
    pairs = []
    for name in takes:
        for _again in range(rng.choices((0, 1, 2), (10, 88, 2))[0]):
            values = rng.choices((VALID[name], JUNK), (88, 12))[0]
            pairs.append((name, rng.choice(values)))
    if rng.random() < 0.05:
        pairs.append((rng.choice([*VALID, "format", "page", "\0", "x" * 300]), rng.choice(JUNK)))
    rng.shuffle(pairs)
    return urlencode(pairs)


def addresses(rng: Random) -> list[str]:
    found = []
    for name in PAGES:
        try:
            found.append(reverse(name))
        except NoReverseMatch:
            continue
    return [f"/api/audience/{name}/?{a_query(rng, takes)}" for name, takes in TAKES.items()] + [
        f"{path}?{a_query(rng, list(VALID))}" for path in found
    ]


@pytest.mark.parametrize("seed", range(4))
def test_a_thousand_random_queries_are_answered_or_refused(
    db: None, empty_cache: None, staff: Client, settings: object, seed: int
) -> None:
    settings.REQUEST_LIMITS = dict.fromkeys(settings.REQUEST_LIMITS)  # type: ignore[attr-defined]
    living_world(districts=25 if seed == 0 else 4)
    rng, codes = Random(seed), []
    while len(codes) < TIMES // 4:
        for address in addresses(rng):
            answer = staff.get(address)
            assert answer.status_code in (200, 302, 400, 404), address
            if address.startswith("/api/"):
                assert b"NaN" not in answer.content or b"fields" in answer.content, address
            codes.append(answer.status_code)
    assert codes.count(200) > len(codes) / 5, "many of them are valid"
    assert codes.count(400) > len(codes) / 20, "and many are not"
