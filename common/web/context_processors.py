"""Variables of every page's context."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from common.selectors import data_set_in_use
from common.web.theme import THEMES, chosen


def data_set(request: HttpRequest) -> dict[str, Any]:
    """`data_set`: the ledger row of the data set in use; queried only if the page shows it."""
    return {"data_set": SimpleLazyObject(data_set_in_use)}


def theme(request: HttpRequest) -> dict[str, Any]:
    """`theme`: the colours that the reader chose; `themes`: those that can be chosen."""
    return {"theme": chosen(request), "themes": THEMES}
