"""Steps 2 and 3: the person's subscriptions, budget and wishes, and the person."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from ottstats.selectors.residence import districts_asked
from ottstats.selectors.usage import by_use
from recommend.services.submission import delete_results
from survey import device, own_answers, steps
from survey.forms import TOO_YOUNG, AboutYouForm, LastForm, OttForm
from survey.members.requests import member_of
from survey.models import Draft, Member, Respondent
from survey.services import reach_step, save_ott
from survey.steps import ABOUT_YOU, LAST, OTT
from survey.wish_tiles import left_out, on_offer


def ott(request: HttpRequest, draft: Draft) -> HttpResponse:
    offered = on_offer(timezone.localdate())
    offered = replace(offered, platforms=by_use(offered.platforms))
    if request.method != "POST":
        form = OttForm.of_draft(draft, offered)
        context = {"form": form, "left_out": left_out(draft.wishes, offered)}
        return steps.page(request, draft, OTT, "survey/ott.html", context)
    form = OttForm(request.POST, offered=offered)
    aside = steps.aside(request, OTT)
    if not form.is_valid() and not aside:
        return steps.page(request, draft, OTT, "survey/ott.html", {"form": form}, form.problems())
    subscribed = form.cleaned_data.get("subscribed", draft.subscribed)
    save_ott(
        draft=draft,
        subscribed=subscribed,
        monthly_budget=form.budget(),
        wishes=form.wishes(draft.wishes),
    )
    if not aside:
        reach_step(draft=draft, step=ABOUT_YOU)
    return steps.to(draft, aside or ABOUT_YOU)


def about_you(request: HttpRequest, draft: Draft) -> HttpResponse:
    own, districts = own_answers.of_draft(request, draft), districts_asked()
    if request.method != "POST":
        initial = _of_member(request, draft) | dict(own.answers)
        context = {"form": AboutYouForm(initial=initial, districts=districts)}
        return steps.page(request, draft, ABOUT_YOU, "survey/about_you.html", context)
    form = AboutYouForm(request.POST, districts=districts)
    if form.too_young():
        return _turned_away(request, draft)
    aside = steps.aside(request, ABOUT_YOU)
    if not form.is_valid() and not aside:
        context, problems = {"form": form}, form.problems()
        return steps.page(request, draft, ABOUT_YOU, "survey/about_you.html", context, problems)
    if not aside:
        reach_step(draft=draft, step=LAST)
    response = steps.to(draft, aside or LAST)
    answers = {**LastForm(own.answers).valid_answers(), **form.given()}
    own_answers.write(response, own.with_answers(answers))
    return response


def _of_member(request: HttpRequest, draft: Draft) -> dict[str, Any]:
    """What a member's account says of them, until they have answered this step themselves."""
    member = member_of(request) if draft.step == ABOUT_YOU else None
    if member is None:
        return {}
    return {"gender": member.gender, "age": member.age} | _home_of(member)


def _home_of(member: Member) -> dict[str, str]:
    """The region of their profile, else of the newest result that they keep; the district of that
    result, if it is in this region."""
    newest = member.results.order_by("-created_at", "-number").first()
    if newest is None:
        return {"region": member.region}
    region = member.region or newest.region
    return {"region": region, "district": newest.district if newest.region == region else ""}


def _turned_away(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Under 14: delete all that is stored from this browser's survey, even an earlier result."""
    if sent := own_answers.of_draft(request, draft).sent:
        delete_results(respondents=Respondent.objects.filter(pk=sent))
    Draft.objects.filter(pk=draft.pk).delete()
    response = render(request, "survey/too_young.html", {"text": TOO_YOUNG}, status=403)
    own_answers.clear(response)
    device.forget(response)
    return response
