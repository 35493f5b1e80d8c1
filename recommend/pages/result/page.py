"""The context of the result page: every variable that its templates read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from recommend.decision.platform import PlatformScore
from recommend.models import Reaction
from recommend.pages.result.choices import PageChoices
from recommend.pages.result.films import FilmList, film_list
from recommend.pages.result.question import film_question
from recommend.pages.result.subscriptions import subscription_section
from recommend.pages.result.twin import twin_text
from recommend.pages.shared.views import share_url, story_url
from recommend.pages.verdict.habits import neutral_axes
from recommend.pages.verdict.hero import PickTab
from recommend.pages.verdict.platforms import PlatformRow, weight_choice
from recommend.pages.verdict.section import AnswerSection, answer_section
from recommend.results.advice import Advice, advise
from recommend.results.stored import StoredResult
from recommend.results.whereabouts import Whereabouts
from recommend.scoring.fold_in import ENOUGH_LIKES
from survey.members.requests import member_of
from survey.models import Draft, Respondent

TAKE_BACK, LIKE, SKIP = "take_back", "like", "skip"
LEARNING = "learning"
PRESSED = (*Reaction.Kind.values, TAKE_BACK, LIKE, SKIP)


@dataclass(frozen=True)
class Said:
    """Messages by where they belong: after a reaction, at learning, at a film (by anchor), on top.

    `kind` is what was pressed, one of `PRESSED`.
    """

    kind: str
    reaction: str
    learning: str
    thanks: dict[str, str]
    others: Sequence[str]


def _said(request: HttpRequest) -> Said:
    kind, reaction, learning, thanks, others = "", "", "", {}, []
    for message in messages.get_messages(request):
        if message.extra_tags.startswith("film-"):
            thanks[message.extra_tags] = str(message)
        elif message.extra_tags in PRESSED:
            kind, reaction = message.extra_tags, str(message)
        elif message.extra_tags == LEARNING:
            learning = str(message)
        else:
            others.append(str(message))
    return Said(kind, reaction, learning, thanks, others)


def result_context(
    request: HttpRequest,
    stored: StoredResult,
    whereabouts: Whereabouts,
    rows: Sequence[PlatformRow],
    choices: PageChoices,
) -> dict[str, Any]:
    """`rows` are those of the chosen weight, `whereabouts` has the stored films."""
    respondent, today, said = stored.respondent, timezone.localdate(), _said(request)
    offered = [row.platform for row in rows if row.platform.is_active]
    films = film_list(stored, whereabouts, offered, said.thanks, choices)
    choices, best, scores = films.choices, rows[0].platform, [row.score for row in rows]
    budget = respondent.monthly_budget if choices.budget is None else choices.budget
    advice = _advice(stored, scores, budget, today)
    given = advice.market.platforms_of(advice.decision.best) or {best.pk}
    question = film_question(stored)
    answer = answer_section(
        *(stored, whereabouts, rows, advice),
        budget=budget,
        wanted=choices.pick,
        decisive=question.decisive if question else "",
        today=today,
    )
    return {
        **_links(request, stored, choices),
        "result": stored,
        "said": said,
        "notices": _notices(said, films),
        "best": best,
        "answer": answer,
        "picks": _pick_links(answer, choices),
        "on_best": [card for card in films.everything if not given.isdisjoint(card.carried)],
        "question": question,
        "few_picks": len(stored.liked) < ENOUGH_LIKES,
        "subscriptions": subscription_section(stored, advice, whereabouts, choices, today),
        "rows": rows,
        "nothing_known": all(row.nothing_known for row in rows),
        "neutral_axes": neutral_axes(stored),
        "weight": weight_choice(stored, rows, choices.weight),
        "exponent": stored.exponent if choices.exponent is None else choices.exponent,
        "twin": twin_text(stored),
        "films": films,
        "seen": [row for row in stored.reactions if row.kind == Reaction.Kind.SEEN],
        "not_interested": [row for row in stored.reactions if row.kind != Reaction.Kind.SEEN],
    }


def _links(request: HttpRequest, stored: StoredResult, choices: PageChoices) -> dict[str, Any]:
    """What leads from the result to others, to an account, back to its answers, or to a report."""
    share_id = stored.platform_recommendation.share_id
    return {
        "keeping": _keeping(request, stored.respondent),
        "draft": Draft.objects.open().filter(respondent=stored.respondent).first(),
        "share_url": share_url(request, share_id),
        "story_url": story_url(request, share_id),
        "report_of": _report_address(stored.respondent, choices),
    }


class Keeping(StrEnum):
    """Who reads a result: somebody without an account, a member who may keep it, its keeper, or
    somebody with the link of a result that another account keeps."""

    VISITOR = "visitor"
    MAY_KEEP = "may_keep"
    MINE = "mine"
    ANOTHERS = "anothers"


def _keeping(request: HttpRequest, respondent: Respondent) -> Keeping:
    member = member_of(request)
    if respondent.member_id is not None:
        is_mine = member is not None and respondent.member_id == member.pk
        return Keeping.MINE if is_mine else Keeping.ANOTHERS
    return Keeping.VISITOR if member is None else Keeping.MAY_KEEP


def _pick_links(answer: AnswerSection, choices: PageChoices) -> list[tuple[PickTab, str]]:
    """The choices beside the verdict, each with its address."""
    tabs = answer.hero.tabs if answer.hero else []
    return [(tab, choices.with_pick(tab.pick).query or "?") for tab in tabs]


def _advice(
    stored: StoredResult, scores: Sequence[PlatformScore], budget: int | None, today: date
) -> Advice:
    return advise(
        stored.outlook,
        scores,
        budget=budget,
        subscribed=stored.subscribed,
        day=today,
        wishes=stored.respondent.wishes,
    )


def _notices(said: Said, films: FilmList) -> list[str]:
    """Messages for the top, including thanks for reports of films that are not shown."""
    shown = {card.anchor for card in films.cards}
    return [*said.others, *(text for place, text in said.thanks.items() if place not in shown)]


def _report_address(respondent: Respondent, choices: PageChoices) -> str:
    """The address of reports, without the film; a report leads back to this page as it is."""
    back = quote(reverse("result", args=[respondent.pk]) + choices.query)
    return f"{reverse('report-availability')}?next={back}&movie="
