"""The page and the picture of a shared result, for everyone with the link."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import cast
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from common.web.noindex import noindex
from movies.models import Platform
from recommend.pages.shared import story as stories
from recommend.pages.shared.card import (
    HEIGHT,
    MOST_BARS,
    WIDTH,
    Card,
    CardBar,
    draw,
    edition,
    legible,
)
from recommend.results.shared import SharedBar, SharedResult, shared_result

logger = logging.getLogger(__name__)

PICTURE_KEPT = 60 * 60  # seconds, here and by others; it may outlive a deleted result by this long
LOCALES = {"ko": "ko_KR", "en": "en_US"}


@dataclass(frozen=True)
class LinkPreview:
    """What messengers show for the link (Open Graph), in the language of the person who shared."""

    title: str
    description: str
    locale: str
    url: str
    image: str
    image_alt: str
    width: int = WIDTH
    height: int = HEIGHT


@require_safe
@cache_control(private=True, no_cache=True)
@noindex
def shared(request: HttpRequest, share_id: UUID) -> HttpResponse:
    """The platform recommended to a person, and how the platforms compare."""
    result = shared_result(share_id)
    if result is None:
        return render(request, "recommend/shared_missing.html", status=404)
    most = max(bar.at_least_likely for bar in result.bars)
    context = {
        "result": result,
        "sentence": _sentence(result, _unbroken(result.best.platform)),
        "others_have_more": most > result.best.at_least_likely,
        "preview": _preview(request, share_id, result),
    }
    return render(request, "recommend/shared.html", context)


@require_safe
@cache_control(public=True, max_age=PICTURE_KEPT)
@noindex
def card(request: HttpRequest, share_id: UUID) -> HttpResponse:
    """The picture, drawn once for each content, and never for clients that already have it."""
    picture = _picture(request, share_id, edition, draw, "share-card")
    # Other sites show the picture beside a link to the result.
    picture["Cross-Origin-Resource-Policy"] = "cross-origin"
    return picture


@require_safe
@cache_control(public=True, max_age=PICTURE_KEPT)
@noindex
def story(request: HttpRequest, share_id: UUID) -> HttpResponse:
    """The same upright, to save and to post."""
    with translation.override(_language(request)):
        invitation = _("Pick 3 films, see what to subscribe to")
    picture = _picture(
        request,
        share_id,
        lambda card: stories.edition(card, invitation),
        lambda card: stories.draw(card, invitation),
        "story",
    )
    picture["Content-Disposition"] = 'attachment; filename="OTTwin.png"'
    return picture


def _picture(
    request: HttpRequest,
    share_id: UUID,
    edition: Callable[[Card], str],
    draw: Callable[[Card], bytes],
    kind: str,
) -> HttpResponse:
    result = shared_result(share_id)
    if result is None:
        raise Http404
    language = _language(request)
    with translation.override(language):
        content = _card(result)
    digest = edition(content)
    response = get_conditional_response(request, etag=quote_etag(digest))
    if response is None:
        image = _kept(f"{kind}-{digest}", partial(draw, content))
        response = HttpResponse(image, content_type="image/png")
    response["ETag"] = quote_etag(digest)
    response["Content-Language"] = language
    return response


def _kept(key: str, drawn: Callable[[], bytes]) -> bytes:
    """From the cache; drawn every time while the cache is down."""
    try:
        return cast("bytes", cache.get_or_set(key, drawn, PICTURE_KEPT))
    except (RedisError, OSError) as error:
        logger.warning("The picture is not kept: the cache does not answer: %s", error)
        return drawn()


def share_url(request: HttpRequest, share_id: UUID) -> str:
    """The link to give to others; its preview is in the language of the page it is taken from."""
    return _address(request, "shared", share_id, translation.get_language() or "")


def story_url(request: HttpRequest, share_id: UUID) -> str:
    return _address(request, "shared-story", share_id, translation.get_language() or "")


def _address(request: HttpRequest, name: str, share_id: UUID, language: str) -> str:
    address = request.build_absolute_uri(reverse(name, args=[share_id]))
    return address if language == settings.LANGUAGE_CODE else f"{address}?lang={language}"


def _language(request: HttpRequest) -> str:
    """The language of the address: the request itself comes from a messenger, not the reader."""
    asked = request.GET.get("lang", "")
    return asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _preview(request: HttpRequest, share_id: UUID, result: SharedResult) -> LinkPreview:
    language = _language(request)
    with translation.override(language):
        content = _card(result)
    title = f"{content.lead} {content.platform}"
    figures = ", ".join(f"{bar.name} {bar.figure}" for bar in content.bars)
    return LinkPreview(
        title=title,
        description=content.sentence,
        locale=LOCALES[language],
        url=_address(request, "shared", share_id, language),
        image=_address(request, "shared-card", share_id, language),
        image_alt=". ".join(part for part in (content.notice, title, figures) if part),
    )


def _card(result: SharedResult) -> Card:
    """In the active language; a name that the typeface cannot show is replaced by another."""
    platform = _legible(result.best.platform)
    return Card(
        brand="OTTwin",
        notice=_("Sample data") if result.is_sample else "",
        lead=_("The OTT for my taste is"),
        platform=platform,
        sentence=_sentence(result, platform),
        films=result.films,
        bars=tuple(_card_bar(bar) for bar in result.bars[:MOST_BARS]),
        legend=(_("On it"), _("Probably"), _("Nobody knows")),
    )


def _card_bar(bar: SharedBar) -> CardBar:
    films = bar.at_least_likely
    figure = ngettext("%(films)s film", "%(films)s films", films) % {"films": films}
    return CardBar(_legible(bar.platform), figure, bar.sure, bar.likely, bar.unknown)


def _legible(platform: Platform) -> str:
    return legible(str(platform), platform.name, platform.slug)


def _unbroken(platform: Platform) -> str:
    """Its name with a word joiner: browsers would begin a line with the "+" of 디즈니+."""
    return str(platform).replace("+", "\N{WORD JOINER}+")


def _sentence(result: SharedResult, platform: str) -> str:
    words = {"platform": platform, "films": result.best.at_least_likely}
    if result.best.at_least_likely:
        return _("%(platform)s has about %(films)s films that I would like.") % words
    return _("%(platform)s is a guess: it is not known yet which of my films it has.") % words
