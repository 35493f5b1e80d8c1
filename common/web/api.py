"""Shared by all API views: a body limit, and errors as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from rest_framework import status
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser
from rest_framework.response import Response
from rest_framework.views import exception_handler as rest_exception_handler

from common.errors import DataError
from common.web.unavailable import unavailable


class LimitedJSONParser(JSONParser):
    """Parses a JSON object of limited size; refuses a larger body before reading it."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        meta = (parser_context or {})["request"].META
        if int(meta.get("CONTENT_LENGTH") or 0) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise RequestDataTooBig
        try:
            parsed = super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise ParseError("The body is nested too deeply.") from error
        if not isinstance(parsed, dict):
            raise ParseError("The body is not a JSON object.")
        return parsed


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Core errors as JSON: bad data 400; what the site cannot do now, 503."""
    if isinstance(error, RequestDataTooBig):
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024
        error = ParseError(f"The body is larger than {limit} KiB.")
    if isinstance(error, DataError):
        return Response({"detail": str(error)}, status=status.HTTP_400_BAD_REQUEST)
    if (why := unavailable(error)) is not None:
        code = status.HTTP_503_SERVICE_UNAVAILABLE
        return Response({"detail": why.text}, status=code, headers=why.headers)
    return rest_exception_handler(error, context)
