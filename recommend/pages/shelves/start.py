"""The shelves of the start page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import pgettext

from movies.models import Platform
from recommend.pages.shelves.cards import ShelfRow, shelf_rows
from recommend.ranking.in_use import InUse
from recommend.results.shelves.ai_picks import FILMS, AIPicksShelf, may_pick
from recommend.results.shelves.arriving import NewShelf
from recommend.results.shelves.page import Page
from recommend.results.shelves.personal import ForYouShelf
from recommend.results.shelves.popular import PopularShelf
from recommend.results.shelves.registry import Row, names_for, rows_of
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


def start_shelves(
    member: Member | None, asked: str, platforms: Sequence[Platform], in_use: InUse
) -> StartShelves:
    """`asked` is the name of a tab; any other text, or a tab without films: the first one.

    The tab was asked for, so it takes its films before the other rows: of a small catalogue they
    would leave the AI picks none of the genre that is liked. A tab that is found to have no films
    is not offered.
    """
    page = Page(given=in_use)

    def row(name: str) -> list[Row]:
        return rows_of([name], member, limit=LENGTHS.get(name, LENGTH), page=page)

    tabs, chosen = [], []
    if member is not None:
        tabs = [name for name in TABS if name != AIPicksShelf.name or may_pick(member, page)]
    for name in sorted(tabs, key=lambda name: name != asked):
        if chosen := row(name):
            break
        tabs.remove(name)
    others = [name for name in names_for(member) if member is None or name not in TABS]
    found = [*chosen, *(one for name in others for one in row(name))]
    drawn = shelf_rows(found, platforms, page=page, member=member)
    if not chosen:
        return StartShelves([], None, drawn)
    return StartShelves(_shown(tabs, drawn[0]), drawn[0], drawn[1:])


def _shown(tabs: Sequence[str], chosen: ShelfRow) -> list[Tab]:
    words = {
        PopularShelf.name: pgettext("tab of films", "Popular"),
        NewShelf.name: pgettext("tab of films", "New"),
        AIPicksShelf.name: pgettext("tab of films", "AI"),
    }
    return [Tab(name, words[name], name == chosen.name) for name in tabs]
