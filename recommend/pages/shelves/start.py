"""The shelves of the start page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import pgettext

from movies.models import Platform
from recommend.pages.shelves.cards import ShelfRow, shelf_rows
from recommend.results.shelves.ai_picks import FILMS, AIPicksShelf
from recommend.results.shelves.arriving import NewShelf
from recommend.results.shelves.page import Page
from recommend.results.shelves.personal import ForYouShelf
from recommend.results.shelves.popular import PopularShelf
from recommend.results.shelves.registry import names_for, rows_of
from survey.models import Member

TABS = (PopularShelf.name, NewShelf.name, AIPicksShelf.name)
LENGTH = 10  # films of a row; the page of the shelf has more
LENGTHS = {ForYouShelf.name: 20, AIPicksShelf.name: FILMS}


@dataclass(frozen=True)
class Tab:
    name: str
    text: str
    is_shown: bool


@dataclass(frozen=True)
class StartShelves:
    """`tabs` are for members, with the row of one of them. A shelf without films has no row."""

    tabs: Sequence[Tab]
    tab_row: ShelfRow | None
    rows: Sequence[ShelfRow]


def start_shelves(member: Member | None, asked: str, platforms: Sequence[Platform]) -> StartShelves:
    """`asked` is the name of a tab; any other text, or a tab without films: the first one."""
    page = Page()
    tabs = (
        [name for name in TABS if name != AIPicksShelf.name or page.genre_model] if member else []
    )
    rows: list[ShelfRow] = []

    def add(name: str) -> bool:
        found = rows_of([name], member, limit=LENGTHS.get(name, LENGTH), page=page)
        rows.extend(shelf_rows(found, platforms, page.pays_for(member)))
        return bool(found)

    chosen = next((name for name in _first(tabs, asked) if add(name)), None)
    for name in names_for(member):
        if name not in tabs:
            add(name)
    words = {
        PopularShelf.name: pgettext("tab of films", "Popular"),
        NewShelf.name: pgettext("tab of films", "New"),
        AIPicksShelf.name: pgettext("tab of films", "AI"),
    }
    shown = [Tab(name, words[name], name == chosen) for name in tabs] if chosen else []
    return StartShelves(shown, rows[0] if chosen else None, rows[1:] if chosen else rows)


def _first(tabs: Sequence[str], asked: str) -> list[str]:
    """The tabs, the one that is asked for first."""
    return sorted(tabs, key=lambda name: name != asked)
