"""The page of a film, and the forms by which members like it, have seen it, do not want it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from common.errors import DataError
from common.web.public.next import next_of
from recommend.models import MemberEvent
from recommend.pages.film.page import film_page
from recommend.pages.me.access import counted
from recommend.results.films.facts import film_facts, mine_of, movie_numbered
from recommend.services.members.events import record_event, take_event_back
from survey.limits import EVENTS, VIEWS
from survey.members.requests import member_of
from survey.models import Member


@require_safe
@cache_control(private=True, no_cache=True)
def film(request: HttpRequest, movie_id: int) -> HttpResponse:
    """All that is known of a film. Looking at it is never counted here."""
    facts = film_facts(movie_id)
    if facts is None:
        raise Http404
    member = member_of(request)
    context = {
        "film": film_page(facts),
        "mine": None if member is None else mine_of(member, movie_id),
        "counts_views": member is not None and member.learns,
        "log_in": redirect_to_login(request.path).url,
        "here": request.path,
    }
    return render(request, "recommend/film.html", context)


@require_POST
@counted(EVENTS)
def like(request: HttpRequest, movie_id: int) -> HttpResponse:
    return _said(request, movie_id, MemberEvent.Kind.LIKE)


@require_POST
@counted(EVENTS)
def seen(request: HttpRequest, movie_id: int) -> HttpResponse:
    return _said(request, movie_id, MemberEvent.Kind.SEEN)


@require_POST
@counted(EVENTS)
def not_interested(request: HttpRequest, movie_id: int) -> HttpResponse:
    return _said(request, movie_id, MemberEvent.Kind.NOT_INTERESTED)


@require_POST
@counted(VIEWS)
def view(request: HttpRequest, movie_id: int) -> HttpResponse:
    """A page of this film was looked at; counted for members who agreed to it, for nobody else."""
    member = member_of(request)
    if member is not None:
        _recorded(member, movie_id, MemberEvent.Kind.VIEW)
    elif movie_numbered(movie_id) is None:
        raise Http404
    return HttpResponse(status=204)


def _said(request: HttpRequest, movie_id: int, kind: MemberEvent.Kind) -> HttpResponse:
    """Store what the member says of the film, or with `undo` take it back; then go back."""
    page = reverse("film", args=[movie_id])
    movie = movie_numbered(movie_id)
    if movie is None:
        raise Http404
    member = member_of(request)
    if member is None:
        return redirect_to_login(page)
    words = {"film": movie.display_title}
    if request.POST.get("undo"):
        take_event_back(member=member, movie_id=movie_id, kind=kind)
        messages.success(request, _("Undone: %(film)s.") % words)
    else:
        _recorded(member, movie_id, kind)
        messages.success(request, _done(kind) % words)
    return redirect(next_of(request, page))


def _done(kind: MemberEvent.Kind) -> str:
    if kind == MemberEvent.Kind.LIKE:
        return _("You like %(film)s. OTTwin remembers it.")
    if kind == MemberEvent.Kind.SEEN:
        return _("Marked as seen: %(film)s.")
    return _("Not for you: %(film)s. It is not suggested to you any more.")


def _recorded(member: Member, movie_id: int, kind: MemberEvent.Kind) -> None:
    """Raises `Http404` if the film, or the member, has gone by now."""
    try:
        record_event(member=member, movie_id=movie_id, kind=kind)
    except (DataError, Member.DoesNotExist) as error:
        raise Http404 from error
