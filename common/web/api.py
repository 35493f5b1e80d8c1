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

from common.errors import DataError, NotReadyError
from common.web.limits import RETRY_AFTER, stopped


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
    """Core errors as JSON: bad data 400; a site that is not set up yet, or a limit met, 503."""
    if isinstance(error, NotReadyError):
        return Response({"detail": str(error)}, status=status.HTTP_503_SERVICE_UNAVAILABLE)
    if isinstance(error, RequestDataTooBig):
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024
        error = ParseError(f"The body is larger than {limit} KiB.")
    if isinstance(error, DataError):
        return Response({"detail": str(error)}, status=status.HTTP_400_BAD_REQUEST)
    if (text := stopped(error)) is not None:
        unavailable = status.HTTP_503_SERVICE_UNAVAILABLE
        return Response({"detail": text}, status=unavailable, headers=RETRY_AFTER)
    return rest_exception_handler(error, context)
