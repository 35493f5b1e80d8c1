"""The other people of a household, from the links that are written in an address."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext

from recommend.decision.household import MOST_PEOPLE
from recommend.results.household import Housemate, housemates

ID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
RESULT = re.compile(rf"(?:\S*/results/)?({ID})(?:[/?#]\S*)?")
SHARED = re.compile(rf"\S*/shared/{ID}\S*")


@dataclass(frozen=True)
class Guests:
    """The people of a household, the owner of the page first; the fields for the others as they
    were written, each with its fault, and what is wrong with them together."""

    people: Sequence[Housemate]
    fields: Sequence[tuple[str, str]]
    fault: str


def guests(own: UUID, written: Sequence[str]) -> Guests | None:
    """None if the own result is missing. Empty fields are left out."""
    texts = [text.strip() for text in written if text.strip()]
    numbers = [_number(text) for text in texts[: MOST_PEOPLE - 1]]
    known = housemates({own, *(number for number in numbers if number)}, timezone.localdate())
    if own not in known:
        return None
    people, fields, taken = [known[own]], [], {own}
    for text, number in zip(texts, numbers, strict=False):
        fault = _fault(text, number, known, taken)
        if number and not fault:
            people.append(known[number])
            taken.add(number)
        fields.append((text, fault))
    fields += [("", "")] * (MOST_PEOPLE - 1 - len(fields))
    too_many = gettext("At most four people, including you. We left out the others.")
    return Guests(people, fields, too_many if len(texts) > MOST_PEOPLE - 1 else "")


def _number(text: str) -> UUID | None:
    found = RESULT.fullmatch(text)
    return UUID(found[1]) if found else None


def _fault(
    text: str, number: UUID | None, known: Mapping[UUID, Housemate], taken: set[UUID]
) -> str:
    if SHARED.fullmatch(text):
        return gettext(
            "This is a link for sharing, which shows too little. Ask for the link of the result."
        )
    if number is None:
        return gettext("This is not the link of a result. Such a link contains /results/.")
    if number in taken:
        return gettext("This result is already here.")
    if number not in known:
        return gettext("There is no such result: it may have been deleted or have expired.")
    return ""
