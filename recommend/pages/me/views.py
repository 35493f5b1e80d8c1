"""The member's page, what can be changed there, the download, and leaving."""

from __future__ import annotations

from dataclasses import fields
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth import logout
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from movies.models import LARGEST_MOVIE_ID, Movie
from movies.models.pictures import vary_covers
from recommend.pages.me.access import counted, members_only, refused
from recommend.pages.me.download import member_data
from recommend.pages.me.forms import ProfileForm
from recommend.pages.me.page import TITLES, page_context
from recommend.results.members.said import events_of
from recommend.services.members.events import take_event_back
from recommend.services.members.learning import choose_learning
from survey import device, own_answers
from survey.limits import EVENTS
from survey.members.leaving import leave
from survey.members.profile import Profile, change
from survey.models import Member

FILMS_A_PAGE = 24
LONGEST_PAGE_NUMBER = 6  # digits


@require_safe
@members_only
def me(request: HttpRequest, member: Member) -> HttpResponse:
    """Everything of a member on one page."""
    return render(request, "recommend/me/me.html", page_context(request, member))


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def profile(request: HttpRequest, member: Member) -> HttpResponse:
    """The form of interests, keywords and the answers about the person."""
    if request.method != "POST":  # a reload of the address to which the form was sent
        return redirect("me")
    form = ProfileForm(request.POST)
    if not form.is_valid():
        context = page_context(request, member, form)
        return render(request, "recommend/me/me.html", context, status=400)
    said = [field.name for field in fields(Profile)]
    change(member=member, said=said, profile=form.profile(), learns=None)
    messages.success(request, _("Saved."))
    return redirect(f"{reverse('me')}#about-me")


@require_safe
@members_only
def films(request: HttpRequest, member: Member, kind: str) -> HttpResponse:
    """All films of one kind, in pages; a number that is no page shows the first or last."""
    if kind not in TITLES:
        raise Http404
    page = Paginator(events_of(member, kind), FILMS_A_PAGE).get_page(request.GET.get("page"))
    vary_covers(event.movie for event in page)
    context = {"kind": kind, "title": TITLES[kind], "page": page}
    return render(request, "recommend/me/films.html", context)


@require_POST
@counted(EVENTS)
@members_only
def undo(request: HttpRequest, member: Member, movie_id: int, kind: str) -> HttpResponse:
    """Take back what they said of a film, or that they looked at it. Idempotent."""
    if kind not in TITLES or movie_id > LARGEST_MOVIE_ID:
        raise Http404
    take_event_back(member=member, movie_id=movie_id, kind=kind)
    movie = Movie.objects.only("title", "title_ko").filter(pk=movie_id).first()
    if movie is None:
        raise Http404
    messages.success(request, _("Undone: %(film)s.") % {"film": movie.display_title})
    if "page" not in request.POST:
        return redirect(f"{reverse('me')}#{kind}")
    query = urlencode({"page": request.POST["page"][:LONGEST_PAGE_NUMBER]})
    return redirect(f"{reverse('me-films', args=[kind])}?{query}")


@require_POST
@members_only
def learning(request: HttpRequest, member: Member) -> HttpResponse:
    """The buttons of the consent to learning: `agree`, or `withdraw`."""
    pressed = request.POST.get("learning")
    if pressed == "agree":
        choose_learning(member=member, learns=True)
        text = _("Thank you. From now on OTTwin learns from the films you look at.")
    elif pressed == "withdraw":
        choose_learning(member=member, learns=False)
        text = _("Done. The films you looked at are deleted, and OTTwin counts none any more.")
    else:
        return refused(request, _("Please press one of the buttons."))
    messages.success(request, text)
    return redirect(f"{reverse('me')}#learning")


@require_safe
@members_only
def data(request: HttpRequest, member: Member) -> HttpResponse:
    """Everything that is stored about the member, as a file to keep."""
    content = member_data(request, member)
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = 'attachment; filename="ottwin-account.json"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def leaving(request: HttpRequest, member: Member) -> HttpResponse:
    """Asks once, then deletes account and results, and what this browser remembers of them."""
    if request.method != "POST":
        return render(request, "recommend/me/leave.html")
    if request.POST.get("sure") != "yes":
        fault = _("Please tick the box if you want to leave.")
        return render(request, "recommend/me/leave.html", {"fault": fault}, status=400)
    leave(member=member)
    logout(request)
    messages.success(request, _("Your account and everything in it have been deleted."))
    response = redirect("start")
    device.forget(response)
    own_answers.clear(response)
    return response
