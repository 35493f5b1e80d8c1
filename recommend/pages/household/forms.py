"""The other people of a household, from the invitations that are written in an address."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext

from recommend.decision.household import MOST_PEOPLE
from recommend.pages.household.invitations import invited, share_id_of
from recommend.results.household import Housemate, housemates

ID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
CODE = re.compile(rf"(?:\S*/together/)?({ID}\.[-_0-9A-Za-z]{{43}})/?")
PRIVATE = re.compile(rf"\S*/results/{ID}\S*")
LONGEST_NAME = 12


@dataclass(frozen=True)
class GuestField:
    """What was written for one of the others: a code or its link, a name, and what is wrong."""

    code: str = ""
    name: str = ""
    fault: str = ""


@dataclass(frozen=True)
class Guests:
    """The people of a household, the owner of the page first, with the `names` that were given, or
    ""; the fields for the others, and what is wrong with them together."""

    people: Sequence[Housemate]
    names: Sequence[str]
    fields: Sequence[GuestField]
    fault: str


def guests(own: UUID, written: Sequence[str], names: Sequence[str]) -> Guests | None:
    """None if the own result is missing. Empty fields are left out; `names` belong to `written`."""
    pairs = zip_longest(written, names[: len(written)], fillvalue="")
    given = [(code.strip(), name.strip()[:LONGEST_NAME]) for code, name in pairs if code.strip()]
    shared = [_share_id(code) for code, _name in given[: MOST_PEOPLE - 1]]
    results = invited([one for one in shared if one])
    known = housemates({own, *results.values()}, timezone.localdate())
    if own not in known:
        return None
    people, called, fields, taken = [known[own]], [""], [], {own}
    for (code, name), share_id in zip(given, shared, strict=False):
        number = results.get(share_id) if share_id else None
        fault = _fault(code, share_id, number, known, taken)
        if number and not fault:
            people.append(known[number])
            called.append(name)
            taken.add(number)
        fields.append(GuestField(code, name, fault))
    fields += [GuestField()] * (MOST_PEOPLE - 1 - len(fields))
    too_many = gettext("At most four people, including you. We left out the others.")
    return Guests(people, called, fields, too_many if len(given) > MOST_PEOPLE - 1 else "")


def _share_id(text: str) -> UUID | None:
    found = CODE.fullmatch(text)
    return share_id_of(found[1]) if found else None


def _fault(
    text: str,
    share_id: UUID | None,
    number: UUID | None,
    known: Mapping[UUID, Housemate],
    taken: set[UUID],
) -> str:
    if PRIVATE.fullmatch(text):
        return gettext("This is a private link. Ask for the invitation on their household page.")
    if share_id is None:
        return gettext("This is not an invitation. Such a link contains /together/.")
    if number in taken:
        return gettext("This result is already here.")
    if number not in known:
        return gettext("There is no such result: it may have been deleted or have expired.")
    return ""
