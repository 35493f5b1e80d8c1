"""The statistics page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ottstats.selectors import SMALLEST_COUNT, platform_counts, usage_tables


@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    """How often each platform was recommended, beside what the public says that it uses."""
    context = {
        "counts": platform_counts(),
        "smallest": SMALLEST_COUNT,
        "tables": usage_tables(),
    }
    return render(request, "ottstats/statistics.html", context)
