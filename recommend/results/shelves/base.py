"""What every shelf of films is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from movies.models import Movie
from survey.models import Member


class Shelf(Protocol):
    """A named row of films for one member, or for a visitor where it needs none.

    An instance serves one request. Reads only; the order of `films` is that of the shelf.
    """

    name: str  # in addresses, such as "for-you"
    for_visitors: bool  # whether people without log-in see it

    @property
    def title(self) -> str:
        """In the reader's language; may name a film or a genre."""

    @property
    def why(self) -> str:
        """One sentence in the reader's language on how these films were chosen."""

    def films(self, member: Member | None, limit: int) -> Sequence[Movie]:
        """At most `limit` films, none seen or unwanted; empty where the shelf has nothing to say.

        To be called before `title` and `why`, which may depend on what it found.
        """
