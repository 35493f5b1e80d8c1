"""What browsers and search engines ask of every site: an icon, a manifest, what to read."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

DAY = 24 * 3600  # seconds
ICONS = ((192, "any"), (512, "any"), (512, "maskable"))


@require_safe
@cache_control(public=True, max_age=DAY)
def icon(request: HttpRequest) -> HttpResponse:
    """For who asks without reading the page."""
    return HttpResponseRedirect(static("icon-192.png"))


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """With it, the site can be put on the home screen of a phone; in the language of the page."""
    answer = {
        "name": "OTTwin",
        "short_name": "OTTwin",
        "description": _("Pick 3 films, see what to subscribe to"),
        "lang": get_language(),
        "start_url": reverse("start"),
        "scope": "/",
        "id": "/",
        "display": "standalone",
        "background_color": "#f4f3f9",
        "theme_color": "#302884",
        "icons": [
            {
                "src": static(f"icon-{size}.png"),
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": purpose,
            }
            for size, purpose in ICONS
        ],
    }
    return JsonResponse(answer, content_type="application/manifest+json")


@require_safe
@cache_control(public=True, max_age=DAY)
def robots(request: HttpRequest) -> HttpResponse:
    """Shared results stay open: messengers fetch their preview, and say themselves: no index."""
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /results/",
        "Disallow: /survey/",
        "Disallow: /api/",
        "Allow: /api/docs/",
        "Allow: /api/schema/",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
