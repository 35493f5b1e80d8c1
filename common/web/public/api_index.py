"""Where programs begin: what `/api/` offers, and its description for people to read and try."""

from __future__ import annotations

from typing import Any

from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from common.version import version
from common.web.input import refuse_query

# Names of addresses that lead on without an id of a result.
LISTED = (
    "movies",
    "platforms",
    "products",
    "attractions",
    "shelves",
    "ai",
    "recommendations",
    "surveys",
    "reports",
    "members",
    "token",
    "token/refresh",
    "token/revoke",
    "me",
    "me/results",
    "audience/services",
    "audience/targets",
    "audience/adverts",
    "health",
    "ready",
)


class IndexOutput(serializers.Serializer[Any]):
    version = serializers.CharField()
    documentation = serializers.URLField(help_text="To read and try in a browser")
    schema = serializers.URLField(help_text="OpenAPI 3, YAML; with `?format=json` JSON")
    operations = serializers.DictField(child=serializers.URLField())


@extend_schema(operation_id="index_retrieve", responses=IndexOutput)
@api_view(["GET"])
def index(request: Request) -> Response:
    """Where everything is."""
    refuse_query(request)

    def address(name: str) -> str:
        return request.build_absolute_uri(reverse(f"api-{name}"))

    output = IndexOutput(
        {
            "version": version(),
            "documentation": address("docs"),
            "schema": address("schema"),
            "operations": {name: address(name) for name in LISTED},
        }
    )
    return Response(output.data)


# The style sheet of Swagger UI has its few pictures inside.
@require_safe
@csp_update({"img-src": ["data:"]})
def docs(request: HttpRequest) -> HttpResponse:
    """The schema as a page, drawn in the browser by Swagger UI, which this site serves itself."""
    return render(request, "api_docs.html")
