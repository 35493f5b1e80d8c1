"""Refusals in the form that their reader expects: JSON of one shape under `/api/`, else a page.

The shape: `detail` is a sentence, and `fields` names the fields that are wrong, if any are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views import defaults


def is_api(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/")


def error_body(told: Any) -> dict[str, Any]:
    """The body of an error, from what Django REST framework tells of it."""
    if isinstance(told, Mapping) and set(told) == {"detail"}:
        return {"detail": str(told["detail"])}
    if not isinstance(told, Mapping):
        return {"detail": " ".join(_texts(told))}
    fields = {str(name): list(_texts(faults)) for name, faults in told.items()}
    whole = fields.pop("non_field_errors", None)
    if not fields:
        return {"detail": " ".join(whole or ())}
    return {"detail": gettext("Please correct what is named in “fields”."), "fields": fields}


def _texts(faults: Any, place: str = "") -> Sequence[str]:
    """The messages of a field as a flat list; those of an item of a list begin with its place."""
    if isinstance(faults, Mapping):
        return [text for key, inner in faults.items() for text in _texts(inner, f"{place}{key}: ")]
    if isinstance(faults, Sequence) and not isinstance(faults, str):
        return [text for inner in faults for text in _texts(inner, place)]
    return [f"{place}{faults}"]


def refusal(request: HttpRequest, status: int, detail: str) -> HttpResponse:
    """The answer to a request that cannot be read; `detail` is for programs."""
    if is_api(request):
        return JsonResponse({"detail": detail}, status=status)
    return render(request, "400.html", status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_api(request):
        return refusal(request, 400, gettext("The request could not be read."))
    return defaults.bad_request(request, exception)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_api(request):
        return refusal(request, 404, gettext("There is nothing at this address."))
    return defaults.page_not_found(request, exception)
