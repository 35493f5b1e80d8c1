"""The page of Seoul's living data."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ottstats.pages.seoul.choices import read_choices
from ottstats.pages.seoul.page import seoul_page


@require_safe
def seoul(request: HttpRequest) -> HttpResponse:
    """Who lives where in Seoul, and how much they use seven services."""
    page = seoul_page(read_choices(request.GET.dict()))
    return render(request, "ottstats/seoul/page.html", {"page": page})
