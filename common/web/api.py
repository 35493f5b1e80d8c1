"""Shared by all API views: a body limit, and errors as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.exceptions import APIException, NotFound, ParseError
from rest_framework.parsers import JSONParser
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import exception_handler as rest_exception_handler

from common.errors import DataError
from common.web.errors import error_body
from common.web.unavailable import unavailable

SURROGATE = re.compile("[\ud800-\udfff]")


class TooLarge(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE


class LimitedJSONParser(JSONParser):
    """Parses a JSON object of limited size; refuses a larger body before reading it.

    It is UTF-8, and says each thing once. The body itself, and no charset, says how to read it.
    """

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
            parsed = json.loads(
                stream.read().decode("utf-8"),
                parse_constant=_refuse_constant,
                object_pairs_hook=_object,
            )
        except RecursionError as error:
            raise ParseError(_("The body is nested too deeply.")) from error
        except UnicodeDecodeError as error:
            raise ParseError(_("Send the body as UTF-8.")) from error
        except json.JSONDecodeError as error:
            place = {"line": error.lineno, "column": error.colno}
            text = _("The body is no valid JSON: see line %(line)s, column %(column)s.") % place
            raise ParseError(text) from error
        except ValueError as error:  # a number of thousands of digits
            raise ParseError(_("The body is no valid JSON.")) from error
        if not isinstance(parsed, dict):
            raise ParseError(_("The body is not a JSON object."))
        return parsed


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object, in which each name is said once and all text can be stored."""
    parsed: dict[str, Any] = {}
    for name, value in pairs:
        named = {"name": name[:50].encode(errors="replace").decode()}
        if name in parsed:
            raise ParseError(_("“%(name)s” is given twice.") % named)
        if _is_broken(name) or _is_broken(value):
            text = _("The text of “%(name)s” holds half a character (a lone surrogate).")
            raise ParseError(text % named)
        parsed[name] = value
    return parsed


def _is_broken(value: Any) -> bool:
    if isinstance(value, list):
        return any(map(_is_broken, value))
    return isinstance(value, str) and not value.isascii() and SURROGATE.search(value) is not None


def _refuse_constant(name: str) -> None:
    raise ParseError(_("%(name)s is no number of JSON.") % {"name": name})


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Errors as JSON of one shape, whatever the view renders: bad data 400; what the site cannot do
    now, 503."""
    if context.get("request") is not None:  # the schema is YAML, its errors are not
        context["request"].accepted_renderer = JSONRenderer()
        context["request"].accepted_media_type = JSONRenderer.media_type
    if isinstance(error, RequestDataTooBig):
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024
        error = TooLarge(_("The body is larger than %(limit)s KiB.") % {"limit": limit})
    if isinstance(error, Http404):
        error = NotFound(_("There is nothing at this address."))
    if isinstance(error, DataError):
        return Response({"detail": str(error)}, status=status.HTTP_400_BAD_REQUEST)
    if (why := unavailable(error)) is not None:
        code = status.HTTP_503_SERVICE_UNAVAILABLE
        return Response({"detail": why.text}, status=code, headers=why.headers)
    response = rest_exception_handler(error, context)
    if response is not None:
        response.data = error_body(response.data)
    return response
