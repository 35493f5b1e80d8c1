"""The start page, and the ways into the four steps of the survey.

Each step is a form: it is sent, stored, and answered by a redirect to the next one, so that every
page can be reloaded and left with "back". Steps 1 and 2 are stored in a `Draft`, which can be
resumed by its link for seven days; what people say about themselves stays in their browser until
they consent (`survey.own_answers`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_cookie
from django.views.i18n import set_language

from common.errors import NotReadyError
from common.web import theme, throttling
from common.web.unavailable import answer, not_ready
from movies.models import Platform
from movies.models.pictures import cover_language
from movies.titles.search import find_films
from ottstats.models import PlatformRecommendation
from ottstats.selectors.usage import by_use
from recommend.pages.shelves.start import start_shelves
from recommend.pages.verdict.example import example_section
from recommend.ranking.in_use import in_use
from recommend.ranking.runs import live_run
from survey import device, own_answers, steps
from survey.members.requests import member_of
from survey.models import DRAFT_LIFETIME, FEWEST_PICKS, RETENTION, Draft, Member, Respondent
from survey.own_answers import COOKIE
from survey.steps import ABOUT_YOU, FILMS, LAST, OTT
from survey.views.films import films, searched_for
from survey.views.further import about_you, ott
from survey.views.last import last

OPTIONS = 8


@require_safe
@cache_control(private=True, no_cache=True)
def start(request: HttpRequest) -> HttpResponse:
    """What OTTwin does, an example, what this device remembers, and shelves of films."""
    current, today = in_use(), timezone.localdate()
    run = current.run
    remembered, member = device.read(request), member_of(request)
    begun, mine = remembered.open_draft(), _own_result(remembered.result, member)
    platforms = by_use(current.platforms)
    context = {
        "is_ready": run is not None,
        "data_set": current.data_set,
        "platforms_version": current.platform_rows,
        "retention_days": RETENTION.days,
        "fewest": FEWEST_PICKS,
        "wall": reverse("cover-wall", args=[cover_language()]),
        "example": run and example_section(run.pk, today, is_sample=current.is_sample),
        "platforms": platforms,
        "member": member,
        "shelves": start_shelves(member, request.GET.get("tab", ""), platforms, current),
        "begun": begun,
        "on_device": bool(begun or (mine and mine.user_id == remembered.result)),
        "mine": mine,
    }
    return render(request, "survey/start.html", context)


@dataclass(frozen=True)
class LastResult:
    """What the start page says of a result: its secret id, when it was made, and the platform."""

    user_id: UUID
    made_at: datetime
    platform: Platform


def _own_result(remembered: UUID | None, member: Member | None) -> LastResult | None:
    """The result that this device remembers or else, of a member, the newest in the account.

    Never one that the account of somebody else keeps: they used this device before.
    """
    kept = PlatformRecommendation.objects.filter(user__retain_until__gt=timezone.now())
    shown = kept.values_list(
        *("user", "user__created_at"),
        *(f"platform__{name}" for name in ("slug", "name", "name_ko", "brand_colour")),
    )
    of_reader = Respondent.objects.of_reader(member)
    mine = shown.filter(user=remembered, user__in=of_reader).first() if remembered else None
    if mine is None and member is not None:
        mine = shown.filter(user__member=member).order_by("-user__created_at").first()
    if mine is None:
        return None
    secret, made_at, slug, name, name_ko, colour = mine
    platform = Platform(slug=slug, name=name, name_ko=name_ko, brand_colour=colour)
    return LastResult(secret, made_at, platform)


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True, no_cache=True)
def survey(request: HttpRequest) -> HttpResponse:
    """The first step without a draft; nothing is stored before the form is sent."""
    return _answered(request, lambda: films(request, None))


@require_safe
@throttling.limited("resume")
def resume(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """The link of a draft: redirect to the furthest step that was reached."""
    draft = Draft.objects.open().filter(pk=draft_id).first()
    return steps.to(draft, draft.step) if draft else _gone(request)


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True, no_cache=True)
def step(request: HttpRequest, draft_id: UUID, step: int) -> HttpResponse:
    """One step of a draft; a later step redirects to the furthest one reached."""
    draft = Draft.objects.open().filter(pk=draft_id).first()
    if draft is None:
        return _gone(request)
    if not 1 <= step <= draft.step:
        return steps.to(draft, draft.step)
    views = {FILMS: films, OTT: ott, ABOUT_YOU: about_you, LAST: last}
    try:
        response = _answered(request, lambda: views[step](request, draft))
    except Draft.DoesNotExist:  # deleted meanwhile
        return _gone(request)
    if own_answers.read(request).draft_id != draft_id and COOKIE not in response.cookies:
        own_answers.write(response, own_answers.of_draft(request, draft))
    return response


@require_POST
def discard(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Delete an unsent survey. Idempotent."""
    Draft.objects.filter(pk=draft_id).delete()
    messages.success(request, _("The films and answers of this survey have been deleted."))
    response = redirect("start")
    own_answers.clear(response)
    device.forget_draft(request, response)
    return response


@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """Delete from this browser what it remembers; the server keeps what it has. Idempotent."""
    response = redirect("start")
    device.forget(response)
    own_answers.clear(response)
    messages.success(request, _("This device no longer remembers your survey and result."))
    return response


@require_safe
@throttling.limited("search")
@vary_on_cookie
@cache_control(private=True, max_age=60)
def film_options(request: HttpRequest) -> HttpResponse:
    """The suggestions of the search box while the person types, as an HTML fragment."""
    search = searched_for(request.GET)
    found = find_films(search, OPTIONS) if search else []
    return render(request, "survey/_film_options.html", {"films": found, "search": search})


def _answered(request: HttpRequest, view: Callable[[], HttpResponse]) -> HttpResponse:
    """The response of a step; sets the language if one was chosen on its page."""
    try:
        live_run()
        response = view()
    except NotReadyError as error:
        response = answer(request, not_ready(error))
    if "language" in request.POST:
        response.cookies.update(set_language(request).cookies)
    if "theme" in request.POST:
        theme.choose(response, request.POST["theme"])
    return response


@throttling.limited("resume")  # ids may be guessed at any step's address
def _gone(request: HttpRequest) -> HttpResponse:
    return render(request, "survey/draft_missing.html", {"days": DRAFT_LIFETIME.days}, status=404)
