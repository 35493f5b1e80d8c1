"""What every page of a result answers if that result does not exist."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def result_missing(request: HttpRequest) -> HttpResponse:
    """The same answer for a deleted or expired result, and for one that never existed."""
    return render(request, "recommend/result_missing.html", status=404)
