"""E-mail addresses as names: one spelling for all spellings of an address."""

from __future__ import annotations

import unicodedata

LONGEST_EMAIL = 150  # characters of `User.username`


def folded(email: str) -> str:
    """The address without blanks around it, compatibility forms (NFKC) and upper case."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", email).strip().casefold())


def can_join(email: str) -> bool:
    """Whether folding only changes letters that are ASCII, so that it leads to no other address.

    `ß` folds to `ss`: mail to such a domain would go to somebody else.
    """
    return unicodedata.normalize("NFKC", email).isascii()
