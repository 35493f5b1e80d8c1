"""The language of a page: as chosen, else as the browser asks, else Korean."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.translation import get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header

ABROAD = "en"


class Languages(LocaleMiddleware):
    """Django's, except that who reads neither language gets English, not the default.

    Without a wish (no header, or `*`) it stays Korean: so ask many programs and search engines.
    """

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        if _reads_neither(request):
            translation.activate(ABROAD)
            request.LANGUAGE_CODE = ABROAD


def _reads_neither(request: HttpRequest) -> bool:
    if request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) in dict(settings.LANGUAGES):
        return False
    header = request.headers.get("Accept-Language", "").lower()
    asked = [code for code, _ in parse_accept_lang_header(header)]
    return bool(asked) and not any(code == "*" or _is_ours(code) for code in asked)


def _is_ours(code: str) -> bool:
    try:
        get_supported_language_variant(code)
    except LookupError:
        return False
    return True
