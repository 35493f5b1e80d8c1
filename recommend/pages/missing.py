"""The answer of every page of a result where there is no such result."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def result_missing(request: HttpRequest) -> HttpResponse:
    """The same for a deleted or expired result, and for one that never was."""
    return render(request, "recommend/result_missing.html", status=404)
