"""The result page, what a respondent does there, and the page about how it all works."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.errors import DataError, NotReadyError
from movies.models import LARGEST_MOVIE_ID, Movie
from recommend.models import Reaction
from recommend.pages.result.choices import Choices
from recommend.pages.result.download import own_data
from recommend.pages.result.films import FilmCard, Selection, film_cards, heard_of, selection
from recommend.pages.result.platforms import (
    PlatformRow,
    certainty,
    cheapest,
    more_than,
    neutral_axes,
    peers,
    platform_rows,
    reason,
    unheard_of,
    weight_choice,
)
from recommend.pages.result.question import film_question
from recommend.pages.result.subscriptions import subscription_section
from recommend.pages.result.twin import twin_text
from recommend.pages.shared.views import share_url
from recommend.results.advice import Advice, advise
from recommend.results.stored import StoredResult, stored_result
from recommend.scoring.fold_in import ENOUGH_LIKES
from recommend.services.reactions import like, react, skip, take_back
from recommend.services.submission import delete_result
from survey import own_answers
from survey.models import Draft, Respondent

STRIP = 6  # posters on the first screen
TAKE_BACK, LIKE, SKIP = "take_back", "like", "skip"
PRESSED = (*Reaction.Kind.values, TAKE_BACK, LIKE, SKIP)


@require_safe
@cache_control(private=True, no_store=True)
def result(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """A stored result, only for who knows its link."""
    stored = stored_result(user_id)
    choices = Choices.read(request.GET)
    rows = platform_rows(stored, choices.exponent) if stored is not None else []
    if stored is None or not rows:
        return _missing(request)
    context = _context(stored, rows, choices, _said(request))
    context["share_url"] = share_url(request, stored.platform_recommendation.share_id)
    response = render(request, "recommend/result.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response


def _missing(request: HttpRequest) -> HttpResponse:
    return render(request, "recommend/result_missing.html", status=404)


@dataclass(frozen=True)
class _Said:
    """Messages by the place where they belong: after a reaction, at a film (by anchor), or on top.

    `kind` is what was pressed: a kind of reaction, or that it is taken back.
    """

    kind: str
    reaction: str
    thanks: dict[str, str]
    others: Sequence[str]


def _said(request: HttpRequest) -> _Said:
    kind, reaction, thanks, others = "", "", {}, []
    for message in messages.get_messages(request):
        if message.extra_tags.startswith("film-"):
            thanks[message.extra_tags] = str(message)
        elif message.extra_tags in PRESSED:
            kind, reaction = message.extra_tags, str(message)
        else:
            others.append(str(message))
    return _Said(kind, reaction, thanks, others)


def _context(
    stored: StoredResult, rows: Sequence[PlatformRow], choices: Choices, said: _Said
) -> dict[str, Any]:
    """Everything that the page shows, but for its address."""
    offered = [row.platform for row in rows if row.platform.is_active]
    cards = film_cards(stored, offered, said.thanks)
    known = heard_of(stored, offered)
    selected = selection(cards, sorted(known, key=str), choices)
    advice = _advice(stored, rows, selected.choices)
    today = timezone.localdate()
    return {
        "result": stored,
        "twin": twin_text(stored),
        "few_picks": len(stored.liked) < ENOUGH_LIKES,
        "draft": Draft.objects.open().filter(respondent=stored.respondent).first(),
        **_answer(stored, rows, cards, advice, selected.choices),
        "subscriptions": subscription_section(stored, advice, selected.choices, today),
        **_comparison(stored, rows, selected.choices),
        **_film_list(stored, selected, said),
        "unnamed": [platform for platform in offered if platform not in known],
    }


def _advice(stored: StoredResult, rows: Sequence[PlatformRow], choices: Choices) -> Advice:
    """What to subscribe to, for the budget chosen."""
    return advise(
        stored.outlook,
        [row.score for row in rows],
        budget=_budget(stored, choices),
        subscribed=stored.subscribed,
        day=timezone.localdate(),
    )


def _budget(stored: StoredResult, choices: Choices) -> int | None:
    return stored.respondent.monthly_budget if choices.budget is None else choices.budget


def _answer(
    stored: StoredResult,
    rows: Sequence[PlatformRow],
    cards: Sequence[FilmCard],
    advice: Advice,
    choices: Choices,
) -> dict[str, Any]:
    best, today, budget = rows[0].platform, timezone.localdate(), _budget(stored, choices)
    products = [product for product in advice.products.values() if best in product.platforms.all()]
    price = cheapest(products, budget=budget, today=today)
    on_best = [card for card in cards if card.movie.platforms.get(best.pk) is True]
    return {
        "best": best,
        "best_row": rows[0],
        "nothing_known": all(row.nothing_known for row in rows),
        "reason": reason(rows),
        "peers": peers(stored, best),
        "certainty": certainty(rows, advice.platform_sureness),
        "budget": budget,
        "products": products,
        "price": price,
        "more_than_best": more_than(best, price.product) if price else "",
        "on_best": len(on_best),
        "strip": on_best[:STRIP],
        "question": film_question(stored),
    }


def _comparison(
    stored: StoredResult, rows: Sequence[PlatformRow], choices: Choices
) -> dict[str, Any]:
    return {
        "rows": rows,
        "unheard_of": unheard_of(rows),
        "neutral_axes": neutral_axes(stored),
        "weight": weight_choice(stored, rows, choices.weight),
        "without_weight": choices.without_weight().query,
        "exponent": stored.exponent if choices.exponent is None else choices.exponent,
    }


def _film_list(stored: StoredResult, selected: Selection, said: _Said) -> dict[str, Any]:
    user_id, choices = stored.respondent.pk, selected.choices
    back = quote(reverse("result", args=[user_id]) + choices.query)
    shown = {card.anchor for card in selected.cards}
    elsewhere = [text for place, text in said.thanks.items() if place not in shown]
    return {
        "films": selected,
        "decade": str(choices.decade or ""),
        "all_films": _films_address(user_id, choices.without_filter()),
        "report_of": f"{reverse('report-availability')}?next={back}&movie=",
        "seen": [row for row in stored.reactions if row.kind == Reaction.Kind.SEEN],
        "not_interested": [row for row in stored.reactions if row.kind != Reaction.Kind.SEEN],
        "said": said,
        "notices": [*said.others, *elsewhere],
    }


@require_http_methods(["GET", "HEAD", "POST"])
def films(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """A button at a film: seen, not interested, or one of these taken back."""
    choices = Choices.read(request.POST)
    if request.method != "POST":  # the address of a form that was reloaded
        return redirect(_films_address(user_id, choices))
    respondent = Respondent.objects.filter(pk=user_id, retain_until__gt=timezone.now()).first()
    if respondent is None:
        return _missing(request)
    try:
        _react(request, respondent, choices)
    except Respondent.DoesNotExist:
        return _missing(request)
    except DataError:
        text = _("This film is no longer in your list, or it is the last one. Nothing changed.")
        return _refused(request, user_id, text, 400)
    except NotReadyError:
        text = _("The films are being replaced right now. Please try again in a few minutes.")
        return _refused(request, user_id, text, 503)
    anchor = "answer" if LIKE in request.POST or SKIP in request.POST else "films"
    return redirect(_films_address(user_id, choices, anchor))


def _films_address(user_id: UUID, choices: Choices, anchor: str = "films") -> str:
    return f"{reverse('result', args=[user_id])}{choices.query}#{anchor}"


def _react(request: HttpRequest, respondent: Respondent, choices: Choices) -> None:
    """Do what was pressed, and say so. Raises `DataError` for what cannot be pressed."""
    texts = {
        Reaction.Kind.SEEN: _("Marked as seen: %(film)s."),
        Reaction.Kind.NOT_INTERESTED: _("Not for you: %(film)s. Films like it will come later."),
        TAKE_BACK: _("Undone: %(film)s."),
        LIKE: _("Added to your picks: %(film)s."),
        SKIP: _("We ask about another film instead of %(film)s."),
    }
    kind = next((name for name in texts if name in request.POST), None)
    number = request.POST[kind] if kind else ""
    if not (number.isascii() and number.isdecimal() and len(number) <= len(str(LARGEST_MOVIE_ID))):
        raise DataError(f"not a film: {number[:20]}")
    movie_id = int(number)
    done = {TAKE_BACK: take_back, LIKE: like, SKIP: skip}.get(str(kind))
    if done is not None:
        changed = done(respondent=respondent, movie_id=movie_id)
    else:
        changed = react(respondent=respondent, movie_id=movie_id, kind=str(kind))
    movie = Movie.objects.only("title", "title_ko").filter(pk=movie_id).first()
    if movie is None or kind is None:
        raise DataError(f"not a film: {movie_id}")
    text = texts[kind] % {"film": movie.display_title}
    if changed is not None and choices.weight is None:
        text += " " + _("Your platform has changed: %(platform)s.") % {"platform": changed}
    messages.success(request, text, extra_tags=str(kind))


def _refused(request: HttpRequest, user_id: UUID, text: str, status: int) -> HttpResponse:
    context = {"text": text, "back": reverse("result", args=[user_id])}
    return render(request, "recommend/reaction_refused.html", context, status=status)


@require_safe
@cache_control(private=True, no_store=True)
def data(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Everything that is stored of a respondent, as a file to keep."""
    stored = stored_result(user_id)
    if stored is None:
        raise Http404
    drafts = list(Draft.objects.filter(respondent=stored.respondent).order_by("created_at"))
    numbers = {number for draft in drafts for number in (*draft.liked, *draft.shown)}
    content = own_data(
        stored,
        drafts=drafts,
        draft_films=Movie.objects.in_bulk(numbers),
        result_url=request.build_absolute_uri(reverse("result", args=[user_id])),
        share_url=share_url(request, stored.platform_recommendation.share_id),
    )
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = 'attachment; filename="ottwin.json"'
    response["X-Robots-Tag"] = "noindex"
    return response


@require_POST
def delete(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Delete a result with everything stored of its respondent. Sent twice, it is still gone.

    The browser forgets too what it holds of the answers.
    """
    respondent = Respondent.objects.filter(user_id=user_id).first()
    if respondent is not None:
        delete_result(respondent=respondent)
    messages.success(request, _("Your answers and your result have been deleted."))
    response = redirect("start")
    own_answers.clear(response)
    return response
