"""The statistics page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ottstats.disclosure import SMALLEST
from ottstats.selectors.living_page import has_living_data
from ottstats.statistics_page import statistics_page
from survey.models import RETENTION


@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    """The published usage figures by age, and how often each platform was recommended."""
    context = {
        "page": statistics_page(shows_usage=request.GET.get("show") != "recommended"),
        "smallest": SMALLEST,
        "days": RETENTION.days,
        "has_seoul": has_living_data(),
    }
    return render(request, "ottstats/statistics.html", context)
