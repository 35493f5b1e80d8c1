"""The page of one shelf: all its films, and for members only those on what they pay for."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from common.errors import DataError
from common.web.noindex import noindex
from ottstats.selectors.usage import by_use
from recommend.pages.me.access import turned_away
from recommend.pages.shelves.cards import shelf_rows
from recommend.results.shelves.page import Page
from recommend.results.shelves.registry import LARGEST, SHELVES, names_for, rows_of
from survey.members.requests import member_of


@require_safe
@noindex
@cache_control(private=True, no_cache=True)
def shelf(request: HttpRequest, name: str) -> HttpResponse:
    """Visitors are asked to log in for what is only for members, staff are refused it.

    `mine=1`: only films on what the member pays for.
    """
    if name not in SHELVES:
        raise Http404
    member, mine = member_of(request), request.GET.get("mine") == "1"
    if member is None and (mine or name not in names_for(None)):
        return turned_away(request, request.get_full_path())
    page, rows, refused = Page(mine=mine), [], ""
    try:
        rows = rows_of([name], member, limit=LARGEST, page=page)
    except DataError as error:
        refused = str(error)
    platforms = by_use(page.in_use.platforms)
    found = shelf_rows(rows, platforms, page=page, member=member)
    context = {
        "row": found[0] if found else None,
        "refused": refused,
        "mine": mine,
        "may_choose": page.known_of(member).result is not None,
    }
    return render(request, "recommend/shelf.html", context, status=400 if refused else 200)
